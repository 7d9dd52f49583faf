#include "aggregation.h"
#include "dispatch.h"
#include "vectors.h"

// Columns of a tile: n rows of them in double stay in the second-level cache for n of a hundred or so. Not quite a power
// of 2, so that the rows do not all fall into the same sets of the cache.
enum { GRAM_COLUMNS = 504, GRAM_ROWS = 4, BLOCK = 256 };

static size_t padded_rows(size_t n) { return (n + GRAM_ROWS - 1) / GRAM_ROWS * GRAM_ROWS; }

size_t skm_gram_scratch(size_t n) { return (padded_rows(n) + 1) * GRAM_COLUMNS; }

/// Adds the products of rows i..i+3 and j..j+3 of a tile to `out`.
SKM_INLINE void gram_block(const double *tile, size_t i, size_t j, size_t n, double *out) {
  vdouble sums[GRAM_ROWS][GRAM_ROWS] = {{{0}}};
  const double *a = tile + i * GRAM_COLUMNS;
  const double *b = tile + j * GRAM_COLUMNS;
  for (size_t k = 0; k < GRAM_COLUMNS; k += DOUBLES) {
    vdouble left[GRAM_ROWS], right[GRAM_ROWS];
#pragma GCC unroll 4
    for (int r = 0; r < GRAM_ROWS; r++) {
      left[r] = load_doubles(a + r * GRAM_COLUMNS + k);
      right[r] = load_doubles(b + r * GRAM_COLUMNS + k);
    }
#pragma GCC unroll 4
    for (int r = 0; r < GRAM_ROWS; r++) {
#pragma GCC unroll 4
      for (int c = 0; c < GRAM_ROWS; c++) sums[r][c] += left[r] * right[c];
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < GRAM_ROWS; r++) {
#pragma GCC unroll 4
    for (int c = 0; c < GRAM_ROWS; c++) {
      if (i + r < n && j + c < n) out[(i + r) * n + j + c] += sum_of(sums[r][c]);
    }
  }
}

SKM_CLONES
void skm_gram(const float *const *rows, size_t n, size_t d, int centred, double *scratch, double *out) {
  size_t padded = padded_rows(n);
  double *mean = scratch;
  double *tile = scratch + GRAM_COLUMNS;
  memset(out, 0, n * n * sizeof(double));
  memset(scratch, 0, skm_gram_scratch(n) * sizeof(double));
  for (size_t first = 0; first < d; first += GRAM_COLUMNS) {
    size_t columns = d - first < GRAM_COLUMNS ? d - first : GRAM_COLUMNS;
    memset(mean, 0, GRAM_COLUMNS * sizeof(double));
    for (size_t i = 0; centred && i < n; i++) {
      const float *row = rows[i] + first;
      for (size_t k = 0; k < columns; k++) mean[k] += row[k];
    }
    for (size_t k = 0; k < columns; k++) mean[k] /= (double)n;
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      double *centred = tile + i * GRAM_COLUMNS;
      for (size_t k = 0; k < columns; k++) centred[k] = row[k] - mean[k];
      for (size_t k = columns; k < GRAM_COLUMNS; k++) centred[k] = 0;
    }
    for (size_t i = 0; i < padded; i += GRAM_ROWS) {
      for (size_t j = 0; j <= i; j += GRAM_ROWS) gram_block(tile, i, j, n, out);
    }
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) out[i * n + j] = out[j * n + i];
  }
}

SKM_CLONES
void skm_weighted_sum(const float *const *rows, const double *weights, size_t n, size_t d, double divisor, float *out) {
  double sums[BLOCK];
  for (size_t first = 0; first < d; first += BLOCK) {
    size_t columns = d - first < BLOCK ? d - first : BLOCK;
    for (size_t k = 0; k < columns; k++) sums[k] = 0;
    for (size_t i = 0; i < n; i++) {
      double weight = weights[i];
      if (weight == 0) continue;
      const float *row = rows[i] + first;
      for (size_t k = 0; k < columns; k++) sums[k] += weight * row[k];
    }
    for (size_t k = 0; k < columns; k++) out[first + k] = (float)(sums[k] / divisor);
  }
}

SKM_INLINE double dot(const float *a, const float *b, size_t d) {
  enum { CHAINS = 4, STEP = CHAINS * DOUBLES };
  vdouble sums[CHAINS] = {{0}};
  size_t k = 0;
  for (; k + STEP <= d; k += STEP) {
#pragma GCC unroll 4
    for (int chain = 0; chain < CHAINS; chain++) {
      vdouble left, right;
      for (int lane = 0; lane < DOUBLES; lane++) {
        left[lane] = a[k + (size_t)(chain * DOUBLES + lane)];
        right[lane] = b[k + (size_t)(chain * DOUBLES + lane)];
      }
      sums[chain] += left * right;
    }
  }
  double total = sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (; k < d; k++) total += (double)a[k] * b[k];
  return total;
}

SKM_CLONES
double skm_dot(const float *a, const float *b, size_t d) { return dot(a, b, d); }

SKM_INLINE double prediction_error(const float *last, const float *change, const float *now, size_t d) {
  enum { CHAINS = 4, STEP = CHAINS * DOUBLES };
  vdouble sums[CHAINS] = {{0}};
  size_t k = 0;
  for (; k + STEP <= d; k += STEP) {
#pragma GCC unroll 4
    for (int chain = 0; chain < CHAINS; chain++) {
      vdouble off;
      for (int lane = 0; lane < DOUBLES; lane++) {
        size_t at = k + (size_t)(chain * DOUBLES + lane);
        off[lane] = (double)last[at] + change[at] - now[at];
      }
      sums[chain] += off * off;
    }
  }
  double total = sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
  for (; k < d; k++) {
    double off = (double)last[k] + change[k] - now[k];
    total += off * off;
  }
  return total;
}

SKM_CLONES
double skm_prediction_error(const float *last, const float *change, const float *now, size_t d) {
  return prediction_error(last, change, now, d);
}

SKM_CLONES
int skm_all_finite(const float *a, size_t d) {
  // A full exponent marks NaN and the infinities.
  uint32_t spoilt = 0;
  for (size_t k = 0; k < d; k++) {
    uint32_t bits;
    memcpy(&bits, a + k, sizeof bits);
    spoilt |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return spoilt == 0;
}
