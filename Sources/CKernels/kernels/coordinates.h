// Rules that work on each coordinate separately; see include/aggregation.h.

// MARK: trimmed mean

// Columns that are sorted side by side: four vectors, so that a hundred rows of them fit the first-level cache.
enum { SORT_COLUMNS = 4 * FLOATS };

typedef int32_t half_vint __attribute__((vector_size(32)));

size_t SKM(skm_trimmed_mean_scratch)(size_t n) { return n * SORT_COLUMNS + FLOATS; }

// The sort compares keys: integers in the order of the floats, with -0 before 0, so that the sorted order is unique. A
// tile holds keys in place of the floats.

/// The keys of 16 values; a NaN counts as +infinity.
SKM_INLINE vint keys_of(vfloat v) {
  vint bits = (vint)pick(v == v, v, all_floats(__builtin_inff()));
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

/// The values of 8 keys in a tile.
SKM_INLINE vdouble load_values(const float *keys) {
  half_vint bits;
  memcpy(&bits, keys, sizeof bits);
  bits ^= (bits >> 31) & 0x7fffffff;
  return __builtin_convertvector((half_vfloat)bits, vdouble);
}

/// Moves the lesser key of each column of two rows into the first row, the larger into the second.
SKM_INLINE void sort_rows(float *low, float *high) {
  SKM_UNROLLED
  for (int k = 0; k < SORT_COLUMNS; k += FLOATS) {
    vint a = (vint)load_floats(low + k), b = (vint)load_floats(high + k);
    store_floats(low + k, (vfloat)__builtin_elementwise_min(a, b));
    store_floats(high + k, (vfloat)__builtin_elementwise_max(a, b));
  }
}

/// Sorts the n keys of each column in ascending order: Batcher's merge exchange (Knuth 5.2.2, algorithm M).
///
/// The comparisons do not depend on the values, so all columns are sorted by the same vector code.
SKM_INLINE void sort_columns(float *tile, size_t n, struct ahead *ahead) {
  size_t top = 1;
  while (top < n) top *= 2;
  for (size_t p = top / 2; p > 0; p /= 2) {
    size_t q = top / 2, r = 0, distance = p;
    for (;;) {
      // The rows i with (i & p) == r.
      for (size_t run = r; run + distance < n; run += 2 * p) {
        size_t end = run + p < n - distance ? run + p : n - distance;
        for (size_t i = run; i < end; i++) {
          sort_rows(tile + i * SORT_COLUMNS, tile + (i + distance) * SORT_COLUMNS);
          fetch_ahead(ahead, 1);
        }
      }
      if (q == p) break;
      distance = q - p;
      q /= 2;
      r = p;
    }
  }
}

void SKM(skm_trimmed_mean)(const float *const *rows, size_t n, size_t d, size_t trim, float *scratch, float *out) {
  scratch += (64 - (uintptr_t)scratch % 64) % 64 / sizeof(float);
  float some[SORT_COLUMNS] = {0};
  for (size_t first = 0; first < d; first += SORT_COLUMNS) {
    size_t columns = d - first < SORT_COLUMNS ? d - first : SORT_COLUMNS;
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      float *to = scratch + i * SORT_COLUMNS;
      if (columns < SORT_COLUMNS) row = memcpy(some, row, columns * sizeof(float));
      SKM_UNROLLED
      for (int k = 0; k < SORT_COLUMNS; k += FLOATS) store_floats(to + k, (vfloat)keys_of(load_floats(row + k)));
    }
    struct ahead ahead = columns_ahead(rows, n, d, first + SORT_COLUMNS, SORT_COLUMNS);
    sort_columns(scratch, n, &ahead);
    _Alignas(64) double sums[SORT_COLUMNS] = {0};
    for (size_t i = trim; i < n - trim; i++) {
      for (size_t k = 0; k < SORT_COLUMNS; k += DOUBLES) {
        store_doubles(sums + k, load_doubles(sums + k) + load_values(scratch + i * SORT_COLUMNS + k));
      }
    }
    for (size_t k = 0; k < columns; k++) out[first + k] = (float)(sums[k] / (double)(n - 2 * trim));
  }
}

// MARK: statistics

// Columns whose sums fit the first-level cache, while a hundred of their rows fit the second.
enum { STATISTICS_COLUMNS = 1008, STATISTICS_ROWS = 4 };

