// Hands each call to the path in use.
#include "paths.h"

#include "CKernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

const char *skm_isa_name(skm_isa isa) {
  static const char *const names[skm_isa_count] = {"generic", "neon", "avx2", "avx512"};
  return names[isa];
}

int skm_isa_is_available(skm_isa isa) {
  switch (isa) {
  case skm_generic: return 1;
#if defined(__x86_64__)
  case skm_avx2: return __builtin_cpu_supports("x86-64-v3") != 0;
  case skm_avx512: return __builtin_cpu_supports("x86-64-v4") != 0;
#elif defined(__aarch64__)
  case skm_neon: return 1;
#endif
  default: return 0;
  }
}

/// What SKYMASK_ISA wishes for: -1 without a wish, -2 for one that cannot be met.
static int wish(void) {
  const char *text = getenv("SKYMASK_ISA");
  if (!text || !*text) return -1;
  for (int isa = 0; isa < skm_isa_count; isa++)
    if (strcmp(text, skm_isa_name((skm_isa)isa)) == 0 && skm_isa_is_available((skm_isa)isa)) return isa;
  return -2;
}

int skm_isa_wish_is_ignored(void) { return wish() == -2; }

static _Atomic int chosen = -1;

skm_isa skm_isa_in_use(void) {
  int isa = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (isa >= 0) return (skm_isa)isa;
  isa = wish();
  for (int widest = skm_isa_count - 1; isa < 0; widest--)
    if (skm_isa_is_available((skm_isa)widest)) isa = widest;
  atomic_store_explicit(&chosen, isa, memory_order_relaxed);
  return (skm_isa)isa;
}

void skm_isa_use(skm_isa isa) {
  if (skm_isa_is_available(isa)) atomic_store_explicit(&chosen, isa, memory_order_relaxed);
}

// One line for each kernel: its result, name, parameters and arguments.
#if defined(__x86_64__)
#define SKM_DISPATCH(result, name, parameters, arguments) \
  result name##_avx512 parameters; \
  result name##_avx2 parameters; \
  result name##_generic parameters; \
  result name parameters { \
    switch (skm_isa_in_use()) { \
    case skm_avx512: return name##_avx512 arguments; \
    case skm_avx2: return name##_avx2 arguments; \
    default: return name##_generic arguments; \
    } \
  }
#elif defined(__aarch64__)
#define SKM_DISPATCH(result, name, parameters, arguments) \
  result name##_neon parameters; \
  result name##_generic parameters; \
  result name parameters { \
    if (skm_isa_in_use() == skm_neon) return name##_neon arguments; \
    return name##_generic arguments; \
  }
