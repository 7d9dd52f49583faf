// Sums and products over clients × parameters; see include/aggregation.h.

/// The first `count` < 8 floats as doubles, then zeros.
SKM_INLINE vdouble load_some_widened(const float *from, size_t count) {
  half_vfloat v = {0};
  memcpy(&v, from, count * sizeof(float));
  return __builtin_convertvector(v, vdouble);
}

// MARK: memory

/// Columns of rows that are read next: prefetched a few lines at a time, to overlap memory with arithmetic.
struct ahead {
  const float *const *rows;
  size_t count, first, columns;
  /// The place that is fetched next.
  size_t row, column;
};

/// Columns of n rows from `first` on; nothing if fewer than `columns` remain.
SKM_INLINE struct ahead columns_ahead(const float *const *rows, size_t n, size_t d, size_t first, size_t columns) {
  return (struct ahead){rows, first + columns <= d ? n : 0, first, columns, 0, 0};
}

SKM_INLINE void fetch_ahead(struct ahead *ahead, int lines) {
  for (int i = 0; i < lines && ahead->row < ahead->count; i++) {
    __builtin_prefetch(ahead->rows[ahead->row] + ahead->first + ahead->column);
    ahead->column += FLOATS;
    if (ahead->column < ahead->columns) continue;
    ahead->column = 0;
    ahead->row++;
  }
}

// MARK: weighted sums

// Columns whose sums stay in the first-level cache, and rows that are added to them in one pass.
enum { MEAN_COLUMNS = 1024, MEAN_ROWS = 4 };

/// Adds `count` rows times their weights to the sums, in order.
SKM_INLINE void add_weighted(
  const float *const *rows, const double *weights, int count, size_t columns, double *sums) {
  size_t k = 0;
  for (; k + DOUBLES <= columns; k += DOUBLES) {
    vdouble sum = load_doubles(sums + k);
    SKM_UNROLLED
    for (int r = 0; r < count; r++) sum = fused_doubles(all_doubles(weights[r]), load_widened(rows[r] + k), sum);
    store_doubles(sums + k, sum);
  }
  for (; k < columns; k++) {
    SKM_UNROLLED
    for (int r = 0; r < count; r++) sums[k] = __builtin_elementwise_fma(weights[r], (double)rows[r][k], sums[k]);
  }
}

/// The sums of up to MEAN_COLUMNS columns from `first` on: each row times its weight, fused, in order.
///
/// @param weights  NULL for 1 each; a row of weight 0 is not read.
SKM_INLINE void sum_weighted(
  const float *const *rows, const double *weights, size_t n, size_t first, size_t columns, double *sums) {
  memset(sums, 0, columns * sizeof(double));
  // Rows not yet added: they are added MEAN_ROWS at a time.
  const float *waiting[MEAN_ROWS];
  double factors[MEAN_ROWS];
  int count = 0;
  for (size_t i = 0; i < n; i++) {
    double weight = weights ? weights[i] : 1;
    if (weight == 0) continue;
    waiting[count] = rows[i] + first;
    factors[count++] = weight;
    if (count < MEAN_ROWS) continue;
    add_weighted(waiting, factors, MEAN_ROWS, columns, sums);
    count = 0;
  }
  for (int r = 0; r < count; r++) add_weighted(waiting + r, factors + r, 1, columns, sums);
}

void SKM(skm_weighted_sum)(
  const float *const *rows, const double *weights, size_t n, size_t d, double divisor, float *out) {
  _Alignas(64) double sums[MEAN_COLUMNS];
  for (size_t first = 0; first < d; first += MEAN_COLUMNS) {
    size_t columns = d - first < MEAN_COLUMNS ? d - first : MEAN_COLUMNS;
    sum_weighted(rows, weights, n, first, columns, sums);
    for (size_t k = 0; k < columns; k++) out[first + k] = (float)(sums[k] / divisor);
  }
}

// MARK: products of all pairs

