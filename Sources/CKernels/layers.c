#include "layers.h"

size_t skm_convolution_scratch(const skm_convolution *s) {
  return (size_t)(s->out_channels * (s->in_channels * s->kernel * s->kernel + 1) * skm_lanes);
}

/// The length of a sample's row in the scratch of a linear layer.
int64_t skm_linear_row(const skm_linear *s) { return (s->planes * s->area + skm_lanes - 1) / skm_lanes * skm_lanes; }

size_t skm_linear_scratch(const skm_linear *s) {
  return (size_t)(skm_linear_row(s) * skm_lanes * s->groups + skm_lanes * skm_lanes);
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
