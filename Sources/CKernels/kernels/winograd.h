#ifndef SKYMASK_KERNELS_WINOGRAD_H
#define SKYMASK_KERNELS_WINOGRAD_H

#include "correlation.h"

#include "../winograd.h"

// Winograd's F(2×2, 3×3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016): a tile of
// 2 × 2 results from 4 × 4 numbers by 16 products where direct convolution takes 36.
//
// With Bᵀ = [1 0 −1 0; 0 1 1 0; 0 −1 1 0; 0 1 0 −1], G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1] and Aᵀ = [1 1 1 0; 0 1 −1 −1]:
// V = Bᵀ d B by input channel, U = G w Gᵀ by pair of channels, M = the sum of U · V by input channel, each product fused,
// and Y = Aᵀ M A by output channel.

/// U by block of outputs, [16][inputs][outputs of the block]. The kernel of output o and input i starts at
/// weight[o · of_output + i · of_input]; flipped, it is taken from its end.
static void transform_weights(int64_t outputs, int64_t inputs, const float *weight, int64_t of_output, int64_t of_input,
                              int flipped, float *u) {
  const int64_t blocks = block_count(outputs);
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t first = block_start(outputs, blocks, b), many = block_start(outputs, blocks, b + 1) - first;
    const int64_t step = inputs * many;
    for (int64_t i = 0; i < inputs; i++)
      for (int64_t r = 0; r < many; r++) {
        const float *w = weight + (first + r) * of_output + i * of_input;
        float t[4][3];
        for (int j = 0; j < 3; j++) {
          const float top = flipped ? w[8 - j] : w[j], middle = flipped ? w[5 - j] : w[3 + j],
                      bottom = flipped ? w[2 - j] : w[6 + j];
          t[0][j] = top;
          t[1][j] = 0.5f * ((top + bottom) + middle);
          t[2][j] = 0.5f * ((top + bottom) - middle);
          t[3][j] = bottom;
        }
        float *to = u + first * 16 * inputs + i * many + r;
        for (int row = 0; row < 4; row++) {
          to[(4 * row) * step] = t[row][0];
          to[(4 * row + 1) * step] = 0.5f * ((t[row][0] + t[row][2]) + t[row][1]);
          to[(4 * row + 2) * step] = 0.5f * ((t[row][0] + t[row][2]) - t[row][1]);
          to[(4 * row + 3) * step] = t[row][2];
        }
      }
  }
}

/// M of `points` vectors of tiles and one of the 16: m[row][vectors] = the sum of u · v by input channel.
SKM_INLINE void multiply(const int rows, const int points, int64_t inputs, int64_t vectors, const float *u,
                         const float *v, float *m) {
  vfloat sums[SUM_ROWS][SUM_POINTS];
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = (vfloat){0};
  _Pragma("clang loop unroll_count(2)") for (int64_t c = 0; c < inputs; c++, u += rows, v += vectors * FLOATS) {
    vfloat x[SUM_POINTS];
    SKM_UNROLLED for (int p = 0; p < points; p++) x[p] = load_floats(v + p * FLOATS);
    SKM_UNROLLED for (int r = 0; r < rows; r++) {
      const vfloat w = all_floats(u[r]);
      SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = fused(w, x[p], sums[r][p]);
    }
  }
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int p = 0; p < points; p++) {
    store_floats(m + (r * vectors + p) * FLOATS, sums[r][p]);
  }
}

/// M of one block of outputs, all 16 of it: m[16][rows][vectors], an odd number of vectors for each of the 16.
SKM_INLINE void multiply_block(const int rows, int64_t inputs, int64_t vectors, const float *u, const float *v,
                               float *m) {
  const int64_t of_v = skm_plane(inputs * vectors) * FLOATS, of_m = skm_plane(rows * vectors) * FLOATS;
  for (int k = 0; k < 16; k++, u += inputs * rows, v += of_v, m += of_m) {
    int64_t p = 0;
    for (; p + SUM_POINTS <= vectors; p += SUM_POINTS)
      multiply(rows, SUM_POINTS, inputs, vectors, u, v + p * FLOATS, m + p * FLOATS);
    if (SUM_POINTS > 1 && p < vectors) multiply(rows, 1, inputs, vectors, u, v + p * FLOATS, m + p * FLOATS);
  }
}

