#include "masks.h"
#include "dispatch.h"
#include "vectors.h"

/// e^x for x in ±87, beyond clamped: 2^n times a polynomial in the rest, which is at most ln(2)/2.
SKM_INLINE vfloat exponential(vfloat x) {
  const vfloat lowest = (vfloat){0} - 87.0f, highest = (vfloat){0} + 87.0f;
  x = pick(x < lowest, lowest, x);
  x = pick(x > highest, highest, x);
  // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
  const float magic = 0x1.8p23f;
  vfloat shifted = x * 0x1.715476p0f + magic;
  vfloat whole = shifted - magic;
  // ln 2 in two parts, the first short enough for an exact product.
  vfloat rest = x - whole * 0x1.62e400p-1f;
  rest = rest - whole * 0x1.7f7d1cp-20f;
  // Taylor's series to the seventh power: what is left out is below 2^-24 of the value.
  vfloat p = rest * 0x1.a01a02p-13f + 0x1.6c16c2p-10f;
  p = p * rest + 0x1.111112p-7f;
  p = p * rest + 0x1.555556p-5f;
  p = p * rest + 0x1.555556p-3f;
  p = p * rest + 0.5f;
  p = p * rest + 1.0f;
  p = p * rest + 1.0f;
  vuint power = (((vuint)shifted) + 127u) << 23;
  return p * (vfloat)power;
}

SKM_INLINE vfloat sigmoid(vfloat x) { return 1.0f / (1.0f + exponential(-x)); }

// Columns of a block: row by row, so that memory is read in order, with the sums of a block in the first-level cache.
enum { BLOCK = 512 };

/// `skm_mask_step` on the block of `columns` from `first` on.
///
/// @param moves  whether there is a gradient.
SKM_INLINE void mask_block(
  const float *const *rows, float *const *masks, size_t n, size_t first, size_t columns, int moves,
  const float *gradient, float scale, float clip, float rate, float *mixed, float *sums) {
  float sum[BLOCK] = {0}, total[BLOCK] = {0}, factor[BLOCK], centre[BLOCK];
  const vfloat lowest = (vfloat){0} - clip, highest = (vfloat){0} + clip;
  if (moves) {
    for (size_t k = 0; k < columns; k++) {
      centre[k] = mixed[first + k];
      factor[k] = gradient[first + k] * -scale / sums[first + k];
    }
    for (size_t k = columns; k < BLOCK && k % FLOATS; k++) centre[k] = factor[k] = 0;
  }
  for (size_t i = 0; i < n; i++) {
    const float *row = rows[i] + first;
    float *to = masks[i] + first;
    for (size_t k = 0; k < columns; k += FLOATS) {
      int whole = k + FLOATS <= columns;
      vfloat update = whole ? load_floats(row + k) : load_some(row + k, columns - k);
      vfloat mask = whole ? load_floats(to + k) : load_some(to + k, columns - k);
      vfloat weight = sigmoid(mask);
      if (moves) {
        vfloat slope = load_floats(factor + k) * (update - load_floats(centre + k)) * (weight * (1.0f - weight));
        slope = pick(slope > highest, highest, slope);
        slope = pick(slope < lowest, lowest, slope);
        mask = mask - rate * slope;
        if (whole) store_floats(to + k, mask);
        else store_some(to + k, mask, columns - k);
        weight = sigmoid(mask);
      }
      store_floats(sum + k, load_floats(sum + k) + weight);
      store_floats(total + k, load_floats(total + k) + weight * update);
    }
  }
  for (size_t k = 0; k < columns; k++) {
    mixed[first + k] = total[k] / sum[k];
    sums[first + k] = sum[k];
  }
}

SKM_CLONES
void skm_mask_step(
  const float *const *rows, float *const *masks, size_t n, size_t columns, const float *gradient, float scale,
  float clip, float rate, float *mixed, float *sums) {
  for (size_t first = 0; first < columns; first += BLOCK) {
    size_t count = columns - first < BLOCK ? columns - first : BLOCK;
    if (gradient) mask_block(rows, masks, n, first, count, 1, gradient, scale, clip, rate, mixed, sums);
    else mask_block(rows, masks, n, first, count, 0, gradient, scale, clip, rate, mixed, sums);
  }
}

SKM_INLINE void sigmoids(const float *x, size_t count, float *out) {
  size_t k = 0;
  for (; k + FLOATS <= count; k += FLOATS) store_floats(out + k, sigmoid(load_floats(x + k)));
  if (k < count) store_some(out + k, sigmoid(load_some(x + k, count - k)), count - k);
}

SKM_CLONES
void skm_sigmoid(const float *x, size_t count, float *out) { sigmoids(x, count, out); }

SKM_INLINE void mask_bits(const float *x, size_t count, float threshold, uint64_t *bits) {
  memset(bits, 0, (count + 63) / 64 * sizeof(uint64_t));
  for (size_t k = 0; k < count; k += FLOATS) {
    size_t left = count - k < FLOATS ? count - k : FLOATS;
    vint above = sigmoid(left < FLOATS ? load_some(x + k, left) : load_floats(x + k)) > threshold;
    uint64_t word = 0;
    for (int lane = 0; lane < FLOATS; lane++) word |= (uint64_t)(above[lane] & 1) << lane;
    if (left < FLOATS) word &= ((uint64_t)1 << left) - 1;
    bits[k / 64] |= word << (k % 64);
  }
}

SKM_CLONES
void skm_mask_bits(const float *x, size_t count, float threshold, uint64_t *bits) {
  mask_bits(x, count, threshold, bits);
}

SKM_CLONES
uint64_t skm_common_bits(const uint64_t *a, const uint64_t *b, size_t words) {
  uint64_t count = 0;
  for (size_t k = 0; k < words; k++) count += (uint64_t)__builtin_popcountll(a[k] & b[k]);
  return count;
}
