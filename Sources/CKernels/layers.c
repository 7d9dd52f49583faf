#include "layers.h"

#include "winograd.h"

skm_tiling skm_tiling_of(const skm_convolution *s, int by_data) {
  skm_tiling t = {.groups = s->groups, .inputs = s->in_channels, .outputs = s->out_channels,
                  .in_height = s->in_height, .in_width = s->in_width, .out_height = s->out_height,
                  .out_width = s->out_width, .padding = s->padding};
  if (by_data)
    t = (skm_tiling){.groups = s->groups, .inputs = s->out_channels, .outputs = s->in_channels,
                     .in_height = s->out_height, .in_width = s->out_width, .out_height = s->in_height,
                     .out_width = s->in_width, .padding = 2 - s->padding};
  // Their transformed inputs, 16 vectors for each channel, are to stay in the second-level cache with the weights.
  t.together = 128 / t.inputs;
  if (t.together < 2) t.together = 2;
  if (t.together > skm_most_together) t.together = skm_most_together;
  return t;
}

/// Taps of a window of 3 that meet one side of the picture, over all the places of the result.
static int64_t taps(int64_t side, int64_t places, int64_t padding) {
  int64_t count = 0;
  for (int64_t place = 0; place < places; place++)
    for (int64_t tap = 0; tap < 3; tap++) count += place + tap >= padding && place + tap < side + padding;
  return count;
}

int skm_uses_winograd(const skm_convolution *s, int by_data) {
  if (s->kernel != 3 || s->stride != 1 || s->padding > 2 || s->in_channels < 16 || s->out_channels < 16) return 0;
  const skm_tiling t = skm_tiling_of(s, by_data);
  const int64_t tiles = ((t.out_height + 1) / 2) * ((t.out_width + 1) / 2);
  return 3 * 16 * tiles <=
         2 * taps(t.in_height, t.out_height, t.padding) * taps(t.in_width, t.out_width, t.padding);
}

size_t skm_tiling_weights(const skm_tiling *t) { return (size_t)(16 * t->inputs * t->outputs + skm_lanes) / 16 * 16; }
size_t skm_tiling_inputs(const skm_tiling *t) { return (size_t)(16 * skm_plane(t->inputs * t->together) * skm_lanes); }
size_t skm_tiling_outputs(const skm_tiling *t) { return (size_t)(16 * skm_plane(skm_widest_block * t->together) * skm_lanes); }

/// Floats that the gradient by weights takes: sums by channel for the biases, and those of the weights or of Winograd's
/// algorithm with its transformed inputs and gradients.
static size_t of_weights(const skm_convolution *s) {
  const int64_t O = s->out_channels, C = s->in_channels;
  if (!skm_uses_winograd(s, 0)) return (size_t)(O * (C * s->kernel * s->kernel + 1) * skm_lanes);
  const skm_tiling t = skm_tiling_of(s, 0);
  const int64_t blocks = (O + skm_lanes - 1) / skm_lanes;
  return skm_tiling_inputs(&t) + (size_t)(skm_lanes * (O + 16 * skm_plane(C * blocks) +
                                                       16 * skm_plane(t.together * skm_lanes * blocks)));
}

size_t skm_convolution_scratch(const skm_convolution *s) {
  size_t most = of_weights(s);
  // The runs of columns with the same taps, at most one for each.
  if (most < (size_t)(skm_lanes * s->in_width)) most = (size_t)(skm_lanes * s->in_width);
  for (int by_data = 0; by_data < 2; by_data++) {
    if (!skm_uses_winograd(s, by_data)) continue;
    const skm_tiling t = skm_tiling_of(s, by_data);
    const size_t size = skm_tiling_weights(&t) + skm_tiling_inputs(&t) + skm_tiling_outputs(&t);
    if (size > most) most = size;
  }
  return most;
}

size_t skm_convolution_max_pool_scratch(const skm_convolution *s, const skm_pool *pool) {
  // Behind that of the convolution: the widest block's rows of windows, forward, and those worked on together, backward.
  int64_t lines = skm_widest_block * skm_plane(pool->size * s->out_width);
  if (lines < skm_weight_lines + skm_widest_block) lines = skm_weight_lines + skm_widest_block;
  return skm_convolution_scratch(s) + (size_t)(lines * skm_lanes);
}

size_t skm_linear_scratch(const skm_linear *s) {
  // The vectors of every sample, and one block of results.
  return (size_t)((skm_linear_vectors * s->groups + 1) * skm_lanes * skm_lanes);
}

void skm_interleave(int64_t samples, int64_t planes, int64_t area, const float *rows, float *activation) {
  const int64_t length = planes * area, padding = (skm_plane(area) - area) * skm_lanes;
  for (int64_t first = 0; first < samples; first += skm_lanes) {
    const float *row[skm_lanes];
    for (int64_t l = 0; l < skm_lanes; l++) row[l] = rows + (first + (first + l < samples ? l : 0)) * length;
    for (int64_t p = 0; p < planes; p++, activation += padding)
      for (int64_t k = p * area; k < (p + 1) * area; k++, activation += skm_lanes)
        for (int64_t l = 0; l < skm_lanes; l++) activation[l] = row[l][k];
  }
}

void skm_interleave_gradient(int64_t samples, int64_t features, const float *rows, float *activation) {
  for (int64_t first = 0; first < samples; first += skm_lanes)
    for (int64_t k = 0; k < features; k++, activation += skm_lanes)
      for (int64_t l = 0; l < skm_lanes; l++)
        activation[l] = first + l < samples ? rows[(first + l) * features + k] : 0.f;
}

void skm_deinterleave(int64_t samples, int64_t features, const float *activation, float *rows) {
  for (int64_t s = 0; s < samples; s++)
    for (int64_t k = 0; k < features; k++)
      rows[s * features + k] = activation[(s / skm_lanes * features + k) * skm_lanes + s % skm_lanes];
}
