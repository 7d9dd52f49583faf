#include "digest.h"

#include "include/KernelDigests.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTE = 8 };
static const uint64_t start = 0xcbf29ce484222325u, prime = 0x100000001b3u;

/// Adds the low `bytes` bytes of a word, the lowest first, whatever the byte order of the machine.
static uint64_t add(uint64_t digest, uint64_t word, int bytes) {
  for (int i = 0; i < bytes; i++) digest = (digest ^ (word >> (BYTE * i) & 0xff)) * prime;
  return digest;
}

uint64_t digest(const void *bytes, size_t length) {
  const uint8_t *from = bytes;
  uint64_t result = start;
  for (size_t i = 0; i < length; i++) result = add(result, from[i], 1);
  return result;
}

uint64_t digest_floats(const float *values, size_t count) {
  uint64_t result = start;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = 0x7fc00000u;
    if (values[i] == values[i]) memcpy(&bits, values + i, sizeof bits);
    result = add(result, bits, sizeof bits);
  }
  return result;
}

uint64_t digest_doubles(const double *values, size_t count) {
  uint64_t result = start;
  for (size_t i = 0; i < count; i++) {
    uint64_t bits = 0x7ff8000000000000u;
    if (values[i] == values[i]) memcpy(&bits, values + i, sizeof bits);
    result = add(result, bits, sizeof bits);
  }
  return result;
}

float number(uint32_t i, uint32_t salt) {
  // The finaliser of MurmurHash3.
  uint32_t h = i * 0x9e3779b9u + salt * 0x7feb352du;
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  h ^= h >> 16;
  return (float)((int32_t)(h >> 8) - (1 << 23)) * 0x1p-23f;
}

void *allocated(size_t bytes) {
  void *memory = malloc(bytes);
  if (!memory) abort();
  return memory;
}

static FILE *lines;

void line(uint64_t digest, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(lines, format, arguments);
  va_end(arguments);
  fprintf(lines, " %016" PRIx64 "\n", digest);
}

int kernel_digests_write(const char *path) {
  lines = fopen(path, "w");
  if (!lines) return errno;
  digest_rules();
  digest_layers();
  digest_losses();
  digest_functions();
  errno = 0;
  const int failed = ferror(lines), unwritten = fclose(lines);
  return failed || unwritten ? (errno ? errno : EIO) : 0;
}
