#include "layers.h"
#include "vectors.h"

// Sums run in float within a plane of at most a few thousand numbers and in double from plane to plane; they are taken
// about a first guess of the mean, so that nothing cancels. Four partial sums hide the latency of an addition.
enum { LANES = 16, WAYS = 4 };

SKM_INLINE void statistics(const skm_batch_norm_shape *s, const float *source, float *mean, float *variance,
                          int64_t block) {
  const int64_t plane = s->area * block;
  for (int64_t c = 0; c < s->blocks; c++) {
    for (int64_t start = 0; start < block; start += LANES) {
      const int64_t lanes = block - start < LANES ? block - start : LANES;
      float guess[LANES] = {0};
      double sum[LANES] = {0}, squares[LANES] = {0};
      for (int64_t i = 0; i < s->area; i++)
        for (int64_t b = 0; b < lanes; b++) guess[b] += source[c * plane + i * block + start + b];
      for (int64_t b = 0; b < lanes; b++) guess[b] /= (float)s->area;
      for (int64_t n = 0; n < s->batch; n++) {
        const float *restrict x = source + (n * s->blocks + c) * plane + start;
        float part[WAYS][LANES] = {{0}}, part2[WAYS][LANES] = {{0}};
        int64_t i = 0;
        for (; i + WAYS <= s->area; i += WAYS)
          for (int w = 0; w < WAYS; w++)
            for (int64_t b = 0; b < lanes; b++) {
              float d = x[(i + w) * block + b] - guess[b];
              part[w][b] += d;
              part2[w][b] += d * d;
            }
        for (; i < s->area; i++)
          for (int64_t b = 0; b < lanes; b++) {
            float d = x[i * block + b] - guess[b];
            part[0][b] += d;
            part2[0][b] += d * d;
          }
        for (int64_t b = 0; b < lanes; b++) {
          sum[b] += (double)((part[0][b] + part[1][b]) + (part[2][b] + part[3][b]));
          squares[b] += (double)((part2[0][b] + part2[1][b]) + (part2[2][b] + part2[3][b]));
        }
      }
      const double count = (double)(s->batch * s->area);
      for (int64_t b = 0; b < lanes; b++) {
        double shift = sum[b] / count, v = squares[b] / count - shift * shift;
        mean[c * block + start + b] = (float)((double)guess[b] + shift);
        variance[c * block + start + b] = (float)(v > 0 ? v : (v == v ? 0 : v));
      }
    }
  }
}

SKM_CLONES void skm_batch_norm_statistics(const skm_batch_norm_shape *s, const float *source, float *mean,
                                              float *variance) {
  if (s->block == 16)
    statistics(s, source, mean, variance, 16);
  else if (s->block == 8)
    statistics(s, source, mean, variance, 8);
  else
    statistics(s, source, mean, variance, s->block);
}

SKM_INLINE void apply(const skm_batch_norm_shape *s, const float *source, const float *factor, const float *offset,
                     const float *residual, int relu, float *result, int64_t block) {
  const int64_t plane = s->area * block;
  for (int64_t p = 0; p < s->batch * s->blocks; p++) {
    const float *f = factor + (p % s->blocks) * block, *o = offset + (p % s->blocks) * block;
    const float *restrict x = source + p * plane;
    const float *restrict r = residual ? residual + p * plane : NULL;
    float *restrict y = result + p * plane;
    for (int64_t i = 0; i < s->area; i++)
      for (int64_t b = 0; b < block; b++) {
        float value = x[i * block + b] * f[b] + o[b];
        if (r) value += r[i * block + b];
        // Written so that a NaN passes, as it must to be seen as divergence.
        y[i * block + b] = relu && value < 0.f ? 0.f : value;
      }
  }
}

/// The same for blocks of 16, in vectors whatever the compiler makes of loops.
SKM_INLINE void apply16(const skm_batch_norm_shape *s, const float *source, const float *factor, const float *offset,
                        const float *residual, int relu, float *result) {
  const int64_t plane = s->area * FLOATS;
  for (int64_t p = 0; p < s->batch * s->blocks; p++) {
    const vfloat f = load_floats(factor + (p % s->blocks) * FLOATS), o = load_floats(offset + (p % s->blocks) * FLOATS);
    for (int64_t at = p * plane; at < (p + 1) * plane; at += FLOATS) {
      vfloat value = load_floats(source + at) * f + o;
      if (residual) value += load_floats(residual + at);
      if (relu) value = (vfloat)(~(value < 0.f) & (vint)value);
      store_floats(result + at, value);
    }
  }
}

SKM_CLONES void skm_batch_norm_apply(const skm_batch_norm_shape *s, const float *source, const float *factor,
                                         const float *offset, const float *residual, int relu, float *result) {
  if (s->block == 16) {
    if (residual && relu) return apply16(s, source, factor, offset, residual, 1, result);
    if (relu) return apply16(s, source, factor, offset, NULL, 1, result);
    if (residual) return apply16(s, source, factor, offset, residual, 0, result);
    return apply16(s, source, factor, offset, NULL, 0, result);
  }
  apply(s, source, factor, offset, residual, relu, result, s->block);
}

