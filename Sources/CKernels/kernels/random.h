// Philox; see include/random.h.

typedef uint64_t vulong __attribute__((vector_size(64)));

// Blocks that are computed side by side, one in each lane.
enum { PHILOX_BLOCKS = 16, PHILOX_ROUNDS = 10 };

/// The upper and the lower 32 bits of the products of 16 words with `factor`.
SKM_INLINE void philox_product(vuint words, uint32_t factor, vuint *high, vuint *low) {
  const uint64_t lower = 0xffffffffu;
  vulong even = ((vulong)words & lower) * (uint64_t)factor;
  vulong odd = ((vulong)words >> 32) * (uint64_t)factor;
  *high = (vuint)((even >> 32) | (odd & ~lower));
  *low = (vuint)((even & lower) | (odd << 32));
}

/// The upper 24 bits of 16 words as floats in [0, 1).
SKM_INLINE vfloat philox_floats(vuint words) { return __builtin_convertvector((vint)(words >> 8), vfloat) * 0x1p-24f; }

/// Writes one float of each of four vectors in turn, lane by lane.
SKM_INLINE void philox_interleave(vfloat a, vfloat b, vfloat c, vfloat d, float *out) {
  vfloat ab0 = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  vfloat ab1 = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  vfloat cd0 = __builtin_shufflevector(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  vfloat cd1 = __builtin_shufflevector(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  store_floats(out, __builtin_shufflevector(ab0, cd0, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23));
  store_floats(
    out + 16, __builtin_shufflevector(ab0, cd0, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31));
  store_floats(out + 32, __builtin_shufflevector(ab1, cd1, 0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23));
  store_floats(
    out + 48, __builtin_shufflevector(ab1, cd1, 8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31));
}

void SKM(skm_philox_uniform)(
  const uint32_t key[2], const uint32_t counter[3], uint32_t block, size_t blocks, float *out) {
  const vuint lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (size_t first = 0; first < blocks; first += PHILOX_BLOCKS) {
    vuint c0 = (vuint){0} + counter[0], c1 = (vuint){0} + counter[1], c2 = (vuint){0} + counter[2];
    vuint c3 = lanes + (block + (uint32_t)first);
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < PHILOX_ROUNDS; round++) {
      vuint high0, low0, high1, low1;
      philox_product(c0, 0xD2511F53u, &high0, &low0);
      philox_product(c2, 0xCD9E8D57u, &high1, &low1);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    float floats[4 * PHILOX_BLOCKS];
    size_t left = blocks - first;
    float *to = left < PHILOX_BLOCKS ? floats : out + 4 * first;
    philox_interleave(philox_floats(c0), philox_floats(c1), philox_floats(c2), philox_floats(c3), to);
    if (left < PHILOX_BLOCKS) memcpy(out + 4 * first, floats, 4 * left * sizeof(float));
  }
}
