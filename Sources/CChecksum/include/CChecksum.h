#ifndef CCHECKSUM_H
#define CCHECKSUM_H
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of some bytes, continued from `crc`; 0 begins. Uses
/// the processor's own instruction where it has one.
uint32_t shouwang_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without that instruction, for tests on machines that have it.
uint32_t shouwang_crc32c_by_table(uint32_t crc, const void *bytes, size_t count);

#endif