#else
#define SKM_DISPATCH(result, name, parameters, arguments) \
  result name##_generic parameters; \
  result name parameters { return name##_generic arguments; }
#endif

SKM_DISPATCH(void, skm_convolution_forward,
             (const skm_convolution *shape, const float *input, const float *weight, const float *bias, int relu,
              float *scratch, float *output),
             (shape, input, weight, bias, relu, scratch, output))
SKM_DISPATCH(void, skm_convolution_backward_data,
             (const skm_convolution *shape, const float *output_gradient, const float *weight, float *scratch,
              float *input_gradient),
             (shape, output_gradient, weight, scratch, input_gradient))
SKM_DISPATCH(void, skm_convolution_backward_weights,
             (const skm_convolution *shape, const float *input, const float *output_gradient, float *scratch,
              float *weight_gradient, float *bias_gradient),
             (shape, input, output_gradient, scratch, weight_gradient, bias_gradient))
SKM_DISPATCH(void, skm_linear_forward,
             (const skm_linear *shape, const float *input, const float *weight, const float *bias, int relu,
              float *output),
             (shape, input, weight, bias, relu, output))
SKM_DISPATCH(void, skm_linear_backward_data,
             (const skm_linear *shape, const float *output_gradient, const float *weight, float *input_gradient),
             (shape, output_gradient, weight, input_gradient))
SKM_DISPATCH(void, skm_linear_backward_weights,
             (const skm_linear *shape, const float *input, const float *output_gradient, float *scratch,
              float *weight_gradient, float *bias_gradient),
             (shape, input, output_gradient, scratch, weight_gradient, bias_gradient))
SKM_DISPATCH(void, skm_max_pool_forward, (const skm_pool *shape, const float *input, float *output, uint16_t *index),
             (shape, input, output, index))
SKM_DISPATCH(void, skm_max_pool_backward,
             (const skm_pool *shape, const float *output_gradient, const uint16_t *index, const float *output,
              float *input_gradient),
             (shape, output_gradient, index, output, input_gradient))
SKM_DISPATCH(void, skm_convolution_max_pool_forward,
             (const skm_convolution *shape, const skm_pool *pool, const float *input, const float *weight,
              const float *bias, int relu, float *scratch, float *output, uint16_t *index),
             (shape, pool, input, weight, bias, relu, scratch, output, index))
SKM_DISPATCH(void, skm_convolution_max_pool_backward_weights,
             (const skm_convolution *shape, const skm_pool *pool, const float *input, const float *output_gradient,
              const uint16_t *index, const float *output, float *scratch, float *weight_gradient, float *bias_gradient),
             (shape, pool, input, output_gradient, index, output, scratch, weight_gradient, bias_gradient))
SKM_DISPATCH(void, skm_average_pool_forward, (const skm_pool *shape, const float *input, float *output),
             (shape, input, output))
SKM_DISPATCH(void, skm_average_pool_backward,
             (const skm_pool *shape, const float *output_gradient, float *input_gradient),
             (shape, output_gradient, input_gradient))
SKM_DISPATCH(void, skm_batch_norm_forward,
             (const skm_batch_norm *shape, const float *input, const float *scale, const float *shift, int given,
              float *mean, float *variance, float *factor, const float *residual, int relu, float *output),
             (shape, input, scale, shift, given, mean, variance, factor, residual, relu, output))
SKM_DISPATCH(void, skm_batch_norm_backward,
             (const skm_batch_norm *shape, const float *input, const float *output_gradient, const float *second,
              const float *output, const float *mean, const float *variance, const float *factor, int given,
              float *masked, float *scale_gradient, float *shift_gradient, float *input_gradient),
             (shape, input, output_gradient, second, output, mean, variance, factor, given, masked, scale_gradient,
              shift_gradient, input_gradient))
SKM_DISPATCH(void, skm_relu, (size_t count, const float *input, float *output), (count, input, output))
SKM_DISPATCH(void, skm_relu_backward,
             (size_t count, const float *output, const float *output_gradient, float *input_gradient),
             (count, output, output_gradient, input_gradient))
SKM_DISPATCH(void, skm_add, (size_t count, const float *a, const float *b, int relu, float *sum),
             (count, a, b, relu, sum))
SKM_DISPATCH(void, skm_sgd,
             (size_t count, float *weights, const float *gradient, float *velocity, float rate, float clip,
              float momentum, float decay),
             (count, weights, gradient, velocity, rate, clip, momentum, decay))
SKM_DISPATCH(double, skm_multiply_add_loop, (int64_t rounds), (rounds))

// aggregation.h
SKM_DISPATCH(size_t, skm_gram_scratch, (size_t n), (n))
SKM_DISPATCH(
  void, skm_gram, (const float *const *rows, size_t n, size_t d, int centred, double *scratch, double *out),
  (rows, n, d, centred, scratch, out))
SKM_DISPATCH(
  void, skm_weighted_sum,
  (const float *const *rows, const double *weights, size_t n, size_t d, double divisor, float *out),
  (rows, weights, n, d, divisor, out))
SKM_DISPATCH(double, skm_dot, (const float *a, const float *b, size_t d), (a, b, d))
SKM_DISPATCH(
  double, skm_prediction_error, (const float *last, const float *change, const float *now, size_t d),
  (last, change, now, d))
SKM_DISPATCH(int, skm_all_finite, (const float *a, size_t d), (a, d))

// coordinates.h
SKM_DISPATCH(size_t, skm_trimmed_mean_scratch, (size_t n), (n))
SKM_DISPATCH(
  void, skm_trimmed_mean, (const float *const *rows, size_t n, size_t d, size_t trim, float *scratch, float *out),
  (rows, n, d, trim, scratch, out))
SKM_DISPATCH(
  void, skm_column_statistics,
  (const float *const *rows, size_t n, size_t d, float *mean, float *deviation, float *least, float *largest),
  (rows, n, d, mean, deviation, least, largest))

// masks.h
SKM_DISPATCH(
  void, skm_mask_step,
  (const float *const *rows, float *const *masks, size_t n, size_t columns, const float *gradient, float scale,
   float clip, float rate, float *mixed, float *sums),
  (rows, masks, n, columns, gradient, scale, clip, rate, mixed, sums))
SKM_DISPATCH(void, skm_sigmoid, (const float *x, size_t count, float *out), (x, count, out))
SKM_DISPATCH(
  void, skm_mask_bits, (const float *x, size_t count, float threshold, uint64_t *bits), (x, count, threshold, bits))
SKM_DISPATCH(uint64_t, skm_common_bits, (const uint64_t *a, const uint64_t *b, size_t words), (a, b, words))

// random.h
SKM_DISPATCH(
  void, skm_philox_uniform,
  (const uint32_t key[2], const uint32_t counter[3], uint32_t block, size_t blocks, float *out),
  (key, counter, block, blocks, out))
