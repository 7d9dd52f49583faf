#include "random.h"
#include "dispatch.h"

enum { LANES = 16, ROUNDS = 10 };

SKM_CLONES
void skm_philox_uniform(const uint32_t key[2], const uint32_t counter[3], uint32_t block, size_t blocks, float *out) {
  for (size_t first = 0; first < blocks; first += LANES) {
    // LANES blocks side by side; the loops over lanes become vector code.
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    for (int i = 0; i < LANES; i++) {
      c0[i] = counter[0];
      c1[i] = counter[1];
      c2[i] = counter[2];
      c3[i] = block + (uint32_t)first + (uint32_t)i;
    }
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < LANES; i++) {
        uint64_t product0 = (uint64_t)c0[i] * 0xD2511F53u;
        uint64_t product1 = (uint64_t)c2[i] * 0xCD9E8D57u;
        c0[i] = (uint32_t)(product1 >> 32) ^ c1[i] ^ k0;
        c1[i] = (uint32_t)product1;
        c2[i] = (uint32_t)(product0 >> 32) ^ c3[i] ^ k1;
        c3[i] = (uint32_t)product0;
      }
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    size_t left = blocks - first;
    int count = left < LANES ? (int)left : LANES;
    for (int i = 0; i < count; i++) {
      float *quad = out + 4 * (first + (size_t)i);
      quad[0] = (float)(int32_t)(c0[i] >> 8) * 0x1p-24f;
      quad[1] = (float)(int32_t)(c1[i] >> 8) * 0x1p-24f;
      quad[2] = (float)(int32_t)(c2[i] >> 8) * 0x1p-24f;
      quad[3] = (float)(int32_t)(c3[i] >> 8) * 0x1p-24f;
    }
  }
}
