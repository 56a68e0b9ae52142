#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include <simdjson.h>

using namespace simdjson;

struct csimdjson_reader {
    ondemand::parser parser;
    std::vector<csimdjson_node> nodes;
    char *buffer = nullptr;
    size_t capacity = 0;
    uint32_t max_depth = 0;
    /// Where the document's own bytes start and end in `buffer`.
    const char *start = nullptr;
    const char *end = nullptr;
    ondemand::document document;

    ~csimdjson_reader() { std::free(buffer); }

    bool reserve(size_t count) {
        if (count <= capacity) return true;
        size_t wanted = count < 4096 ? 4096 : count + count / 2;
        char *larger = static_cast<char *>(std::realloc(buffer, wanted));
        if (larger == nullptr) return false;
        buffer = larger;
        capacity = wanted;
        return true;
    }

    /// Where the next token begins; the document's end when there is none. The wrapping bracket
    /// counts as the end.
    const char *position() {
        const char *at = nullptr;
        if (document.current_location().get(at) != SUCCESS || at == nullptr) return end;
        return at < start ? start : at > end ? end : at;
    }

    int read(ondemand::value value, const uint8_t *name, size_t name_count, uint32_t depth);
    int read_array(ondemand::value &value, uint32_t depth);
    int read_object(ondemand::value &value, uint32_t depth);
};

