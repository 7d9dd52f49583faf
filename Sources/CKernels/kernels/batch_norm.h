#ifndef SKYMASK_KERNELS_BATCH_NORM_H
#define SKYMASK_KERNELS_BATCH_NORM_H

#include "../vectors.h"

#include "../include/layers.h"

typedef float vhalf __attribute__((vector_size(32)));

/// Sums by lane, in double.
typedef struct {
  vdouble low, high;
} lane_sums;

SKM_INLINE void add_lanes(lane_sums *sums, vfloat v) {
  vhalf low, high;
  memcpy(&low, &v, sizeof low);
  memcpy(&high, (const char *)&v + sizeof low, sizeof high);
  sums->low += __builtin_convertvector(low, vdouble);
  sums->high += __builtin_convertvector(high, vdouble);
}

SKM_INLINE double sum_of_lanes(const lane_sums *sums) { return sum_of(sums->low + sums->high); }

/// All bits in the lanes that hold one of the samples.
SKM_INLINE vint live_lanes(int64_t samples) {
  vint live;
  for (int l = 0; l < FLOATS; l++) live[l] = l < samples ? -1 : 0;
  return live;
}

SKM_INLINE vfloat only(vint live, vfloat v) { return (vfloat)(live & (vint)v); }

void SKM(skm_batch_norm_statistics)(const skm_batch_norm *s, const float *input, float *mean, float *variance) {
  const int64_t area = s->height * s->width, plane = skm_plane(area) * FLOATS;
  const double count = (double)(s->samples * area);
  for (int64_t c = 0; c < s->channels; c++) {
    for (int pass = 0; pass < 2; pass++) {
      lane_sums sums = {{0}, {0}};
      const vfloat centre = all_floats(pass ? mean[c] : 0.f);
      for (int64_t g = 0; g < s->groups; g++) {
        const float *x = input + (g * s->channels + c) * plane;
        const vint live = live_lanes(s->samples - g * FLOATS);
        for (int64_t h = 0; h < s->height; h++) {
          vfloat row = {0};
          for (int64_t w = 0; w < s->width; w++, x += FLOATS) {
            const vfloat v = load_floats(x) - centre;
            row = pass ? fused(v, v, row) : row + v;
          }
          add_lanes(&sums, only(live, row));
        }
      }
      (pass ? variance : mean)[c] = (float)(sum_of_lanes(&sums) / count);
    }
  }
}

SKM_INLINE void batch_norm_apply(int64_t area, const float *x, float factor, float offset, const float *residual,
                                 int relu, float *y) {
  const vfloat a = all_floats(factor), b = all_floats(offset), zero = {0};
  for (int64_t at = 0; at < area * FLOATS; at += FLOATS) {
    vfloat v = fused(load_floats(x + at), a, b);
    if (residual) v += load_floats(residual + at);
    if (relu) v = pick(v < zero, zero, v);
    store_floats(y + at, v);
  }
}

void SKM(skm_batch_norm_apply)(const skm_batch_norm *s, const float *input, const float *factor, const float *offset,
                               const float *residual, int relu, float *output) {
  const int64_t area = s->height * s->width, plane = skm_plane(area) * FLOATS;
  for (int64_t p = 0; p < s->groups * s->channels; p++) {
    const int64_t c = p % s->channels;
    batch_norm_apply(area, input + p * plane, factor[c], offset[c], residual ? residual + p * plane : NULL, relu,
                     output + p * plane);
  }
}

void SKM(skm_batch_norm_backward_sums)(const skm_batch_norm *s, const float *input, const float *output_gradient,
                                       const float *second, const float *output, const float *mean, float *masked,
                                       float *sum, float *product_sum) {
  const int64_t plane = skm_plane(s->height * s->width) * FLOATS;
  const vfloat zero = {0};
  for (int64_t c = 0; c < s->channels; c++) {
    lane_sums sums = {{0}, {0}}, products = {{0}, {0}};
    const vfloat centre = all_floats(mean[c]);
    for (int64_t g = 0; g < s->groups; g++) {
      int64_t at = (g * s->channels + c) * plane;
      const vint live = live_lanes(s->samples - g * FLOATS);
      for (int64_t h = 0; h < s->height; h++) {
        vfloat row = {0}, product_row = {0};
        for (int64_t w = 0; w < s->width; w++, at += FLOATS) {
          vfloat v = load_floats(output_gradient + at);
          if (second) v += load_floats(second + at);
          if (output) v = only(load_floats(output + at) > zero, v);
          if (masked) store_floats(masked + at, v);
          row += v;
          product_row = fused(v, load_floats(input + at) - centre, product_row);
        }
        add_lanes(&sums, only(live, row));
        add_lanes(&products, only(live, product_row));
      }
    }
    sum[c] = (float)sum_of_lanes(&sums);
    product_sum[c] = (float)sum_of_lanes(&products);
  }
}

void SKM(skm_batch_norm_backward_apply)(const skm_batch_norm *s, const float *input, const float *g,
                                        const float *factor, const float *mean, const float *a, const float *b,
                                        float *input_gradient) {
  const int64_t area = s->height * s->width, plane = skm_plane(area) * FLOATS;
  for (int64_t p = 0; p < s->groups * s->channels; p++) {
    const int64_t c = p % s->channels;
    const vint live = live_lanes(s->samples - p / s->channels * FLOATS);
    const vfloat scale = all_floats(factor[c]), centre = all_floats(mean[c]), less = all_floats(a[c]),
                 slope = all_floats(-b[c]);
    for (int64_t at = p * plane; at < p * plane + area * FLOATS; at += FLOATS) {
      const vfloat v = fused(load_floats(input + at) - centre, slope, load_floats(g + at) - less);
      store_floats(input_gradient + at, only(live, scale * v));
    }
  }
}

#endif
