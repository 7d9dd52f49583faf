#ifndef SKYMASK_KERNELS_ELEMENTWISE_H
#define SKYMASK_KERNELS_ELEMENTWISE_H

#include "../vectors.h"

#include "../include/layers.h"

void SKM(skm_relu)(size_t count, const float *input, float *output) {
  for (size_t i = 0; i < count; i++) output[i] = input[i] < 0.f ? 0.f : input[i];
}

void SKM(skm_relu_backward)(size_t count, const float *output, const float *output_gradient, float *input_gradient) {
  for (size_t i = 0; i < count; i++) input_gradient[i] = output[i] > 0.f ? output_gradient[i] : 0.f;
}

void SKM(skm_add)(size_t count, const float *a, const float *b, int relu, float *sum) {
  if (relu)
    for (size_t i = 0; i < count; i++) {
      const float value = a[i] + b[i];
      sum[i] = value < 0.f ? 0.f : value;
    }
  else
    for (size_t i = 0; i < count; i++) sum[i] = a[i] + b[i];
}

/// One vector of a step; comparisons let a NaN through, so that a diverged client is seen.
SKM_INLINE vfloat sgd(vfloat w, vfloat g, float *velocity, vfloat rate, vfloat clip, vfloat momentum, vfloat decay) {
  g = pick(g > clip, clip, g);
  g = pick(g < -clip, -clip, g);
  g = fused(decay, w, g);
  if (velocity) {
    g = fused(momentum, load_floats(velocity), g);
    store_floats(velocity, g);
  }
  return fused(-rate, g, w);
}

void SKM(skm_sgd)(size_t count, float *weights, const float *gradient, float *velocity, float rate, float clip,
                  float momentum, float decay) {
  const vfloat r = all_floats(rate), c = all_floats(clip), m = all_floats(momentum), d = all_floats(decay);
  size_t i = 0;
  for (; i + FLOATS <= count; i += FLOATS)
    store_floats(weights + i, sgd(load_floats(weights + i), load_floats(gradient + i), velocity ? velocity + i : NULL,
                                  r, c, m, d));
  if (i == count) return;
  const size_t rest = count - i;
  float held[FLOATS] = {0};
  if (velocity) memcpy(held, velocity + i, rest * sizeof(float));
  store_some(weights + i, sgd(load_some(weights + i, rest), load_some(gradient + i, rest), velocity ? held : NULL, r,
                              c, m, d), rest);
  if (velocity) memcpy(velocity + i, held, rest * sizeof(float));
}

// Sums that are independent: enough for two multiply-adds a cycle that take four or five each, and no more than fit the
// registers with two left for the operands.
enum { PEAK_SUMS = SKM_REGISTERS == 32 ? 24 : 12 };
double SKM(skm_multiply_add_loop)(int64_t rounds) {
  vregister sums[PEAK_SUMS], x, y;
  for (int l = 0; l < SKM_REGISTER_FLOATS; l++) x[l] = 0.999999f, y[l] = 1e-7f;
  SKM_UNROLLED for (int s = 0; s < PEAK_SUMS; s++) sums[s] = y * (float)s;
  for (int64_t r = 0; r < rounds; r++) {
    SKM_UNROLLED for (int s = 0; s < PEAK_SUMS; s++) sums[s] = fuse(sums[s], x, y);
  }
  volatile float sink = 0;
  SKM_UNROLLED for (int s = 0; s < PEAK_SUMS; s++) sink = sink + sums[s][0];
  return (double)rounds * PEAK_SUMS * SKM_REGISTER_FLOATS * 2;
}

#endif