#define SKM_MULTIPLY(rows) \
  static __attribute__((noinline)) void multiply_##rows(int64_t inputs, int64_t vectors, const float *u, \
                                                        const float *v, float *m) { \
    multiply_block(rows, inputs, vectors, u, v, m); \
  }
SKM_MULTIPLY(1) SKM_MULTIPLY(2) SKM_MULTIPLY(3) SKM_MULTIPLY(4) SKM_MULTIPLY(5) SKM_MULTIPLY(6)
#if SKM_REGISTER_FLOATS == 16
SKM_MULTIPLY(7) SKM_MULTIPLY(8) SKM_MULTIPLY(9) SKM_MULTIPLY(10) SKM_MULTIPLY(11) SKM_MULTIPLY(12)
#endif
static void (*const multiplies[SUM_ROWS])(int64_t, int64_t, const float *, const float *, float *) = {
    multiply_1, multiply_2, multiply_3, multiply_4, multiply_5, multiply_6,
#if SKM_REGISTER_FLOATS == 16
    multiply_7, multiply_8, multiply_9, multiply_10, multiply_11, multiply_12,
#endif
};

/// The register at `offset` of a picture, or zeros outside of it.
SKM_INLINE vregister inside(const float *x, int is_inside, ptrdiff_t offset) {
  return is_inside ? load_register(x + offset) : (vregister){0};
}

/// V of one channel of one tile; `step` floats lie between its 16 registers. `rows` and `columns` say which of the four
/// are inside the picture.
SKM_INLINE void transform_tile(const float *x, int64_t width, const int *rows, const int *columns, const int whole,
                               float *v, int64_t step) {
  vregister b[4][4];
  SKM_UNROLLED for (int j = 0; j < 4; j++) {
    vregister d[4];
    SKM_UNROLLED for (int i = 0; i < 4; i++)
      d[i] = inside(x, whole || (rows[i] && columns[j]), (i * width + j) * FLOATS);
    b[0][j] = d[0] - d[2];
    b[1][j] = d[1] + d[2];
    b[2][j] = d[2] - d[1];
    b[3][j] = d[1] - d[3];
  }
  SKM_UNROLLED for (int i = 0; i < 4; i++) {
    store_register(v + (4 * i) * step, b[i][0] - b[i][2]);
    store_register(v + (4 * i + 1) * step, b[i][1] + b[i][2]);
    store_register(v + (4 * i + 2) * step, b[i][2] - b[i][1]);
    store_register(v + (4 * i + 3) * step, b[i][1] - b[i][3]);
  }
}

/// V of `tiles` tiles of a row, whose first number is at `top` and `left`: [16][inputs][tiles], an odd number of vectors
/// for each of the 16.
SKM_INLINE void transform_tiles(const skm_tiling *t, const float *input, int64_t top, int64_t left, int64_t tiles,
                                float *v) {
  const int64_t H = t->in_height, W = t->in_width, plane = skm_plane(H * W) * FLOATS;
  const int64_t step = skm_plane(t->inputs * tiles) * FLOATS;
  int rows[4], columns[4];
  for (int i = 0; i < 4; i++) rows[i] = top + i >= 0 && top + i < H;
  for (int64_t c = 0; c < t->inputs; c++, input += plane)
    for (int64_t tile = 0; tile < tiles; tile++, v += FLOATS) {
      const int64_t first = left + 2 * tile;
      const float *x = input + (top * W + first) * FLOATS;
      // What the next row of tiles takes in; only a hint, so that it may lie outside.
      for (int i = 4; i < 6; i++)
        for (int j = 2; j < 4; j++) __builtin_prefetch(x + (i * W + j) * FLOATS, 0, 2);
      if (top >= 0 && top + 4 <= H && first >= 0 && first + 4 <= W) {
        for (int lane = 0; lane < FLOATS; lane += SKM_REGISTER_FLOATS)
          transform_tile(x + lane, W, rows, columns, 1, v + lane, step);
        continue;
      }
      for (int j = 0; j < 4; j++) columns[j] = first + j >= 0 && first + j < W;
      for (int lane = 0; lane < FLOATS; lane += SKM_REGISTER_FLOATS)
        transform_tile(x + lane, W, rows, columns, 0, v + lane, step);
    }
}

