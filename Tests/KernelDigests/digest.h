#ifndef SKYMASK_DIGEST_H
#define SKYMASK_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/// The 64-bit FNV-1a digest of `length` bytes.
uint64_t digest(const void *bytes, size_t length);

/// The digest of `count` floats, every NaN counted as the same one: its sign and payload differ between CPUs.
uint64_t digest_floats(const float *values, size_t count);

/// Like `digest_floats`, of doubles.
uint64_t digest_doubles(const double *values, size_t count);

/// Input `i` of an input series: a multiple of 2^-23 in [−1, 1) made from a hash of both numbers.
float number(uint32_t i, uint32_t salt);

/// Prints a line of a case and its digest.
///
/// @param what  the kernel and the case: "skm_gram n=7 d=1003".
void report(const char *what, uint64_t digest);

/// Reports every kernel of the aggregation rules: sums, products, sorts, masks and random numbers.
void digest_rules(void);

#endif
