#ifndef SKYMASK_KERNELS_POOLING_H
#define SKYMASK_KERNELS_POOLING_H

#include "../vectors.h"

#include "../include/layers.h"

typedef uint16_t vshort __attribute__((vector_size(32)));

SKM_INLINE void store_index(uint16_t *to, vint place) {
  const vshort narrow = __builtin_convertvector((vuint)place, vshort);
  memcpy(to, &narrow, sizeof narrow);
}

SKM_INLINE vint load_index(const uint16_t *from) {
  vshort narrow;
  memcpy(&narrow, from, sizeof narrow);
  return (vint)__builtin_convertvector(narrow, vuint);
}

SKM_INLINE vint all_ints(int32_t x) { return (vint){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

/// Floats from one plane of the input to the next, and from the end of one of the output's to the next.
SKM_INLINE int64_t input_plane(const skm_pool *s) { return skm_plane(s->in_height * s->in_width) * FLOATS; }
SKM_INLINE int64_t output_gap(const skm_pool *s) {
  const int64_t area = s->out_height * s->out_width;
  return (skm_plane(area) - area) * FLOATS;
}

SKM_INLINE void max_pool_row_of(const skm_pool *s, const float *input, float *output, uint16_t *index,
                                const int64_t size) {
  for (int64_t x = 0; x < s->out_width; x++, input += s->stride * FLOATS, output += FLOATS) {
    vfloat best = load_floats(input);
    vint place = {0};
    for (int64_t i = 0; i < size; i++)
      for (int64_t j = 0; j < size; j++) {
        const vfloat value = load_floats(input + (i * s->in_width + j) * FLOATS);
        const vint larger = value > best;
        best = pick(larger, value, best);
        place = (larger & all_ints((int32_t)(i * size + j))) | (~larger & place);
      }
    store_floats(output, best);
    if (index) store_index(index, place), index += FLOATS;
  }
}

/// One row of windows; `index` may be NULL.
SKM_INLINE void max_pool_row(const skm_pool *s, const float *input, float *output, uint16_t *index) {
  // The compiler is to know the usual size.
  if (s->size == 2) max_pool_row_of(s, input, output, index, 2);
  else max_pool_row_of(s, input, output, index, s->size);
}

void SKM(skm_max_pool_forward)(const skm_pool *s, const float *input, float *output, uint16_t *index) {
  const int64_t in = input_plane(s), row = s->stride * s->in_width * FLOATS, width = s->out_width * FLOATS;
  const int64_t gap = output_gap(s);
  for (int64_t p = 0; p < s->planes; p++, input += in, output += gap, index = index ? index + gap : NULL)
    for (int64_t y = 0; y < s->out_height; y++, output += width, index = index ? index + width : NULL)
      max_pool_row(s, input + y * row, output, index);
}

/// The gradient of a window's result, where a ReLU before the pool lets it pass.
SKM_INLINE vfloat passed(const float *gradient, const float *output) {
  const vfloat g = load_floats(gradient);
  return output ? (vfloat)((vint)g & (load_floats(output) > (vfloat){0})) : g;
}

SKM_INLINE void spread_row_of(const skm_pool *s, const float *output_gradient, const uint16_t *index,
                              const float *output, float *input_gradient, const int64_t size) {
  const int64_t W = s->in_width, covered = s->out_width * size;
  for (int64_t x = 0; x < s->out_width; x++) {
    const vint g = (vint)passed(output_gradient + x * FLOATS, output ? output + x * FLOATS : NULL);
    const vint place = load_index(index + x * FLOATS);
    for (int64_t i = 0; i < size; i++)
      for (int64_t j = 0; j < size; j++)
        store_floats(input_gradient + (i * W + x * size + j) * FLOATS,
                     (vfloat)((place == all_ints((int32_t)(i * size + j))) & g));
  }
  for (int64_t i = 0; covered < W && i < size; i++)
    memset(input_gradient + (i * W + covered) * FLOATS, 0, (size_t)((W - covered) * FLOATS) * sizeof(float));
}

/// One row of windows side by side: each number of the input belongs to one at the most and is written once. Those that
/// no window covers get 0.
SKM_INLINE void spread_row(const skm_pool *s, const float *output_gradient, const uint16_t *index, const float *output,
                           float *input_gradient) {
  if (s->size == 2) spread_row_of(s, output_gradient, index, output, input_gradient, 2);
  else spread_row_of(s, output_gradient, index, output, input_gradient, s->size);
}

SKM_INLINE void max_pool_backward_apart(const skm_pool *s, const float *output_gradient, const uint16_t *index,
                                        const float *output, float *input_gradient) {
  const int64_t W = s->in_width, width = s->out_width * FLOATS, gap = output_gap(s);
  const int64_t covered = s->out_height * s->size, left = s->in_height - covered;
  for (int64_t p = 0; p < s->planes; p++, input_gradient += input_plane(s)) {
    for (int64_t y = 0; y < s->out_height; y++, output_gradient += width, index += width) {
      spread_row(s, output_gradient, index, output, input_gradient + y * s->size * W * FLOATS);
      if (output) output += width;
    }
    memset(input_gradient + covered * W * FLOATS, 0, (size_t)(left * W * FLOATS) * sizeof(float));
    output_gradient += gap, index += gap;
    if (output) output += gap;
  }
}

void SKM(skm_max_pool_backward)(const skm_pool *s, const float *output_gradient, const uint16_t *index,
                                const float *output, float *input_gradient) {
  const int64_t W = s->in_width, size = s->size, gap = output_gap(s);
  if (size == s->stride) return max_pool_backward_apart(s, output_gradient, index, output, input_gradient);
  memset(input_gradient, 0, (size_t)(s->planes * input_plane(s)) * sizeof(float));
  for (int64_t p = 0; p < s->planes; p++, input_gradient += input_plane(s), output_gradient += gap, index += gap) {
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++, output_gradient += FLOATS, index += FLOATS) {
        const vint g = (vint)passed(output_gradient, output), place = load_index(index);
        if (output) output += FLOATS;
        for (int64_t i = 0; i < size; i++)
          for (int64_t j = 0; j < size; j++) {
            float *to = input_gradient + ((y * s->stride + i) * W + x * s->stride + j) * FLOATS;
            store_floats(to, load_floats(to) + (vfloat)((place == all_ints((int32_t)(i * size + j))) & g));
          }
      }
    if (output) output += gap;
  }
}

void SKM(skm_average_pool_forward)(const skm_pool *s, const float *input, float *output) {
  const int64_t W = s->in_width, gap = output_gap(s);
  const vfloat share = all_floats(1.f / (float)(s->size * s->size));
  for (int64_t p = 0; p < s->planes; p++, input += input_plane(s), output += gap)
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++, output += FLOATS) {
        const float *corner = input + (y * s->stride * W + x * s->stride) * FLOATS;
        vfloat sum = {0};
        for (int64_t i = 0; i < s->size; i++)
          for (int64_t j = 0; j < s->size; j++) sum += load_floats(corner + (i * W + j) * FLOATS);
        store_floats(output, sum * share);
      }
}

void SKM(skm_average_pool_backward)(const skm_pool *s, const float *output_gradient, float *input_gradient) {
  const int64_t W = s->in_width, gap = output_gap(s);
  const vfloat share = all_floats(1.f / (float)(s->size * s->size));
  memset(input_gradient, 0, (size_t)(s->planes * input_plane(s)) * sizeof(float));
  for (int64_t p = 0; p < s->planes; p++, input_gradient += input_plane(s), output_gradient += gap)
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++, output_gradient += FLOATS) {
        const vfloat g = load_floats(output_gradient) * share;
        for (int64_t i = 0; i < s->size; i++)
          for (int64_t j = 0; j < s->size; j++) {
            float *to = input_gradient + ((y * s->stride + i) * W + x * s->stride + j) * FLOATS;
            store_floats(to, load_floats(to) + g);
          }
      }
}

#endif
