#ifndef SKYMASK_KERNELS_LINEAR_H
#define SKYMASK_KERNELS_LINEAR_H

#include "correlation.h"

#include "../include/layers.h"

int64_t skm_linear_row(const skm_linear *s);

void SKM(skm_linear_forward)(const skm_linear *s, const float *input, const float *weight, const float *bias, int relu,
                             float *output) {
  const int64_t in = s->planes * s->area, plane = skm_plane(s->area);
  skm_sum sum = {.outer = 1, .middle = s->planes, .inner = s->area, .w_middle = s->area, .w_inner = 1, .w_row = in,
                 .x_middle = plane * FLOATS, .x_inner = FLOATS};
  if (plane == s->area) sum.middle = 1, sum.inner = in;
  const int64_t blocks = block_count(s->out);
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t o = block_start(s->out, blocks, b), rows = block_start(s->out, blocks, b + 1) - o;
    sum_blocks[rows - 1](&sum, weight + o * in, bias + o, relu, input, s->planes * plane * FLOATS,
                         output + o * FLOATS, FLOATS, s->out * FLOATS, s->groups);
  }
}

void SKM(skm_linear_backward_data)(const skm_linear *s, const float *output_gradient, const float *weight,
                                   float *input_gradient) {
  const int64_t in = s->planes * s->area, plane = skm_plane(s->area);
  const skm_sum sum = {.outer = 1, .middle = 1, .inner = s->out, .w_inner = in, .w_row = 1, .x_inner = FLOATS};
  // Planes without padding are one.
  const int64_t planes = plane == s->area ? 1 : s->planes, area = in / planes, blocks = block_count(area);
  for (int64_t p = 0; p < planes; p++)
    for (int64_t b = 0; b < blocks; b++) {
      const int64_t f = block_start(area, blocks, b), rows = block_start(area, blocks, b + 1) - f;
      sum_blocks[rows - 1](&sum, weight + p * area + f, NULL, 0, output_gradient, s->out * FLOATS,
                           input_gradient + (p * plane + f) * FLOATS, FLOATS, s->planes * plane * FLOATS, s->groups);
    }
}

void SKM(skm_linear_backward_weights)(const skm_linear *s, const float *input, const float *output_gradient,
                                      float *scratch, float *weight_gradient, float *bias_gradient) {
  const int64_t in = s->planes * s->area, plane = skm_plane(s->area);
  // The input sample by sample, so that a vector holds neighbouring features.
  const int64_t row = skm_linear_row(s), whole = in / FLOATS, rest = in % FLOATS;
  float *samples = scratch, *last = scratch + row * FLOATS * s->groups;
  for (int64_t g = 0; g < s->groups; g++) {
    float *to = samples + g * FLOATS * row;
    for (int64_t p = 0; p < s->planes; p++) {
      const float *from = input + (g * s->planes + p) * plane * FLOATS;
      for (int64_t a = 0; a < s->area; a++, to++)
        for (int64_t l = 0; l < FLOATS; l++) to[l * row] = from[a * FLOATS + l];
    }
    for (int64_t f = in; f < row; f++, to++)
      for (int64_t l = 0; l < FLOATS; l++) to[l * row] = 0.f;
  }
  const skm_sum sum = {.outer = 1, .middle = s->groups, .inner = FLOATS, .w_middle = s->out * FLOATS, .w_inner = 1,
                       .w_row = FLOATS, .x_middle = row * FLOATS, .x_inner = row};
  const int64_t blocks = block_count(s->out);
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t o = block_start(s->out, blocks, b), rows = block_start(s->out, blocks, b + 1) - o;
    const float *w = output_gradient + o * FLOATS;
    sum_blocks[rows - 1](&sum, w, NULL, 0, samples, FLOATS, weight_gradient + o * in, in, FLOATS, whole);
    if (rest == 0) continue;
    sum_blocks[rows - 1](&sum, w, NULL, 0, samples + whole * FLOATS, FLOATS, last, FLOATS, FLOATS, 1);
    for (int64_t r = 0; r < rows; r++)
      memcpy(weight_gradient + (o + r) * in + whole * FLOATS, last + r * FLOATS, (size_t)rest * sizeof(float));
  }
  for (int64_t o = 0; bias_gradient && o < s->out; o++) {
    vfloat sums = {0};
    for (int64_t g = 0; g < s->groups; g++) sums += load_floats(output_gradient + (g * s->out + o) * FLOATS);
    bias_gradient[o] = sum_of_floats(sums);
  }
}

#endif
