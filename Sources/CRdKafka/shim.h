#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <malloc.h>

/* Keeps memory that was freed for what comes next, instead of giving it back to the system and
 * having it cleared again: transactions and fetches free and take the same tens of megabytes many
 * times a second. Up to `bytes` of it in each of `arenas` pools; returns 0 when it is not possible
 * (glibc only). */
static inline int shouwang_keep_freed_memory(int bytes, int arenas) {
#ifdef M_TRIM_THRESHOLD
    return mallopt(M_MMAP_THRESHOLD, 32 << 20) & mallopt(M_TRIM_THRESHOLD, bytes)
        & mallopt(M_TOP_PAD, 4 << 20) & mallopt(M_ARENA_MAX, arenas);
#else
    (void)bytes;
    (void)arenas;
    return 0;
#endif
}

/* Produces one record by the array form of rd_kafka_producev, which Swift cannot call (variadic).
 * The bytes are copied. A NULL key or value is a null one; an empty one has an address and size 0.
 * On success the headers belong to librdkafka; on failure they stay the caller's. */
static inline rd_kafka_error_t *shouwang_produce(
    rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition, const void *key, size_t key_size,
    const void *value, size_t value_size, int64_t timestamp, rd_kafka_headers_t *headers,
    size_t tag) {
    rd_kafka_vu_t vus[8];
    size_t n = 0;
    vus[n].vtype = RD_KAFKA_VTYPE_RKT;
    vus[n++].u.rkt = topic;
    vus[n].vtype = RD_KAFKA_VTYPE_PARTITION;
    vus[n++].u.i32 = partition;
    vus[n].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    vus[n++].u.i = RD_KAFKA_MSG_F_COPY;
    vus[n].vtype = RD_KAFKA_VTYPE_KEY;
    vus[n].u.mem.ptr = (void *)key;
    vus[n++].u.mem.size = key_size;
    vus[n].vtype = RD_KAFKA_VTYPE_VALUE;
    vus[n].u.mem.ptr = (void *)value;
    vus[n++].u.mem.size = value_size;
    vus[n].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    vus[n++].u.i64 = timestamp;
    vus[n].vtype = RD_KAFKA_VTYPE_OPAQUE;
    vus[n++].u.ptr = (void *)tag;
    if (headers != NULL) {
        vus[n].vtype = RD_KAFKA_VTYPE_HEADERS;
        vus[n++].u.headers = headers;
    }
    return rd_kafka_produceva(rk, vus, n);
}

/* Has a mock broker answer one request of a kind late, and with an error unless that is 0: Swift
 * cannot call the variadic form. */
static inline rd_kafka_resp_err_t shouwang_mock_delay(
    rd_kafka_mock_cluster_t *cluster, int32_t broker, int16_t api_key, rd_kafka_resp_err_t error,
    int milliseconds) {
    return rd_kafka_mock_broker_push_request_error_rtts(
        cluster, broker, api_key, 1, error, milliseconds);
}
