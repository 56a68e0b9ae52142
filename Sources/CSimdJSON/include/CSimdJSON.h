#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Kinds of a JSON value.
enum {
    CSIMDJSON_NULL = 0,
    CSIMDJSON_FALSE = 1,
    CSIMDJSON_TRUE = 2,
    CSIMDJSON_NUMBER = 3,
    CSIMDJSON_STRING = 4,
    CSIMDJSON_ARRAY = 5,
    CSIMDJSON_OBJECT = 6,
};

/// What `csimdjson_read` answers.
enum {
    CSIMDJSON_OK = 0,
    CSIMDJSON_TOO_LARGE = 1,
    CSIMDJSON_TOO_DEEP = 2,
    CSIMDJSON_BAD_UTF8 = 3,
    CSIMDJSON_BAD_NUMBER = 4,
    CSIMDJSON_BAD_STRING = 5,
    CSIMDJSON_BAD_WORD = 6,
    CSIMDJSON_BAD_SYNTAX = 7,
    CSIMDJSON_EMPTY = 8,
    CSIMDJSON_TRAILING = 9,
    CSIMDJSON_NO_MEMORY = 10,
};

/// One value of a document. The nodes of a document lie in one array, a container before what it
/// holds, so that a document is walked with indices and nothing is allocated per value.
typedef struct {
    /// The member's name, unescaped; NULL unless the parent is an object.
    const uint8_t *name;
    /// A string's text, unescaped; a number's, word's or container's JSON exactly as it came.
    const uint8_t *text;
    uint32_t name_count;
    uint32_t text_count;
    /// Index of the first node that is not inside this one.
    uint32_t next;
    uint32_t kind;
} csimdjson_node;

/// A reader with its buffers, used again for each document. One thread at a time.
typedef struct csimdjson_reader csimdjson_reader;

/// NULL when there is no memory.
csimdjson_reader *csimdjson_reader_new(void);
void csimdjson_reader_free(csimdjson_reader *reader);

/// Reads one whole document and checks all of it: grammar, numbers, words, strings, UTF-8.
/// `nodes` and everything they point to live in the reader until its next call. `bytes` is copied
/// (simdjson reads past the end of its input). `max_depth` counts containers inside one another,
/// at most 512. On failure `error_offset` is about where it went wrong.
int csimdjson_read(
    csimdjson_reader *reader, const void *bytes, size_t count, uint32_t max_depth,
    const csimdjson_node **nodes, uint32_t *node_count, size_t *error_offset);

#ifdef __cplusplus
}
#endif
#endif