/// The running statistics of each column.
struct statistics {
  /// The sum of the rows, then their mean.
  _Alignas(64) double centre[STATISTICS_COLUMNS];
  /// The sum of the squares of what is off the mean.
  _Alignas(64) double squares[STATISTICS_COLUMNS];
  _Alignas(64) float low[STATISTICS_COLUMNS];
  _Alignas(64) float high[STATISTICS_COLUMNS];
};

/// Adds `count` rows to the sums, in order, and compares them with the least and the largest.
SKM_INLINE void add_to_centre(
  const float *const *rows, size_t first, int count, size_t columns, struct statistics *of) {
  size_t k = 0;
  for (; k + FLOATS <= columns; k += FLOATS) {
    vdouble sum0 = load_doubles(of->centre + k), sum1 = load_doubles(of->centre + k + DOUBLES);
    vfloat low = load_floats(of->low + k), high = load_floats(of->high + k);
    SKM_UNROLLED
    for (int r = 0; r < count; r++) {
      vfloat value = load_floats(rows[r] + first + k);
      sum0 += low_widened(value);
      sum1 += high_widened(value);
      low = pick(value < low, value, low);
      high = pick(value > high, value, high);
    }
    store_doubles(of->centre + k, sum0);
    store_doubles(of->centre + k + DOUBLES, sum1);
    store_floats(of->low + k, low);
    store_floats(of->high + k, high);
  }
  for (; k < columns; k++) {
    for (int r = 0; r < count; r++) {
      float value = rows[r][first + k];
      of->centre[k] += value;
      of->low[k] = value < of->low[k] ? value : of->low[k];
      of->high[k] = value > of->high[k] ? value : of->high[k];
    }
  }
}

/// Adds the squares of the differences of `count` rows from the mean, fused, in order.
SKM_INLINE void add_to_squares(
  const float *const *rows, size_t first, int count, size_t columns, struct statistics *of) {
  size_t k = 0;
  for (; k + DOUBLES <= columns; k += DOUBLES) {
    vdouble centre = load_doubles(of->centre + k), sum = load_doubles(of->squares + k);
    SKM_UNROLLED
    for (int r = 0; r < count; r++) {
      vdouble off = load_widened(rows[r] + first + k) - centre;
      sum = fused_doubles(off, off, sum);
    }
    store_doubles(of->squares + k, sum);
  }
  for (; k < columns; k++) {
    for (int r = 0; r < count; r++) {
      double off = rows[r][first + k] - of->centre[k];
      of->squares[k] = __builtin_elementwise_fma(off, off, of->squares[k]);
    }
  }
}

void SKM(skm_column_statistics)(
  const float *const *rows, size_t n, size_t d, float *mean, float *deviation, float *least, float *largest) {
  struct statistics of;
  size_t whole = n / STATISTICS_ROWS * STATISTICS_ROWS;
  for (size_t first = 0; first < d; first += STATISTICS_COLUMNS) {
    size_t columns = d - first < STATISTICS_COLUMNS ? d - first : STATISTICS_COLUMNS;
    memset(of.centre, 0, sizeof of.centre);
    memcpy(of.low, rows[0] + first, columns * sizeof(float));
    memcpy(of.high, rows[0] + first, columns * sizeof(float));
    for (size_t i = 0; i < whole; i += STATISTICS_ROWS) add_to_centre(rows + i, first, STATISTICS_ROWS, columns, &of);
    for (size_t i = whole; i < n; i++) add_to_centre(rows + i, first, 1, columns, &of);
    for (size_t k = 0; k < columns; k++) of.centre[k] /= (double)n;
    if (mean) for (size_t k = 0; k < columns; k++) mean[first + k] = (float)of.centre[k];
    if (least) memcpy(least + first, of.low, columns * sizeof(float));
    if (largest) memcpy(largest + first, of.high, columns * sizeof(float));
    if (!deviation) continue;
    memset(of.squares, 0, sizeof of.squares);
    for (size_t i = 0; i < whole; i += STATISTICS_ROWS) add_to_squares(rows + i, first, STATISTICS_ROWS, columns, &of);
    for (size_t i = whole; i < n; i++) add_to_squares(rows + i, first, 1, columns, &of);
    double freedom = n > 1 ? (double)(n - 1) : 1;
    for (size_t k = 0; k < columns; k++) {
      deviation[first + k] = (float)__builtin_elementwise_sqrt(of.squares[k] / freedom);
    }
  }
}
