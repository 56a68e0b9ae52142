#include "CSimdJSON.h"
#include <simdjson.h>
int csimdjson_padding(void) { return (int)simdjson::SIMDJSON_PADDING; }
