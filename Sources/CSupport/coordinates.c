#include <math.h>

#include "aggregation.h"
#include "dispatch.h"
#include "vectors.h"

// Columns that are sorted side by side: four vectors, so that a hundred rows of them fit the first-level cache.
enum { WIDTH = 4 * FLOATS, BLOCK = 256 };

size_t skm_trimmed_mean_scratch(size_t n) { return n * WIDTH; }

/// Sorts the n values of each of WIDTH columns, least first: Batcher's merge exchange (Knuth 5.2.2, algorithm M).
///
/// The comparisons do not depend on the values, so all columns are sorted by the same vector code.
SKM_INLINE void sort_columns(float *tile, size_t n) {
  size_t top = 1;
  while (top < n) top *= 2;
  for (size_t p = top / 2; p > 0; p /= 2) {
    size_t q = top / 2, r = 0, distance = p;
    for (;;) {
      for (size_t i = 0; i + distance < n; i++) {
        if ((i & p) != r) continue;
        float *low = tile + i * WIDTH;
        float *high = low + distance * WIDTH;
#pragma GCC unroll 4
        for (int k = 0; k < WIDTH; k += FLOATS) {
          vfloat a = load_floats(low + k), b = load_floats(high + k);
          store_floats(low + k, pick(a < b, a, b));
          store_floats(high + k, pick(a < b, b, a));
        }
      }
      if (q == p) break;
      distance = q - p;
      q /= 2;
      r = p;
    }
  }
}

SKM_CLONES
void skm_trimmed_mean(const float *const *rows, size_t n, size_t d, size_t trim, float *scratch, float *out) {
  size_t left = n - 2 * trim;
  for (size_t first = 0; first < d; first += WIDTH) {
    size_t columns = d - first < WIDTH ? d - first : WIDTH;
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      float *to = scratch + i * WIDTH;
      for (size_t k = 0; k < columns; k++) to[k] = row[k] == row[k] ? row[k] : INFINITY;
      for (size_t k = columns; k < WIDTH; k++) to[k] = 0;
    }
    sort_columns(scratch, n);
    double sums[WIDTH] = {0};
    for (size_t i = trim; i < n - trim; i++) {
      for (size_t k = 0; k < WIDTH; k++) sums[k] += scratch[i * WIDTH + k];
    }
    for (size_t k = 0; k < columns; k++) out[first + k] = (float)(sums[k] / (double)left);
  }
}

SKM_CLONES
void skm_column_statistics(
  const float *const *rows, size_t n, size_t d, float *mean, float *deviation, float *least, float *largest) {
  double centre[BLOCK], squares[BLOCK];
  float low[BLOCK], high[BLOCK];
  for (size_t first = 0; first < d; first += BLOCK) {
    size_t columns = d - first < BLOCK ? d - first : BLOCK;
    for (size_t k = 0; k < columns; k++) {
      centre[k] = squares[k] = 0;
      low[k] = high[k] = rows[0][first + k];
    }
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      for (size_t k = 0; k < columns; k++) {
        centre[k] += row[k];
        low[k] = row[k] < low[k] ? row[k] : low[k];
        high[k] = row[k] > high[k] ? row[k] : high[k];
      }
    }
    for (size_t k = 0; k < columns; k++) centre[k] /= (double)n;
    if (mean) for (size_t k = 0; k < columns; k++) mean[first + k] = (float)centre[k];
    if (least) memcpy(least + first, low, columns * sizeof(float));
    if (largest) memcpy(largest + first, high, columns * sizeof(float));
    if (!deviation) continue;
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      for (size_t k = 0; k < columns; k++) squares[k] += (row[k] - centre[k]) * (row[k] - centre[k]);
    }
    double freedom = n > 1 ? (double)(n - 1) : 1;
    for (size_t k = 0; k < columns; k++) deviation[first + k] = (float)sqrt(squares[k] / freedom);
  }
}
