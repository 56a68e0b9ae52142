#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#ifdef __cplusplus
extern "C" {
#endif
/// Bytes simdjson may read past the end of its input.
int csimdjson_padding(void);
#ifdef __cplusplus
}
#endif
#endif
