// SkyMask's masks; see include/masks.h.

/// e^-x, with x clamped to ±87: 2^n times a polynomial in the remainder r, which is at most ln(2)/2. NaN for NaN.
SKM_INLINE vfloat mask_exponential_of_minus(vfloat x) {
  const vfloat lowest = all_floats(-87.0f), highest = all_floats(87.0f);
  x = pick(x < lowest, lowest, x);
  x = pick(x > highest, highest, x);
  // Adding 1.5 * 2^23 rounds to an integer, which is then in the low bits.
  const vfloat magic = all_floats(0x1.8p23f);
  vfloat shifted = fused(x, all_floats(-0x1.715476p0f), magic);
  vfloat whole = shifted - magic;
  // ln 2 in two parts, the first short enough for an exact product.
  vfloat r = fused(whole, all_floats(-0x1.62e400p-1f), -x);
  r = fused(whole, all_floats(-0x1.7f7d1cp-20f), r);
  // 1 + r + a minimax polynomial of the second to the sixth power: a relative error below 2^-27, before rounding.
  vfloat r2 = r * r;
  vfloat middle = fused(r, all_floats(0x1.555492p-3f), all_floats(0x1.fffffcp-2f));
  vfloat high = fused(r, all_floats(0x1.1239e2p-7f), all_floats(0x1.5558f2p-5f));
  high = fused(r2, all_floats(0x1.6a2434p-10f), high);
  vfloat p = fused(fused(high, r2, middle), r2, r) + 1.0f;
  vuint power = (((vuint)shifted) + 127u) << 23;
  return p * (vfloat)power;
}

SKM_INLINE vfloat mask_sigmoid(vfloat x) { return 1.0f / (1.0f + mask_exponential_of_minus(x)); }

// MARK: steps

// Columns of a block. It is read row by row, in the order of memory; its sums fit the first-level cache. Not a power
// of 2: a load then waits for no earlier store to an address with the same low bits.
enum { MASK_COLUMNS = 1008 };

/// The columns of a block that are kept from row to row.
struct mask_block {
  /// Σ s_i and Σ s_i · rows[i].
  _Alignas(64) float sum[MASK_COLUMNS], total[MASK_COLUMNS];
  /// −scale · gradient / S and D.
  _Alignas(64) float factor[MASK_COLUMNS], centre[MASK_COLUMNS];
};

/// Moves 16 masks, adds their sigmoids to the sums at `k`, and returns the masks.
///
/// @param moves  0 leaves the masks as they are.
SKM_INLINE vfloat mask_vector(
  struct mask_block *block, size_t k, vfloat update, vfloat mask, int moves, float clip, float rate) {
  vfloat weight = mask_sigmoid(mask);
  if (moves) {
    const vfloat lowest = all_floats(-clip), highest = all_floats(clip);
    vfloat slope =
      load_floats(block->factor + k) * (update - load_floats(block->centre + k)) * (weight * (1.0f - weight));
    slope = pick(slope > highest, highest, slope);
    slope = pick(slope < lowest, lowest, slope);
    mask = fused(all_floats(-rate), slope, mask);
    weight = mask_sigmoid(mask);
  }
  store_floats(block->sum + k, load_floats(block->sum + k) + weight);
  store_floats(block->total + k, fused(weight, update, load_floats(block->total + k)));
  return mask;
}

/// `skm_mask_step` on the block of `columns` from `first` on.
///
/// @param moves  whether there is a gradient.
SKM_INLINE void mask_columns(
  const float *const *rows, float *const *masks, size_t n, size_t first, size_t columns, int moves,
  const float *gradient, float scale, float clip, float rate, float *mixed, float *sums) {
  struct mask_block block;
  memset(&block, 0, sizeof block);
  if (moves) {
    for (size_t k = 0; k < columns; k++) {
      block.centre[k] = mixed[first + k];
      block.factor[k] = gradient[first + k] * -scale / sums[first + k];
    }
  }
  for (size_t i = 0; i < n; i++) {
    const float *row = rows[i] + first;
    float *to = masks[i] + first;
    size_t k = 0;
    for (; k + FLOATS <= columns; k += FLOATS) {
      vfloat mask = mask_vector(&block, k, load_floats(row + k), load_floats(to + k), moves, clip, rate);
      if (moves) store_floats(to + k, mask);
    }
    if (k == columns) continue;
    size_t left = columns - k;
    vfloat mask = mask_vector(&block, k, load_some(row + k, left), load_some(to + k, left), moves, clip, rate);
    if (moves) store_some(to + k, mask, left);
  }
  for (size_t k = 0; k < columns; k++) {
    mixed[first + k] = block.total[k] / block.sum[k];
    sums[first + k] = block.sum[k];
  }
}

void SKM(skm_mask_step)(
  const float *const *rows, float *const *masks, size_t n, size_t columns, const float *gradient, float scale,
  float clip, float rate, float *mixed, float *sums) {
  for (size_t first = 0; first < columns; first += MASK_COLUMNS) {
    size_t count = columns - first < MASK_COLUMNS ? columns - first : MASK_COLUMNS;
    if (gradient) mask_columns(rows, masks, n, first, count, 1, gradient, scale, clip, rate, mixed, sums);
    else mask_columns(rows, masks, n, first, count, 0, gradient, scale, clip, rate, mixed, sums);
  }
}

// MARK: sigmoids and bits

void SKM(skm_sigmoid)(const float *x, size_t count, float *out) {
  size_t k = 0;
  for (; k + FLOATS <= count; k += FLOATS) store_floats(out + k, mask_sigmoid(load_floats(x + k)));
  if (k < count) store_some(out + k, mask_sigmoid(load_some(x + k, count - k)), count - k);
}

/// Bit l is 1 where the sigmoid of lane l is above the threshold.
SKM_INLINE uint64_t mask_bits_of(vfloat x, float threshold) {
  typedef _Bool vbool __attribute__((ext_vector_type(FLOATS)));
  vbool above = __builtin_convertvector(mask_sigmoid(x) > threshold, vbool);
  uint16_t bits;
  memcpy(&bits, &above, sizeof bits);
  return bits;
}

void SKM(skm_mask_bits)(const float *x, size_t count, float threshold, uint64_t *bits) {
  size_t k = 0;
  for (; k + 64 <= count; k += 64) {
    uint64_t word = 0;
    SKM_UNROLLED
    for (int part = 0; part < 64; part += FLOATS) word |= mask_bits_of(load_floats(x + k + part), threshold) << part;
    bits[k / 64] = word;
  }
  if (k == count) return;
  uint64_t word = 0;
  for (size_t part = 0; k + part < count; part += FLOATS) {
    size_t left = count - k - part;
    vfloat v = left < FLOATS ? load_some(x + k + part, left) : load_floats(x + k + part);
    word |= mask_bits_of(v, threshold) << part;
  }
  bits[k / 64] = word & (((uint64_t)1 << (count - k)) - 1);
}

uint64_t SKM(skm_common_bits)(const uint64_t *a, const uint64_t *b, size_t words) {
  uint64_t count = 0;
  for (size_t k = 0; k < words; k++) count += (uint64_t)__builtin_popcountll(a[k] & b[k]);
  return count;
}
