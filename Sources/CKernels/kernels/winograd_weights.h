#ifndef SKYMASK_KERNELS_WINOGRAD_WEIGHTS_H
#define SKYMASK_KERNELS_WINOGRAD_WEIGHTS_H

#include "winograd.h"

// The gradient by weights of a convolution that goes forward by F(2×2, 3×3), which is the transpose of that algorithm:
// with V = Bᵀ d B of a tile's inputs and U = A y Aᵀ of the gradients of its 2 × 2 results, M = the sum of U · V over
// tiles and samples, and the gradient is Gᵀ M G. 16 products for a tile and a pair of channels where the direct sum takes
// 36.
//
// M is summed over the samples of a few tiles at a time, each product fused, and these sums are added in order. Vectors
// are of 16 output channels, so that no lanes remain to be summed: the gradients are transposed first.

/// U of `tiles` tiles of a row: [16][tiles][16 samples][outputs, in whole vectors], `step` floats for each of the 16. Row
/// and column 3 have their sign turned.
static void transform_gradients(const skm_tiling *t, const float *gradient, int64_t row, int64_t first, int64_t tiles,
                                float *u, int64_t step) {
  const int64_t O = t->outputs, OH = t->out_height, OW = t->out_width, plane = skm_plane(OH * OW) * FLOATS;
  const int64_t blocks = (O + FLOATS - 1) / FLOATS;
  for (int64_t tile = 0; tile < tiles; tile++, u += FLOATS * blocks * FLOATS)
    for (int64_t b = 0; b < blocks; b++) {
      float y[4][FLOATS * FLOATS];
      for (int64_t i = 0; i < 4; i++) {
        const int64_t at = 2 * row + i / 2, column = 2 * (first + tile) + i % 2;
        if (at >= OH || column >= OW) {
          memset(y[i], 0, sizeof y[i]);
          continue;
        }
        const float *from = gradient + b * FLOATS * plane + (at * OW + column) * FLOATS, *rows[FLOATS];
        for (int64_t r = 0; r < FLOATS; r++) {
          rows[r] = b * FLOATS + r < O ? from + r * plane : no_floats;
          // What the next row of tiles takes in; only a hint, so that it may lie outside.
          __builtin_prefetch(rows[r] + 2 * OW * FLOATS, 0, 2);
        }
        transpose_vectors(rows, y[i]);
      }
      for (int64_t lane = 0; lane < FLOATS; lane++)
        for (int part = 0; part < FLOATS; part += SKM_REGISTER_FLOATS) {
          vregister d[4], a[4][2];
          SKM_UNROLLED for (int i = 0; i < 4; i++) d[i] = load_register(y[i] + lane * FLOATS + part);
          SKM_UNROLLED for (int j = 0; j < 2; j++) {
            a[0][j] = d[j];
            a[1][j] = d[j] + d[2 + j];
            a[2][j] = d[j] - d[2 + j];
            a[3][j] = d[2 + j];
          }
          float *to = u + (lane * blocks + b) * FLOATS + part;
          SKM_UNROLLED for (int i = 0; i < 4; i++) {
            store_register(to + (4 * i) * step, a[i][0]);
            store_register(to + (4 * i + 1) * step, a[i][0] + a[i][1]);
            store_register(to + (4 * i + 2) * step, a[i][0] - a[i][1]);
            store_register(to + (4 * i + 3) * step, a[i][1]);
          }
        }
    }
}

/// m[row][vectors] += the sum of `count` products of v, a number for each row, and u, whose vectors are `u_step` apart.
SKM_INLINE void add_tiles(const int rows, const int points, int64_t count, const float *v, const float *u,
                          int64_t u_step, float *m) {
  vfloat sums[SUM_ROWS][SUM_POINTS];
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = (vfloat){0};
  _Pragma("clang loop unroll_count(4)") for (int64_t k = 0; k < count; k++) {
    vfloat x[SUM_POINTS];
    SKM_UNROLLED for (int p = 0; p < points; p++) x[p] = load_floats(u + k * u_step + p * FLOATS);
    SKM_UNROLLED for (int r = 0; r < rows; r++) {
      const vfloat w = all_floats(v[r * count + k]);
      SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = fused(w, x[p], sums[r][p]);
    }
  }
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int p = 0; p < points; p++) {
    float *to = m + r * u_step + p * FLOATS;
    store_floats(to, load_floats(to) + sums[r][p]);
  }
}

