#ifndef SKYMASK_KERNELS_LINEAR_H
#define SKYMASK_KERNELS_LINEAR_H

#include "correlation.h"

#include "../include/layers.h"

// Floats of weights that are worked on together, in the first-level cache.
enum { LINEAR_COPY = 4096 };

/// samples[vector][sample][16 features] of `vectors` vectors from feature `first` on; features that there are not are 0.
SKM_INLINE void transpose_features(const skm_linear *s, const float *input, int64_t first, int64_t vectors,
                                   float *samples) {
  const int64_t in = s->planes * s->area, plane = skm_plane(s->area);
  for (int64_t v = 0; v < vectors; v++)
    for (int64_t g = 0; g < s->groups; g++, samples += FLOATS * FLOATS) {
      const float *from = input + g * s->planes * plane * FLOATS, *rows[FLOATS];
      for (int64_t r = 0; r < FLOATS; r++) {
        const int64_t f = first + v * FLOATS + r;
        rows[r] = f < in ? from + (f / s->area * plane + f % s->area) * FLOATS : no_floats;
      }
      transpose_vectors(rows, samples);
    }
}

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
  // Planes without padding are one.
  const int64_t planes = plane == s->area ? 1 : s->planes, area = in / planes;
  // The weights of so many features are copied side by side: in their place, each output's are a page apart.
  float copy[LINEAR_COPY];
  const int64_t most = LINEAR_COPY / s->out / SUM_ROWS * SUM_ROWS;
  for (int64_t p = 0; p < planes; p++)
    for (int64_t first = 0, count; first < area; first += count) {
      count = most > 0 && most < area - first ? most : area - first;
      const float *w = weight + p * area + first;
      skm_sum sum = {.outer = 1, .middle = 1, .inner = s->out, .w_inner = in, .w_row = 1, .x_inner = FLOATS};
      if (count <= most) {
        for (int64_t o = 0; o < s->out; o++) memcpy(copy + o * count, w + o * in, (size_t)count * sizeof(float));
        w = copy, sum.w_inner = count;
      }
      const int64_t blocks = block_count(count);
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t f = block_start(count, blocks, b), rows = block_start(count, blocks, b + 1) - f;
        sum_blocks[rows - 1](&sum, w + f, NULL, 0, output_gradient, s->out * FLOATS,
                             input_gradient + (p * plane + first + f) * FLOATS, FLOATS, s->planes * plane * FLOATS,
                             s->groups);
      }
    }
}

void SKM(skm_linear_backward_weights)(const skm_linear *s, const float *input, const float *output_gradient,
                                      float *scratch, float *weight_gradient, float *bias_gradient) {
  const int64_t in = s->planes * s->area, many = s->groups * FLOATS, blocks = block_count(s->out);
  float *last = scratch + skm_linear_vectors * many * FLOATS;
  const skm_sum sum = {.outer = 1, .middle = s->groups, .inner = FLOATS, .w_middle = s->out * FLOATS, .w_inner = 1,
                       .w_row = FLOATS, .x_middle = FLOATS * FLOATS, .x_inner = FLOATS};
  for (int64_t first = 0; first < in; first += skm_linear_vectors * FLOATS) {
    const int64_t left = in - first, whole = left / FLOATS < skm_linear_vectors ? left / FLOATS : skm_linear_vectors;
    const int64_t rest = whole < skm_linear_vectors ? left % FLOATS : 0;
    transpose_features(s, input, first, whole + (rest > 0), scratch);
    for (int64_t b = 0; b < blocks; b++) {
      const int64_t o = block_start(s->out, blocks, b), rows = block_start(s->out, blocks, b + 1) - o;
      const float *w = output_gradient + o * FLOATS;
      float *to = weight_gradient + o * in + first;
      sum_blocks[rows - 1](&sum, w, NULL, 0, scratch, many * FLOATS, to, in, FLOATS, whole);
      if (rest == 0) continue;
      sum_blocks[rows - 1](&sum, w, NULL, 0, scratch + whole * many * FLOATS, many * FLOATS, last, FLOATS, FLOATS, 1);
      for (int64_t r = 0; r < rows; r++)
        memcpy(to + r * in + whole * FLOATS, last + r * FLOATS, (size_t)rest * sizeof(float));
    }
  }
  for (int64_t o = 0; bias_gradient && o < s->out; o++) {
    vfloat sums = {0};
    for (int64_t g = 0; g < s->groups; g++) sums += load_floats(output_gradient + (g * s->out + o) * FLOATS);
    bias_gradient[o] = sum_of_floats(sums);
  }
}

#endif
