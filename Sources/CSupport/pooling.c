#include "layers.h"
#include "dispatch.h"

#include <string.h>

SKM_INLINE void max_pool(const skm_pool_shape *s, const float *source, float *result, uint8_t *index, int64_t block) {
  const int64_t in_plane = s->in_height * s->in_width * block, out_row = s->out_width * block;
  for (int64_t p = 0; p < s->planes; p++) {
    for (int64_t y = 0; y < s->out_height; y++) {
      float *out = result + (p * s->out_height + y) * out_row;
      uint8_t *at = index ? index + (p * s->out_height + y) * out_row : NULL;
      for (int64_t x = 0; x < s->out_width; x++) {
        const float *corner = source + p * in_plane + ((y * s->stride) * s->in_width + x * s->stride) * block;
        for (int64_t b = 0; b < block; b++) {
          float best = corner[b];
          uint8_t place = 0;
          for (int64_t i = 0; i < s->size; i++) {
            for (int64_t j = 0; j < s->size; j++) {
              float value = corner[(i * s->in_width + j) * block + b];
              uint8_t here = (uint8_t)(i * s->size + j);
              place = value > best ? here : place;
              best = value > best ? value : best;
            }
          }
          out[x * block + b] = best;
          if (at) at[x * block + b] = place;
        }
      }
    }
  }
}

/// The common pool, 2×2 with stride 2: the loop over the block is innermost, so that it becomes vectors.
SKM_INLINE void max_pool_2x2(const skm_pool_shape *s, const float *source, float *result, uint8_t *index,
                            int64_t block) {
  const int64_t row = s->in_width * block;
  for (int64_t p = 0; p < s->planes; p++) {
    for (int64_t y = 0; y < s->out_height; y++) {
      const float *top = source + p * s->in_height * row + 2 * y * row;
      float *restrict out = result + (p * s->out_height + y) * s->out_width * block;
      uint8_t *restrict at = index ? index + (p * s->out_height + y) * s->out_width * block : NULL;
      for (int64_t x = 0; x < s->out_width; x++) {
        const float *restrict a = top + 2 * x * block;
        for (int64_t b = 0; b < block; b++) {
          float v0 = a[b], v1 = a[block + b], v2 = a[row + b], v3 = a[row + block + b];
          float m01 = v1 > v0 ? v1 : v0, m23 = v3 > v2 ? v3 : v2;
          out[x * block + b] = m23 > m01 ? m23 : m01;
        }
        if (!at) continue;
        for (int64_t b = 0; b < block; b++) {
          float v0 = a[b], v1 = a[block + b], v2 = a[row + b], v3 = a[row + block + b];
          float m01 = v1 > v0 ? v1 : v0, m23 = v3 > v2 ? v3 : v2;
          int32_t i01 = v1 > v0 ? 1 : 0, i23 = v3 > v2 ? 3 : 2;
          at[x * block + b] = (uint8_t)(m23 > m01 ? i23 : i01);
        }
      }
    }
  }
}

SKM_INLINE void max_pool_any(const skm_pool_shape *s, const float *source, float *result, uint8_t *index) {
  if (s->size == 2 && s->stride == 2) {
    if (s->block == 16) return max_pool_2x2(s, source, result, index, 16);
    if (s->block == 8) return max_pool_2x2(s, source, result, index, 8);
    return max_pool_2x2(s, source, result, index, s->block);
  }
  max_pool(s, source, result, index, s->block);
}

SKM_CLONES void skm_max_pool_forward(const skm_pool_shape *s, const float *source, float *result, uint8_t *index) {
  max_pool_any(s, source, result, index);
}

SKM_CLONES void skm_max_pool_inference(const skm_pool_shape *s, const float *source, float *result) {
  max_pool_any(s, source, result, NULL);
}