// Columns of a tile: a hundred rows of them in double fit the second-level cache, or nearly. Not a power of 2, so that
// the rows do not all map to the same sets of the cache.
enum { GRAM_COLUMNS = 504, GRAM_STEPS = GRAM_COLUMNS / DOUBLES };

// A block keeps the sums of left × right rows in registers, and needs one more register for each right row and one for
// a left row. If a register has fewer than 8 lanes, a block handles one register of lanes after another. The sums of
// different lanes do not depend on each other, so the result is the same.
#if SKM_REGISTERS >= 32
enum { GRAM_LEFT = 4, GRAM_RIGHT = 6 };
#else
enum { GRAM_LEFT = 4, GRAM_RIGHT = 3 };
#endif
enum { GRAM_LANES = SKM_REGISTER_FLOATS / 2, GRAM_GROUPS = DOUBLES / GRAM_LANES };
enum { GRAM_GROUP = GRAM_COLUMNS / GRAM_GROUPS };

// Rows of zeros after the last row, so that every block is complete on every path.
enum { GRAM_PADDING = 5 };

/// As many doubles as fill a register.
typedef double gram_lanes __attribute__((vector_size(GRAM_LANES * 8)));

size_t SKM(skm_gram_scratch)(size_t n) { return (n + GRAM_PADDING + 1) * GRAM_COLUMNS + DOUBLES; }

/// Stores 8 columns of a row of a tile. A row is ordered by group of lanes, then by column.
SKM_INLINE void gram_store(double *row, size_t step, vdouble v) {
  SKM_UNROLLED
  for (int group = 0; group < GRAM_GROUPS; group++) {
    memcpy(
      row + group * GRAM_GROUP + step * GRAM_LANES, (const double *)&v + group * GRAM_LANES,
      GRAM_LANES * sizeof(double));
  }
}

/// The sums of the products of GRAM_LEFT rows from `a` and GRAM_RIGHT rows from `b`, for each lane.
SKM_INLINE void gram_block(const double *a, const double *b, vdouble products[GRAM_LEFT][GRAM_RIGHT]) {
  for (int group = 0; group < GRAM_GROUPS; group++, a += GRAM_GROUP, b += GRAM_GROUP) {
    gram_lanes sums[GRAM_LEFT][GRAM_RIGHT] = {{{0}}};
    for (size_t k = 0; k < GRAM_GROUP; k += GRAM_LANES) {
      gram_lanes right[GRAM_RIGHT];
      SKM_UNROLLED
      for (int c = 0; c < GRAM_RIGHT; c++) memcpy(right + c, b + c * GRAM_COLUMNS + k, sizeof right[c]);
      SKM_UNROLLED
      for (int r = 0; r < GRAM_LEFT; r++) {
        gram_lanes left;
        memcpy(&left, a + r * GRAM_COLUMNS + k, sizeof left);
        SKM_UNROLLED
        for (int c = 0; c < GRAM_RIGHT; c++) sums[r][c] = __builtin_elementwise_fma(left, right[c], sums[r][c]);
      }
    }
    SKM_UNROLLED
    for (int r = 0; r < GRAM_LEFT; r++) {
      SKM_UNROLLED
      for (int c = 0; c < GRAM_RIGHT; c++) {
        memcpy((double *)&products[r][c] + group * GRAM_LANES, &sums[r][c], sizeof sums[r][c]);
      }
    }
  }
}

