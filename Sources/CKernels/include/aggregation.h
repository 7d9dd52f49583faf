#ifndef SKYMASK_AGGREGATION_H
#define SKYMASK_AGGREGATION_H

#include <stddef.h>
#include <stdint.h>

// Loops over clients × parameters. `rows` holds n pointers to d consecutive floats each.
//
// Sums are in double. Each function states the order of its sums, which is the same on every instruction set, so every
// CPU returns the same bits. "Fused" means that a product and the addition that follows it are rounded once. A NaN may
// differ in its sign and payload. "The lanes' sum" adds lanes l and l + 4 for l < 4, then those 2 apart, then those 1
// apart.

/// Doubles that skm_gram needs as scratch.
size_t skm_gram_scratch(size_t n);

/// The n × n products of the rows, after subtracting the mean row if `centred`: symmetric, row-major.
///
/// The mean of a column adds its rows in order and divides by n. A product is summed by tile of 504 columns, the first
/// tile first: lane l of 8 sums columns l, l + 8, … of the tile in order, fused; then the lanes' sum is added to the
/// product.
///
/// If `centred`, a value that is not finite spoils every product: leave such rows out.
void skm_gram(const float *const *rows, size_t n, size_t d, int centred, double *scratch, double *out);

/// out[j] = (sum of weights[i] * rows[i][j]) / divisor; a row of weight 0 is not read.
///
/// Rows are added in order, fused.
void skm_weighted_sum(const float *const *rows, const double *weights, size_t n, size_t d, double divisor, float *out);

/// The product of two vectors.
///
/// Of the first d / 32 * 32 elements, lane l of 8 of chain c of 4 sums elements 8 c + l, 8 c + l + 32, … in order,
/// fused. The chains are added lane by lane, (0 + 1) + (2 + 3), and their lanes' sum is taken. The remaining elements
/// are added to it in order, fused.
double skm_dot(const float *a, const float *b, size_t d);

/// The sum of squares of (last + change) - now, in the order of `skm_dot`.
double skm_prediction_error(const float *last, const float *change, const float *now, size_t d);

/// 1 when all d values are finite, else 0.
int skm_all_finite(const float *a, size_t d);

/// Floats that skm_trimmed_mean needs as scratch.
size_t skm_trimmed_mean_scratch(size_t n);

/// By coordinate, the mean of the values that remain without the `trim` least and the `trim` largest.
///
/// A NaN counts as +infinity, and -0 as less than 0. The values are added in ascending order. 2 * trim < n.
void skm_trimmed_mean(const float *const *rows, size_t n, size_t d, size_t trim, float *scratch, float *out);

/// By coordinate: mean, sample standard deviation (0 for n = 1), least, largest. Any of the outputs may be NULL.
///
/// Rows are added in order; the squares of their differences from the mean, before it is rounded to a float, likewise,
/// fused. The least and the largest start with the first row and are replaced by what compares less or greater in a
/// later row, so that a NaN in a later row is ignored. n > 0.
void skm_column_statistics(
  const float *const *rows, size_t n, size_t d, float *mean, float *deviation, float *least, float *largest);

#endif