/// Windows that do not overlap: every source element belongs to one window at the most and is written once.
SKM_INLINE void max_pool_backward_2x2(const skm_pool_shape *s, const float *result_gradient, const uint8_t *index,
                                     const float *relu_result, float *source_gradient, int64_t block) {
  const int64_t row = s->in_width * block;
  for (int64_t p = 0; p < s->planes; p++) {
    float *plane = source_gradient + p * s->in_height * row;
    for (int64_t y = 0; y < s->out_height; y++) {
      const int64_t start = (p * s->out_height + y) * s->out_width * block;
      float *restrict top = plane + 2 * y * row;
      for (int64_t x = 0; x < s->out_width; x++) {
        const int64_t at = start + x * block;
        float *restrict a = top + 2 * x * block;
        for (int64_t b = 0; b < block; b++) {
          float g = result_gradient[at + b];
          if (relu_result) g = relu_result[at + b] > 0.f ? g : 0.f;
          int32_t k = index[at + b];
          a[b] = k == 0 ? g : 0.f;
          a[block + b] = k == 1 ? g : 0.f;
          a[row + b] = k == 2 ? g : 0.f;
          a[row + block + b] = k == 3 ? g : 0.f;
        }
      }
      // A column that no window covers.
      if (s->in_width > 2 * s->out_width) {
        const size_t rest = (size_t)((s->in_width - 2 * s->out_width) * block) * sizeof(float);
        memset(top + 2 * s->out_width * block, 0, rest);
        memset(top + row + 2 * s->out_width * block, 0, rest);
      }
    }
    if (s->in_height > 2 * s->out_height)
      memset(plane + 2 * s->out_height * row, 0,
             (size_t)((s->in_height - 2 * s->out_height) * row) * sizeof(float));
  }
}

SKM_CLONES void skm_max_pool_backward(const skm_pool_shape *s, const float *result_gradient, const uint8_t *index,
                                          const float *relu_result, float *source_gradient) {
  if (s->size == 2 && s->stride == 2) {
    if (s->block == 16)
      max_pool_backward_2x2(s, result_gradient, index, relu_result, source_gradient, 16);
    else
      max_pool_backward_2x2(s, result_gradient, index, relu_result, source_gradient, s->block);
    return;
  }
  const int64_t row = s->in_width * s->block;
  memset(source_gradient, 0, (size_t)(s->planes * s->in_height * row) * sizeof(float));
  for (int64_t p = 0; p < s->planes; p++)
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++)
        for (int64_t b = 0; b < s->block; b++) {
          const int64_t at = ((p * s->out_height + y) * s->out_width + x) * s->block + b;
          if (relu_result && !(relu_result[at] > 0.f)) continue;
          const int64_t i = index[at] / s->size, j = index[at] % s->size;
          source_gradient[p * s->in_height * row + (y * s->stride + i) * row + (x * s->stride + j) * s->block + b] +=
              result_gradient[at];
        }
}

SKM_CLONES void skm_average_pool_forward(const skm_pool_shape *s, const float *source, float *result) {
  const int64_t row = s->in_width * s->block;
  const float share = 1.f / (float)(s->size * s->size);
  for (int64_t p = 0; p < s->planes; p++)
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++) {
        float *out = result + ((p * s->out_height + y) * s->out_width + x) * s->block;
        const float *corner = source + p * s->in_height * row + y * s->stride * row + x * s->stride * s->block;
        for (int64_t b = 0; b < s->block; b++) out[b] = 0.f;
        for (int64_t i = 0; i < s->size; i++)
          for (int64_t j = 0; j < s->size; j++)
            for (int64_t b = 0; b < s->block; b++) out[b] += corner[i * row + j * s->block + b];
        for (int64_t b = 0; b < s->block; b++) out[b] *= share;
      }
}

SKM_CLONES void skm_average_pool_backward(const skm_pool_shape *s, const float *result_gradient,
                                              float *source_gradient) {
  const int64_t row = s->in_width * s->block;
  const float share = 1.f / (float)(s->size * s->size);
  memset(source_gradient, 0, (size_t)(s->planes * s->in_height * row) * sizeof(float));
  for (int64_t p = 0; p < s->planes; p++)
    for (int64_t y = 0; y < s->out_height; y++)
      for (int64_t x = 0; x < s->out_width; x++) {
        const float *g = result_gradient + ((p * s->out_height + y) * s->out_width + x) * s->block;
        float *corner = source_gradient + p * s->in_height * row + y * s->stride * row + x * s->stride * s->block;
        for (int64_t i = 0; i < s->size; i++)
          for (int64_t j = 0; j < s->size; j++)
            for (int64_t b = 0; b < s->block; b++) corner[i * row + j * s->block + b] += g[b] * share;
      }
}
