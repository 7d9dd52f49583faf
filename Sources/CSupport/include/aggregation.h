#ifndef SKYMASK_AGGREGATION_H
#define SKYMASK_AGGREGATION_H

#include <stddef.h>
#include <stdint.h>

// Loops over clients × parameters. `rows` holds n pointers to d consecutive floats each. Sums are in double unless
// said, in an order that depends on n and d alone.

/// Doubles that skm_gram needs as scratch.
size_t skm_gram_scratch(size_t n);

/// The n × n products of the rows, after the mean row is taken off if `centred`: symmetric, row-major.
///
/// A value that is not finite spoils every product: leave such rows out.
void skm_gram(const float *const *rows, size_t n, size_t d, int centred, double *scratch, double *out);

/// out[j] = (sum of weights[i] * rows[i][j]) / divisor; a row of weight 0 is not read.
void skm_weighted_sum(const float *const *rows, const double *weights, size_t n, size_t d, double divisor, float *out);

/// The product of two vectors.
double skm_dot(const float *a, const float *b, size_t d);

/// The sum of squares of last + change - now.
double skm_prediction_error(const float *last, const float *change, const float *now, size_t d);

/// 1 when all d values are finite, else 0.
int skm_all_finite(const float *a, size_t d);

/// Floats that skm_trimmed_mean needs as scratch.
size_t skm_trimmed_mean_scratch(size_t n);

/// By coordinate, the mean of what is left when the `trim` least and the `trim` largest are taken off.
///
/// A NaN counts as +infinity. 2 * trim < n.
void skm_trimmed_mean(const float *const *rows, size_t n, size_t d, size_t trim, float *scratch, float *out);

/// By coordinate: mean, sample standard deviation (0 for n = 1), least, largest. Any of the outputs may be NULL.
void skm_column_statistics(
  const float *const *rows, size_t n, size_t d, float *mean, float *deviation, float *least, float *largest);

#endif
