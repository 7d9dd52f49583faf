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

/// Memory that the caller frees; aborts when there is none.
void *allocated(size_t bytes);

/// Writes the line of a case: what the format and its arguments say, "skm_gram n=7 d=1003", and its digest.
__attribute__((format(printf, 2, 3))) void line(uint64_t digest, const char *format, ...);

/// Writes the lines of every kernel of the aggregation rules: sums, products, sorts, masks and random numbers.
void digest_rules(void);

/// Writes the lines of every kernel of layers.h.
void digest_layers(void);

/// Writes the lines of losses.h and gather.h: what comes before and after the layers.
void digest_losses(void);

/// Writes the lines of functions.h and linear_algebra.h.
void digest_functions(void);

#endif