#define SKM_ADD_TILES(rows) \
  static __attribute__((noinline)) void add_tiles_##rows(int64_t count, const float *v, const float *u, \
                                                         int64_t u_step, float *m) { \
    int64_t at = 0; \
    for (; at + SUM_POINTS * FLOATS <= u_step; at += SUM_POINTS * FLOATS) \
      add_tiles(rows, SUM_POINTS, count, v, u + at, u_step, m + at); \
    if (SUM_POINTS > 1 && at < u_step) add_tiles(rows, 1, count, v, u + at, u_step, m + at); \
  }
SKM_ADD_TILES(1) SKM_ADD_TILES(2) SKM_ADD_TILES(3) SKM_ADD_TILES(4) SKM_ADD_TILES(5) SKM_ADD_TILES(6)
#if SKM_REGISTER_FLOATS == 16
SKM_ADD_TILES(7) SKM_ADD_TILES(8) SKM_ADD_TILES(9) SKM_ADD_TILES(10) SKM_ADD_TILES(11) SKM_ADD_TILES(12)
#endif
static void (*const tile_sums[SUM_ROWS])(int64_t, const float *, const float *, int64_t, float *) = {
    add_tiles_1, add_tiles_2, add_tiles_3, add_tiles_4, add_tiles_5, add_tiles_6,
#if SKM_REGISTER_FLOATS == 16
    add_tiles_7, add_tiles_8, add_tiles_9, add_tiles_10, add_tiles_11, add_tiles_12,
#endif
};

/// Gᵀ M G of one input channel and 16 outputs: 9 vectors.
SKM_INLINE void untransform_weights(const float *m, int64_t step, vfloat w[9]) {
  vfloat a[3][4];
  for (int j = 0; j < 4; j++) {
    const vfloat m0 = load_floats(m + j * step), m1 = load_floats(m + (4 + j) * step),
                 m2 = load_floats(m + (8 + j) * step), m3 = load_floats(m + (12 + j) * step);
    const vfloat half = 0.5f * (m1 + m2);
    a[0][j] = m0 + half;
    a[1][j] = 0.5f * (m1 - m2);
    a[2][j] = half - m3;
  }
  for (int i = 0; i < 3; i++) {
    const vfloat half = 0.5f * (a[i][1] + a[i][2]);
    w[3 * i] = a[i][0] + half;
    w[3 * i + 1] = 0.5f * (a[i][1] - a[i][2]);
    w[3 * i + 2] = half - a[i][3];
  }
}

static void winograd_weights(const skm_tiling *t, const float *input, const float *gradient, float *scratch,
                             float *weight_gradient) {
  const int64_t C = t->inputs, O = t->outputs, blocks = (O + FLOATS - 1) / FLOATS, rows = block_count(C);
  const int64_t in = C * skm_plane(t->in_height * t->in_width) * FLOATS;
  const int64_t out = O * skm_plane(t->out_height * t->out_width) * FLOATS;
  const int64_t high = (t->out_height + 1) / 2, wide = (t->out_width + 1) / 2;
  const int64_t parts = (wide + t->together - 1) / t->together, of_m = skm_plane(C * blocks) * FLOATS;
  float *m = scratch, *v = m + 16 * of_m, *u = v + skm_tiling_inputs(t);
  memset(m, 0, (size_t)(16 * of_m) * sizeof(float));
  for (int64_t g = 0; g < t->groups; g++, input += in, gradient += out)
    for (int64_t row = 0; row < high; row++)
      for (int64_t part = 0; part < parts; part++) {
        const int64_t first = block_start(wide, parts, part), tiles = block_start(wide, parts, part + 1) - first;
        const int64_t of_v = skm_plane(C * tiles) * FLOATS, of_u = skm_plane(tiles * FLOATS * blocks) * FLOATS;
        transform_tiles(t, input, 2 * row - t->padding, 2 * first - t->padding, tiles, v);
        transform_gradients(t, gradient, row, first, tiles, u, of_u);
        for (int64_t k = 0; k < 16; k++)
          for (int64_t b = 0; b < rows; b++) {
            const int64_t c = block_start(C, rows, b), many = block_start(C, rows, b + 1) - c;
            tile_sums[many - 1](tiles * FLOATS, v + k * of_v + c * tiles * FLOATS, u + k * of_u, blocks * FLOATS,
                                m + k * of_m + c * blocks * FLOATS);
          }
      }
  for (int64_t c = 0; c < C; c++)
    for (int64_t b = 0; b < blocks; b++) {
      vfloat w[9];
      untransform_weights(m + (c * blocks + b) * FLOATS, of_m, w);
      for (int64_t o = b * FLOATS; o < lesser(O, (b + 1) * FLOATS); o++)
        for (int j = 0; j < 9; j++) weight_gradient[(o * C + c) * 9 + j] = w[j][o % FLOATS];
    }
}

#endif
