#include "layers.h"
#include "vectors.h"

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

typedef uint8_t vbyte __attribute__((vector_size(16)));

SKM_INLINE vbyte load_bytes(const uint8_t *from) {
  vbyte v;
  memcpy(&v, from, sizeof v);
  return v;
}

/// The common pool, 2×2 with stride 2: lane by lane in blocks of fewer than 16; else vectors of 16, the last of which
/// overlaps the one before it where the block is no multiple of 16. What two write is the same.
SKM_INLINE void max_pool_2x2(const skm_pool_shape *s, const float *source, float *result, uint8_t *index,
                            int64_t block) {
  const int64_t row = s->in_width * block;
  for (int64_t p = 0; p < s->planes; p++) {
    for (int64_t y = 0; y < s->out_height; y++) {
      const float *top = source + p * s->in_height * row + 2 * y * row;
      const int64_t start = (p * s->out_height + y) * s->out_width * block;
      for (int64_t x = 0; x < s->out_width; x++) {
        for (int64_t b = 0; block < FLOATS && b < block; b++) {
          const int64_t at = start + x * block + b;
          const float *a = top + 2 * x * block + b;
          const float high = a[block] > a[0] ? a[block] : a[0];
          const float low = a[row + block] > a[row] ? a[row + block] : a[row];
          result[at] = low > high ? low : high;
          if (index) index[at] = (uint8_t)(low > high ? 2 + (a[row + block] > a[row]) : a[block] > a[0]);
        }
        for (int64_t lane = 0; block >= FLOATS && lane < block; lane += FLOATS) {
          const int64_t b = lane + FLOATS <= block ? lane : block - FLOATS, at = start + x * block + b;
          const float *a = top + 2 * x * block + b;
          const vfloat v0 = load_floats(a), v1 = load_floats(a + block);
          const vfloat v2 = load_floats(a + row), v3 = load_floats(a + row + block);
          const vint right = v1 > v0, low_right = v3 > v2;
          const vfloat high = pick(right, v1, v0), low = pick(low_right, v3, v2);
          const vint down = low > high;
          store_floats(result + at, pick(down, low, high));
          if (!index) continue;
          // A comparison that holds is −1: 0 and 1 in the upper row, 2 and 3 in the lower.
          const vint place = (down & (2 - low_right)) | (~down & -right);
          const vbyte bytes = __builtin_convertvector(place, vbyte);
          memcpy(index + at, &bytes, sizeof bytes);
        }
      }
    }
  }
}

SKM_INLINE void max_pool_any(const skm_pool_shape *s, const float *source, float *result, uint8_t *index) {
  if (s->size == 2 && s->stride == 2) {
    if (s->block == FLOATS) return max_pool_2x2(s, source, result, index, FLOATS);
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
      float *top = plane + 2 * y * row;
      for (int64_t x = 0; x < s->out_width; x++) {
        for (int64_t b = 0; block < FLOATS && b < block; b++) {
          const int64_t at = start + x * block + b;
          const float g = relu_result && !(relu_result[at] > 0.f) ? 0.f : result_gradient[at];
          const int place = index[at];
          float *a = top + 2 * x * block + b;
          a[0] = place == 0 ? g : 0.f;
          a[block] = place == 1 ? g : 0.f;
          a[row] = place == 2 ? g : 0.f;
          a[row + block] = place == 3 ? g : 0.f;
        }
        for (int64_t lane = 0; block >= FLOATS && lane < block; lane += FLOATS) {
          const int64_t b = lane + FLOATS <= block ? lane : block - FLOATS, at = start + x * block + b;
          float *a = top + 2 * x * block + b;
          vint g = (vint)load_floats(result_gradient + at);
          if (relu_result) g &= load_floats(relu_result + at) > 0.f;
          const vint place = __builtin_convertvector(load_bytes(index + at), vint);
          store_floats(a, (vfloat)((place == 0) & g));
          store_floats(a + block, (vfloat)((place == 1) & g));
          store_floats(a + row, (vfloat)((place == 2) & g));
          store_floats(a + row + block, (vfloat)((place == 3) & g));
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
    if (s->block == FLOATS)
      max_pool_backward_2x2(s, result_gradient, index, relu_result, source_gradient, FLOATS);
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