void SKM(skm_gram)(const float *const *rows, size_t n, size_t d, int centred, double *scratch, double *out) {
  scratch += (64 - (uintptr_t)scratch % 64) % 64 / sizeof(double);
  double *mean = scratch;
  double *tile = scratch + GRAM_COLUMNS;
  memset(out, 0, n * n * sizeof(double));
  memset(scratch, 0, (n + GRAM_PADDING + 1) * GRAM_COLUMNS * sizeof(double));
  for (size_t first = 0; first < d; first += GRAM_COLUMNS) {
    size_t columns = d - first < GRAM_COLUMNS ? d - first : GRAM_COLUMNS;
    size_t whole = columns / DOUBLES, left = columns % DOUBLES;
    if (centred) {
      memset(mean, 0, GRAM_COLUMNS * sizeof(double));
      sum_weighted(rows, NULL, n, first, columns, mean);
      for (size_t k = 0; k < columns; k++) mean[k] /= (double)n;
    }
    for (size_t i = 0; i < n; i++) {
      const float *row = rows[i] + first;
      double *to = tile + i * GRAM_COLUMNS;
      for (size_t s = 0; s < whole; s++) {
        gram_store(to, s, load_widened(row + s * DOUBLES) - load_doubles(mean + s * DOUBLES));
      }
      if (whole == GRAM_STEPS) continue;
      gram_store(to, whole, load_some_widened(row + whole * DOUBLES, left) - load_doubles(mean + whole * DOUBLES));
      for (size_t s = whole + 1; s < GRAM_STEPS; s++) gram_store(to, s, all_doubles(0));
    }
    struct ahead ahead = columns_ahead(rows, n, d, first + GRAM_COLUMNS, GRAM_COLUMNS);
    for (size_t i = 0; i < n; i += GRAM_LEFT) {
      for (size_t j = 0; j < n && j < i + GRAM_LEFT; j += GRAM_RIGHT) {
        fetch_ahead(&ahead, 8);
        vdouble products[GRAM_LEFT][GRAM_RIGHT];
        gram_block(tile + i * GRAM_COLUMNS, tile + j * GRAM_COLUMNS, products);
        for (size_t r = 0; r < GRAM_LEFT && i + r < n; r++) {
          for (size_t c = 0; c < GRAM_RIGHT && j + c < n; c++) out[(i + r) * n + j + c] += sum_of(products[r][c]);
        }
      }
    }
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) out[i * n + j] = out[j * n + i];
  }
}

// MARK: sums over coordinates

// Chains of 8 lanes each, so that additions do not wait for each other.
enum { DOT_CHAINS = 4, DOT_STEP = DOT_CHAINS * DOUBLES };

SKM_INLINE double sum_of_chains(const vdouble sums[DOT_CHAINS]) {
  return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

double SKM(skm_dot)(const float *a, const float *b, size_t d) {
  vdouble sums[DOT_CHAINS] = {{0}};
  size_t k = 0;
  for (; k + DOT_STEP <= d; k += DOT_STEP) {
    SKM_UNROLLED
    for (int chain = 0; chain < DOT_CHAINS; chain++) {
      size_t at = k + (size_t)chain * DOUBLES;
      sums[chain] = fused_doubles(load_widened(a + at), load_widened(b + at), sums[chain]);
    }
  }
  double total = sum_of_chains(sums);
  for (; k < d; k++) total = __builtin_elementwise_fma((double)a[k], (double)b[k], total);
  return total;
}

double SKM(skm_prediction_error)(const float *last, const float *change, const float *now, size_t d) {
  vdouble sums[DOT_CHAINS] = {{0}};
  size_t k = 0;
  for (; k + DOT_STEP <= d; k += DOT_STEP) {
    SKM_UNROLLED
    for (int chain = 0; chain < DOT_CHAINS; chain++) {
      size_t at = k + (size_t)chain * DOUBLES;
      vdouble off = load_widened(last + at) + load_widened(change + at) - load_widened(now + at);
      sums[chain] = fused_doubles(off, off, sums[chain]);
    }
  }
  double total = sum_of_chains(sums);
  for (; k < d; k++) {
    double off = (double)last[k] + change[k] - now[k];
    total = __builtin_elementwise_fma(off, off, total);
  }
  return total;
}

int SKM(skm_all_finite)(const float *a, size_t d) {
  // A full exponent marks NaN and the infinities.
  uint32_t spoilt = 0;
  for (size_t k = 0; k < d; k++) {
    uint32_t bits;
    memcpy(&bits, a + k, sizeof bits);
    spoilt |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return spoilt == 0;
}
