#ifndef SKYMASK_KERNELS_BATCH_NORM_H
#define SKYMASK_KERNELS_BATCH_NORM_H

#include "../vectors.h"

#include "../include/layers.h"

#include <math.h>

/// Sums by lane, in double.
typedef struct {
  vdouble low, high;
} lane_sums;

SKM_INLINE void add_lanes(lane_sums *sums, vfloat v) {
  sums->low += low_widened(v);
  sums->high += high_widened(v);
}

SKM_INLINE double sum_of_lanes(const lane_sums *sums) { return sum_of(sums->low + sums->high); }

/// All bits in the lanes that hold one of the samples.
SKM_INLINE vint live_lanes(int64_t samples) {
  vint live;
  for (int l = 0; l < FLOATS; l++) live[l] = l < samples ? -1 : 0;
  return live;
}

SKM_INLINE vfloat only(vint live, vfloat v) { return (vfloat)(live & (vint)v); }

/// The statistics of one channel, whose first plane is at `input`.
SKM_INLINE void channel_statistics(const skm_batch_norm *s, const float *input, float *mean, float *variance) {
  const int64_t area = s->height * s->width, step = s->channels * skm_plane(area) * FLOATS;
  const double count = (double)(s->samples * area);
  for (int pass = 0; pass < 2; pass++) {
    lane_sums sums = {{0}, {0}};
    const vfloat centre = all_floats(pass ? *mean : 0.f);
    for (int64_t g = 0; g < s->groups; g++) {
      const float *x = input + g * step;
      const vint live = live_lanes(s->samples - g * FLOATS);
      for (int64_t h = 0; h < s->height; h++) {
        vfloat row = {0};
        if (pass)
          for (int64_t w = 0; w < s->width; w++, x += FLOATS) {
            const vfloat v = load_floats(x) - centre;
            row = fused(v, v, row);
          }
        else
          for (int64_t w = 0; w < s->width; w++, x += FLOATS) row += load_floats(x);
        add_lanes(&sums, only(live, row));
      }
    }
    *(pass ? variance : mean) = (float)(sum_of_lanes(&sums) / count);
  }
}

SKM_INLINE void normalise(int64_t area, const float *x, vfloat factor, vfloat offset, const float *residual,
                          const int relu, float *y) {
  const vfloat zero = {0};
  for (int64_t at = 0; at < area * FLOATS; at += FLOATS) {
    vfloat v = fused(load_floats(x + at), factor, offset);
    if (residual) v += load_floats(residual + at);
    if (relu) v = pick(v < zero, zero, v);
    store_floats(y + at, v);
  }
}

void SKM(skm_batch_norm_forward)(const skm_batch_norm *s, const float *input, const float *scale, const float *shift,
                                 int given, float *mean, float *variance, float *factor, const float *residual,
                                 int relu, float *output) {
  const int64_t area = s->height * s->width, plane = skm_plane(area) * FLOATS;
  for (int64_t c = 0; c < s->channels; c++) {
    if (!given) channel_statistics(s, input + c * plane, mean + c, variance + c);
    factor[c] = scale[c] / sqrtf(variance[c] + s->epsilon);
    const float product = mean[c] * factor[c];
    const vfloat by = all_floats(factor[c]), plus = all_floats(shift[c] - product);
    for (int64_t g = 0; g < s->groups; g++) {
      const int64_t at = (g * s->channels + c) * plane;
      const float *r = residual ? residual + at : NULL;
      if (relu && r) normalise(area, input + at, by, plus, r, 1, output + at);
      else if (relu) normalise(area, input + at, by, plus, NULL, 1, output + at);
      else normalise(area, input + at, by, plus, r, 0, output + at);
    }
  }
}

/// The gradient behind a batch norm and its ReLU.
SKM_INLINE vfloat incoming(const float *gradient, const float *second, const float *output) {
  vfloat v = load_floats(gradient);
  if (second) v += load_floats(second);
  return output ? only(load_floats(output) > (vfloat){0}, v) : v;
}

void SKM(skm_batch_norm_backward)(const skm_batch_norm *s, const float *input, const float *output_gradient,
                                  const float *second, const float *output, const float *mean, const float *variance,
                                  const float *factor, int given, float *masked, float *scale_gradient,
                                  float *shift_gradient, float *input_gradient) {
  const int64_t area = s->height * s->width, plane = skm_plane(area) * FLOATS;
  const float count = (float)(s->samples * area);
  for (int64_t c = 0; c < s->channels; c++) {
    lane_sums sums = {{0}, {0}}, products = {{0}, {0}};
    const vfloat centre = all_floats(mean[c]);
    for (int64_t g = 0; g < s->groups; g++) {
      int64_t at = (g * s->channels + c) * plane;
      const vint live = live_lanes(s->samples - g * FLOATS);
      for (int64_t h = 0; h < s->height; h++) {
        vfloat row = {0}, product_row = {0};
        for (int64_t w = 0; w < s->width; w++, at += FLOATS) {
          const vfloat v = incoming(output_gradient + at, second ? second + at : NULL, output ? output + at : NULL);
          if (masked) store_floats(masked + at, v);
          row += v;
          product_row = fused(v, load_floats(input + at) - centre, product_row);
        }
        add_lanes(&sums, only(live, row));
        add_lanes(&products, only(live, product_row));
      }
    }
    const float sum = (float)sum_of_lanes(&sums), product = (float)sum_of_lanes(&products);
    const float inverse = 1.f / (variance[c] + s->epsilon);
    scale_gradient[c] = product * sqrtf(inverse);
    shift_gradient[c] = sum;
    if (!input_gradient) continue;
    const vfloat by = all_floats(factor[c]), less = all_floats(given ? 0.f : sum / count),
                 slope = all_floats(given ? 0.f : -(product * inverse / count));
    for (int64_t g = 0; g < s->groups; g++) {
      const vint live = live_lanes(s->samples - g * FLOATS);
      const int64_t first = (g * s->channels + c) * plane;
      for (int64_t at = first; at < first + area * FLOATS; at += FLOATS) {
        const vfloat v = masked ? load_floats(masked + at)
                                : incoming(output_gradient + at, second ? second + at : NULL, output ? output + at : NULL);
        const vfloat d = fused(load_floats(input + at) - centre, slope, v - less);
        store_floats(input_gradient + at, only(live, by * d));
      }
    }
  }
}

#endif