SKM_INLINE void backward_sums(const skm_batch_norm_shape *s, const float *source, const float *gradient,
                             const float *second, const float *result, const float *factor, const float *offset,
                             const float *mean, int relu, float *masked, float *sum, float *product_sum,
                             int64_t block) {
  const int64_t plane = s->area * block;
  for (int64_t c = 0; c < s->blocks; c++) {
    for (int64_t start = 0; start < block; start += LANES) {
      const int64_t lanes = block - start < LANES ? block - start : LANES;
      const int64_t channel = c * block + start;
      double total[LANES] = {0}, total2[LANES] = {0};
      float f[LANES] = {0}, o[LANES] = {0}, m[LANES] = {0};
      for (int64_t b = 0; b < lanes; b++) {
        f[b] = factor[channel + b];
        o[b] = offset[channel + b];
        m[b] = mean[channel + b];
      }
      for (int64_t n = 0; n < s->batch; n++) {
        const int64_t base = (n * s->blocks + c) * plane + start;
        const float *restrict x = source + base, *restrict g1 = gradient + base;
        const float *restrict g2 = second ? second + base : NULL;
        const float *restrict y = result ? result + base : NULL;
        float *restrict out = result ? masked + base : NULL;
        float part[2][LANES] = {{0}}, part2[2][LANES] = {{0}};
        for (int64_t i = 0; i < s->area; i++) {
          const int64_t w = i & 1;
          for (int64_t b = 0; b < lanes; b++) {
            const int64_t at = i * block + b;
            float value = x[at], g = g1[at];
            if (g2) g += g2[at];
            if (relu) {
              float open = y ? y[at] : value * f[b] + o[b];
              g = open > 0.f ? g : 0.f;
            }
            if (out) out[at] = g;
            part[w][b] += g;
            part2[w][b] += g * (value - m[b]);
          }
        }
        for (int64_t b = 0; b < lanes; b++) {
          total[b] += (double)(part[0][b] + part[1][b]);
          total2[b] += (double)(part2[0][b] + part2[1][b]);
        }
      }
      for (int64_t b = 0; b < lanes; b++) {
        sum[channel + b] = (float)total[b];
        product_sum[channel + b] = (float)total2[b];
      }
    }
  }
}

SKM_CLONES void skm_batch_norm_backward_sums(const skm_batch_norm_shape *s, const float *source,
                                                 const float *gradient, const float *second, const float *result,
                                                 const float *factor, const float *offset, const float *mean, int relu,
                                                 float *masked, float *sum, float *product_sum) {
#define CALL(second_, result_, relu_, block_)                                                                     \
  backward_sums(s, source, gradient, second_, result_, factor, offset, mean, relu_, masked, sum, product_sum, block_)
  if (s->block == 16) {
    if (result && relu) {
      if (second) return CALL(second, result, 1, 16);
      return CALL(NULL, result, 1, 16);
    }
    if (!result) {
      if (second) return relu ? CALL(second, NULL, 1, 16) : CALL(second, NULL, 0, 16);
      return relu ? CALL(NULL, NULL, 1, 16) : CALL(NULL, NULL, 0, 16);
    }
  }
  CALL(second, result, relu, s->block);
#undef CALL
}

SKM_INLINE void backward_apply(const skm_batch_norm_shape *s, const float *source, const float *gradient,
                              const float *second, const float *factor, const float *offset, const float *mean,
                              const float *a, const float *b, int relu, float *source_gradient, int64_t block) {
  const int64_t plane = s->area * block;
  for (int64_t p = 0; p < s->batch * s->blocks; p++) {
    const int64_t channel = (p % s->blocks) * block;
    const float *restrict x = source + p * plane;
    const float *restrict g1 = gradient + p * plane;
    const float *restrict g2 = second ? second + p * plane : NULL;
    float *out = source_gradient + p * plane;
    for (int64_t i = 0; i < s->area; i++)
      for (int64_t l = 0; l < block; l++) {
        const int64_t at = i * block + l, k = channel + l;
        float value = x[at], g = g1[at];
        if (g2) g += g2[at];
        if (relu) g = value * factor[k] + offset[k] > 0.f ? g : 0.f;
        out[at] = factor[k] * (g - a[k] - (value - mean[k]) * b[k]);
      }
  }
}

SKM_INLINE void backward_apply16(const skm_batch_norm_shape *s, const float *source, const float *gradient,
                                 const float *second, const float *factor, const float *offset, const float *mean,
                                 const float *a, const float *b, int relu, float *source_gradient) {
  const int64_t plane = s->area * FLOATS;
  for (int64_t p = 0; p < s->batch * s->blocks; p++) {
    const int64_t channel = (p % s->blocks) * FLOATS;
    const vfloat f = load_floats(factor + channel), o = load_floats(offset + channel), m = load_floats(mean + channel);
    const vfloat shift = load_floats(a + channel), slope = load_floats(b + channel);
    for (int64_t at = p * plane; at < (p + 1) * plane; at += FLOATS) {
      const vfloat value = load_floats(source + at);
      vfloat g = load_floats(gradient + at);
      if (second) g += load_floats(second + at);
      if (relu) g = (vfloat)((value * f + o > 0.f) & (vint)g);
      store_floats(source_gradient + at, f * (g - shift - (value - m) * slope));
    }
  }
}

SKM_CLONES void skm_batch_norm_backward_apply(const skm_batch_norm_shape *s, const float *source,
                                                  const float *gradient, const float *second, const float *factor,
                                                  const float *offset, const float *mean, const float *a,
                                                  const float *b, int relu, float *source_gradient) {
  if (s->block == 16) {
#define CALL(second_, relu_) \
  backward_apply16(s, source, gradient, second_, factor, offset, mean, a, b, relu_, source_gradient)
    if (second) return relu ? CALL(second, 1) : CALL(second, 0);
    return relu ? CALL(NULL, 1) : CALL(NULL, 0);
#undef CALL
  }
  backward_apply(s, source, gradient, second, factor, offset, mean, a, b, relu, source_gradient, s->block);
}