/// Y of one output of one tile from m[16], `step` floats apart, of which the first `height` × `width` are stored.
SKM_INLINE void untransform_tile(const float *m, int64_t step, float bias, int relu, float *y, int64_t row,
                                 const int height, const int width) {
  vregister s[2][4];
  SKM_UNROLLED for (int j = 0; j < 4; j++) {
    const vregister m0 = load_register(m + j * step), m1 = load_register(m + (4 + j) * step),
                    m2 = load_register(m + (8 + j) * step), m3 = load_register(m + (12 + j) * step);
    s[0][j] = (m0 + m1) + m2;
    s[1][j] = (m1 - m2) - m3;
  }
  for (int i = 0; i < height; i++) {
    vregister a = ((s[i][0] + s[i][1]) + s[i][2]) + bias, b = ((s[i][1] - s[i][2]) - s[i][3]) + bias;
    if (relu) a = rectified(a), b = rectified(b);
    store_register(y + i * row * FLOATS, a);
    if (width > 1) store_register(y + (i * row + 1) * FLOATS, b);
  }
}

/// The tiles from `first` on of one row of tiles.
SKM_INLINE void winograd_tiles(const skm_tiling *t, const float *input, const float *u, const float *bias, int relu,
                               float *v, float *m, float *output, int64_t row, int64_t first, int64_t tiles) {
  const int64_t C = t->inputs, O = t->outputs, OH = t->out_height, OW = t->out_width, blocks = block_count(O);
  const int64_t out_plane = skm_plane(OH * OW);
  transform_tiles(t, input, 2 * row - t->padding, 2 * first - t->padding, tiles, v);
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t o = block_start(O, blocks, b), many = block_start(O, blocks, b + 1) - o;
    const int64_t step = skm_plane(many * tiles) * FLOATS;
    multiplies[many - 1](C, tiles, u + o * 16 * C, v, m);
    for (int64_t r = 0; r < many; r++) {
      float *y = output + ((o + r) * out_plane + 2 * row * OW + 2 * first) * FLOATS;
      const float *from = m + r * tiles * FLOATS;
      const float start = bias ? bias[o + r] : 0.f;
      for (int64_t tile = 0; tile < tiles; tile++, from += FLOATS, y += 2 * FLOATS) {
        for (int i = 2; i < 4; i++)
          for (int j = 0; j < 2; j++) __builtin_prefetch(y + (i * OW + j) * FLOATS, 1, 2);
        const int high = OH - 2 * row > 1, wide = OW - 2 * (first + tile) > 1;
        for (int lane = 0; lane < FLOATS; lane += SKM_REGISTER_FLOATS) {
          if (high && wide) untransform_tile(from + lane, step, start, relu, y + lane, OW, 2, 2);
          else untransform_tile(from + lane, step, start, relu, y + lane, OW, 1 + high, 1 + wide);
        }
      }
    }
  }
}

/// A convolution of stride 1: forward, or by data with the roles of the two sides exchanged.
SKM_INLINE void winograd(const skm_tiling *t, const float *input, const float *u, const float *bias, int relu, float *v,
                         float *m, float *output) {
  const int64_t in = t->inputs * skm_plane(t->in_height * t->in_width) * FLOATS;
  const int64_t out = t->outputs * skm_plane(t->out_height * t->out_width) * FLOATS;
  const int64_t high = (t->out_height + 1) / 2, wide = (t->out_width + 1) / 2;
  const int64_t parts = (wide + t->together - 1) / t->together;
  for (int64_t g = 0; g < t->groups; g++, input += in, output += out)
    for (int64_t row = 0; row < high; row++)
      for (int64_t part = 0; part < parts; part++) {
        const int64_t first = block_start(wide, parts, part), tiles = block_start(wide, parts, part + 1) - first;
        winograd_tiles(t, input, u, bias, relu, v, m, output, row, first, tiles);
      }
}

#endif