static bool is_space(char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static const char *trim_end(const char *from, const char *to) {
    while (to > from && is_space(to[-1])) to--;
    return to;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/// The grammar of RFC 8259, section 6; values are not converted, so nothing is too big.
static bool is_number(const char *at, const char *end) {
    if (at < end && *at == '-') at++;
    if (at == end || !is_digit(*at)) return false;
    if (*at++ != '0') {
        while (at < end && is_digit(*at)) at++;
    }
    if (at < end && *at == '.') {
        at++;
        if (at == end || !is_digit(*at)) return false;
        while (at < end && is_digit(*at)) at++;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        if (at == end || !is_digit(*at)) return false;
        while (at < end && is_digit(*at)) at++;
    }
    return at == end;
}

static int outcome(error_code error) {
    switch (error) {
    case SUCCESS: return CSIMDJSON_OK;
    case CAPACITY: return CSIMDJSON_TOO_LARGE;
    case MEMALLOC: return CSIMDJSON_NO_MEMORY;
    case DEPTH_ERROR: return CSIMDJSON_TOO_DEEP;
    case UTF8_ERROR: return CSIMDJSON_BAD_UTF8;
    case STRING_ERROR:
    case UNCLOSED_STRING:
    case UNESCAPED_CHARS: return CSIMDJSON_BAD_STRING;
    case EMPTY: return CSIMDJSON_EMPTY;
    default: return CSIMDJSON_BAD_SYNTAX;
    }
}

int csimdjson_reader::read_array(ondemand::value &value, uint32_t depth) {
    if (depth >= max_depth) return CSIMDJSON_TOO_DEEP;
    ondemand::array array;
    if (auto error = value.get_array().get(array)) return outcome(error);
    for (auto item : array) {
        ondemand::value child;
        if (auto error = item.get(child)) return outcome(error);
        if (int code = read(child, nullptr, 0, depth + 1)) return code;
    }
    return CSIMDJSON_OK;
}

int csimdjson_reader::read_object(ondemand::value &value, uint32_t depth) {
    if (depth >= max_depth) return CSIMDJSON_TOO_DEEP;
    ondemand::object object;
    if (auto error = value.get_object().get(object)) return outcome(error);
    for (auto item : object) {
        ondemand::field field;
        if (auto error = std::move(item).get(field)) return outcome(error);
        // A name without escapes is used where it lies; stage 1 has seen that it is closed.
        const char *raw = field.key().raw();
        const char *at = raw;
        while (at < end && *at != '"' && *at != '\\') at++;
        std::string_view name(raw, size_t(at - raw));
        if (at < end && *at == '\\') {
            if (auto error = field.unescaped_key().get(name)) return outcome(error);
        }
        int code = read(
            field.value(), reinterpret_cast<const uint8_t *>(name.data()), name.size(),
            depth + 1);
        if (code) return code;
    }
    return CSIMDJSON_OK;
}

// Words and numbers are judged by their text and left where they are: simdjson steps over what was
// not consumed, and converting a number would only refuse those too big for a double.
int csimdjson_reader::read(
    ondemand::value value, const uint8_t *name, size_t name_count, uint32_t depth) {
    std::string_view token = value.raw_json_token();
    const char *from = token.data();
    if (from < start || from >= end) return CSIMDJSON_BAD_SYNTAX;
    const char *to = trim_end(from, from + token.size());
    size_t index = nodes.size();
    nodes.push_back({name, nullptr, uint32_t(name_count), 0, 0, 0});
    uint32_t kind = CSIMDJSON_NULL;
    switch (*from) {
    case '{':
    case '[': {
        kind = *from == '{' ? CSIMDJSON_OBJECT : CSIMDJSON_ARRAY;
        int code = *from == '{' ? read_object(value, depth) : read_array(value, depth);
        if (code) return code;
        // The closing bracket is the last thing before the next token, white space aside. What
        // follows a closed container is another token or the wrapping bracket.
        to = trim_end(from, position());
        break;
    }
    case '"': {
        kind = CSIMDJSON_STRING;
        if (to - from < 2 || to[-1] != '"') return CSIMDJSON_BAD_STRING;
        if (std::memchr(from, '\\', size_t(to - from)) == nullptr) {
            // Checked by stage 1: closed, UTF-8, no control characters. It must be stepped over
            // here: left where it is, it would be skipped as a member's name before a colon.
            ondemand::raw_json_string raw;
            if (auto error = value.get_raw_json_string().get(raw)) return outcome(error);
            from++;
            to--;
        } else {
            std::string_view text;
            if (auto error = value.get_string().get(text)) return outcome(error);
            from = text.data();
            to = from + text.size();
        }
        break;
    }
    case 't':
    case 'f':
    case 'n': {
        std::string_view word(from, size_t(to - from));
        if (word == "true") {
            kind = CSIMDJSON_TRUE;
        } else if (word == "false") {
            kind = CSIMDJSON_FALSE;
        } else if (word != "null") {
            return CSIMDJSON_BAD_WORD;
        }
        break;
    }
    default: {
        kind = CSIMDJSON_NUMBER;
        if (*from != '-' && !is_digit(*from)) return CSIMDJSON_BAD_SYNTAX;
        if (!is_number(from, to)) return CSIMDJSON_BAD_NUMBER;
        break;
    }
    }
    csimdjson_node &node = nodes[index];
    node.text = reinterpret_cast<const uint8_t *>(from);
    node.text_count = uint32_t(to - from);
    node.next = uint32_t(nodes.size());
    node.kind = kind;
    return CSIMDJSON_OK;
}

int csimdjson_read(
    csimdjson_reader *reader, const void *bytes, size_t count, uint32_t max_depth,
    const csimdjson_node **nodes, uint32_t *node_count, size_t *error_offset) {
    *nodes = nullptr;
    *node_count = 0;
    *error_offset = 0;
    reader->nodes.clear();
    if (count > (size_t(1) << 31)) return CSIMDJSON_TOO_LARGE;
    // The document is read as the only element of an array, so that a lone word or number takes
    // the same path as everything else. Zeros behind it stop a reader that runs off an open end.
    size_t wrapped = count + 2;
    if (!reader->reserve(wrapped + SIMDJSON_PADDING)) return CSIMDJSON_NO_MEMORY;
    char *buffer = reader->buffer;
    buffer[0] = '[';
    if (count) std::memcpy(buffer + 1, bytes, count);
    buffer[count + 1] = ']';
    std::memset(buffer + wrapped, 0, SIMDJSON_PADDING);
    reader->start = buffer + 1;
    reader->end = buffer + 1 + count;
    reader->max_depth = max_depth < 512 ? max_depth : 512;

    if (auto error = reader->parser.iterate(buffer, wrapped, wrapped + SIMDJSON_PADDING)
                         .get(reader->document)) {
        return outcome(error);
    }
    int code = CSIMDJSON_EMPTY;
    ondemand::array root;
    if (auto error = reader->document.get_array().get(root)) {
        *error_offset = count;
        return outcome(error);
    }
    bool first = true;
    for (auto item : root) {
        ondemand::value value;
        if (auto error = item.get(value)) {
            code = outcome(error);
        } else if (!first) {
            code = CSIMDJSON_TRAILING;
        } else {
            code = reader->read(value, nullptr, 0, 0);
        }
        first = false;
        if (code) break;
    }
    const char *beyond = nullptr;
    if (code == CSIMDJSON_OK && reader->document.current_location().get(beyond) == SUCCESS) {
        code = CSIMDJSON_TRAILING;
    }
    if (code) {
        *error_offset = size_t(reader->position() - reader->start);
        reader->nodes.clear();
        return code;
    }
    *nodes = reader->nodes.data();
    *node_count = uint32_t(reader->nodes.size());
    return CSIMDJSON_OK;
}

csimdjson_reader *csimdjson_reader_new(void) { return new (std::nothrow) csimdjson_reader(); }

void csimdjson_reader_free(csimdjson_reader *reader) { delete reader; }
