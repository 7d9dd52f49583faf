#ifndef SKYMASK_KERNELS_CONVOLUTION_H
#define SKYMASK_KERNELS_CONVOLUTION_H

#include "correlation.h"

#include "../include/layers.h"

SKM_INLINE int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
SKM_INLINE int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

/// The same products in the same order, with no loop of one round inside another.
SKM_INLINE skm_sum flattened(skm_sum s) {
  for (int turn = 0; turn < 2 && s.inner == 1; turn++) {
    s.inner = s.middle, s.w_inner = s.w_middle, s.x_inner = s.x_middle;
    s.middle = s.outer, s.w_middle = s.w_outer, s.x_middle = s.x_outer;
    s.outer = 1, s.w_outer = s.x_outer = 0;
  }
  return s;
}

void SKM(skm_convolution_forward)(const skm_convolution *s, const float *input, const float *weight, const float *bias,
                                  int relu, float *output) {
  const int64_t C = s->in_channels, H = s->in_height, W = s->in_width, K = s->kernel, stride = s->stride;
  const int64_t O = s->out_channels, OH = s->out_height, OW = s->out_width, blocks = block_count(O);
  const int64_t in_plane = skm_plane(H * W), out_plane = skm_plane(OH * OW);
  for (int64_t g = 0; g < s->groups; g++, input += C * in_plane * FLOATS, output += O * out_plane * FLOATS)
    for (int64_t row = 0; row < OH; row++) {
      // The rows and columns of the kernel that meet the picture.
      const int64_t top = row * stride - s->padding, k0 = greater(0, -top), k1 = lesser(K, H - top);
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
        for (int64_t column = 0, next; column < OW; column = next) {
          const int64_t left = column * stride - s->padding, l0 = greater(0, -left), l1 = lesser(K, W - left);
          next = column + 1;
          if (l0 == 0 && l1 == K) next = lesser(OW, (W - K + s->padding) / stride + 1);
          const skm_sum sum = flattened((skm_sum){
              .outer = C, .middle = k1 - k0, .inner = l1 - l0, .w_outer = K * K, .w_middle = K, .w_inner = 1,
              .w_row = C * K * K, .x_outer = in_plane * FLOATS, .x_middle = W * FLOATS, .x_inner = FLOATS});
          sum_blocks[rows - 1](&sum, weight + o * C * K * K + k0 * K + l0, bias ? bias + o : NULL, relu,
                               input + ((top + k0) * W + left + l0) * FLOATS, stride * FLOATS,
                               output + (o * out_plane + row * OW + column) * FLOATS, out_plane * FLOATS, FLOATS,
                               next - column);
        }
      }
    }
}

/// Along one side, the taps that reach a place of the input: tap first, first + stride, …, at output place `at`,
/// at − 1, ….
typedef struct {
  int64_t first, count, at;
} skm_taps;

SKM_INLINE skm_taps taps_at(int64_t place, int64_t padding, int64_t kernel, int64_t stride, int64_t outputs) {
  const int64_t reach = place + padding;
  int64_t first = reach % stride;
  const int64_t late = reach - (outputs - 1) * stride;
  if (late > first) first += (late - first + stride - 1) / stride * stride;
  const int64_t last = lesser(kernel - 1, reach);
  const int64_t count = last < first ? 0 : (last - first) / stride + 1;
  return (skm_taps){first, count, (reach - first) / stride};
}

void SKM(skm_convolution_backward_data)(const skm_convolution *s, const float *output_gradient, const float *weight,
                                        float *input_gradient) {
  const int64_t C = s->in_channels, H = s->in_height, W = s->in_width, K = s->kernel, stride = s->stride;
  const int64_t O = s->out_channels, OH = s->out_height, OW = s->out_width, blocks = block_count(C);
  const int64_t in_plane = skm_plane(H * W), out_plane = skm_plane(OH * OW);
  for (int64_t g = 0; g < s->groups;
       g++, output_gradient += O * out_plane * FLOATS, input_gradient += C * in_plane * FLOATS)
    for (int64_t row = 0; row < H; row++) {
      const skm_taps v = taps_at(row, s->padding, K, stride, OH);
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t c = block_start(C, blocks, b), rows = block_start(C, blocks, b + 1) - c;
        // Every stride-th column has the same taps, but at the edges.
        for (int64_t phase = 0; phase < lesser(stride, W); phase++)
          for (int64_t column = phase, next; column < W; column = next) {
            const skm_taps h = taps_at(column, s->padding, K, stride, OW);
            int64_t count = 0;
            for (next = column; next < W; next += stride, count++) {
              const skm_taps other = taps_at(next, s->padding, K, stride, OW);
              if (other.first != h.first || other.count != h.count) break;
            }
            const skm_sum sum = flattened((skm_sum){
                .outer = O, .middle = v.count, .inner = h.count, .w_outer = C * K * K, .w_middle = stride * K,
                .w_inner = stride, .w_row = K * K, .x_outer = out_plane * FLOATS, .x_middle = -OW * FLOATS,
                .x_inner = -FLOATS});
            sum_blocks[rows - 1](&sum, weight + c * K * K + v.first * K + h.first, NULL, 0,
                                 output_gradient + (v.at * OW + h.at) * FLOATS, FLOATS,
                                 input_gradient + (c * in_plane + row * W + column) * FLOATS, in_plane * FLOATS,
                                 stride * FLOATS, count);
          }
      }
    }
}

// Weights that are summed at once: output channels × taps, each a vector of samples.
#if SKM_REGISTER_FLOATS == 16
enum { WEIGHT_ROWS = 6, WEIGHT_TAPS = 3 };
#else
enum { WEIGHT_ROWS = 2, WEIGHT_TAPS = 3 };
#endif
// Places of the result whose gradients and inputs, for one block, stay in the first-level cache.
enum { WEIGHT_PLACES = 100 };

/// What one block of weights sums over: `height` × `width` places of the result.
typedef struct {
  int64_t height, width;
  ptrdiff_t x_row, x_step, x_tap, g_row, g_channel;
  /// The places of a row at which tap t meets the picture: from[t] ≤ place < to[t].
  int64_t from[WEIGHT_TAPS], to[WEIGHT_TAPS];
} skm_weight_sum;

SKM_INLINE void add_weight_products(const int rows, const int taps, const skm_weight_sum *s, const float *x,
                                    const float *g, float *held) {
  vfloat sums[WEIGHT_ROWS][WEIGHT_TAPS];
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int t = 0; t < taps; t++) {
    sums[r][t] = load_floats(held + (r * taps + t) * FLOATS);
  }
  // The places that all taps share, and those before and after.
  int64_t from = 0, to = s->width;
  for (int t = 0; t < taps; t++) from = greater(from, s->from[t]), to = lesser(to, s->to[t]);
  if (to < from) to = from;
  const ptrdiff_t x_step = s->x_step, x_tap = s->x_tap, g_channel = s->g_channel;
  for (int64_t row = 0; row < s->height; row++, x += s->x_row, g += s->g_row) {
#define SKM_PLACE(condition) \
  { \
    vfloat v[WEIGHT_TAPS]; \
    SKM_UNROLLED for (int t = 0; t < taps; t++) if (condition) v[t] = load_floats(x + place * x_step + t * x_tap); \
    SKM_UNROLLED for (int r = 0; r < rows; r++) { \
      const vfloat u = load_floats(g + r * g_channel + place * FLOATS); \
      SKM_UNROLLED for (int t = 0; t < taps; t++) if (condition) sums[r][t] = fused(u, v[t], sums[r][t]); \
    } \
  }
    int64_t place = 0;
    for (; place < from; place++) SKM_PLACE(place >= s->from[t] && place < s->to[t])
    for (; place < to; place++) SKM_PLACE(1)
    for (; place < s->width; place++) SKM_PLACE(place >= s->from[t] && place < s->to[t])
#undef SKM_PLACE
  }
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int t = 0; t < taps; t++) {
    store_floats(held + (r * taps + t) * FLOATS, sums[r][t]);
  }
}

#define SKM_WEIGHTS(rows, taps) \
  static __attribute__((noinline)) void weights_##rows##_##taps(const skm_weight_sum *s, const float *x, \
                                                                const float *g, float *held) { \
    add_weight_products(rows, taps, s, x, g, held); \
  }
#define SKM_WEIGHT_ROWS(taps) SKM_WEIGHTS(1, taps) SKM_WEIGHTS(2, taps)
#define SKM_MORE_WEIGHT_ROWS(taps) \
  SKM_WEIGHTS(3, taps) SKM_WEIGHTS(4, taps) SKM_WEIGHTS(5, taps) SKM_WEIGHTS(6, taps)
typedef void (*skm_weight_block)(const skm_weight_sum *, const float *, const float *, float *);
SKM_WEIGHT_ROWS(1) SKM_WEIGHT_ROWS(2) SKM_WEIGHT_ROWS(3)
#if SKM_REGISTER_FLOATS == 16
SKM_MORE_WEIGHT_ROWS(1) SKM_MORE_WEIGHT_ROWS(2) SKM_MORE_WEIGHT_ROWS(3)
#define SKM_WEIGHT_NAMES(taps) \
  {weights_1_##taps, weights_2_##taps, weights_3_##taps, weights_4_##taps, weights_5_##taps, weights_6_##taps}
#else
#define SKM_WEIGHT_NAMES(taps) {weights_1_##taps, weights_2_##taps}
#endif
static const skm_weight_block weight_blocks[WEIGHT_TAPS][WEIGHT_ROWS] = {SKM_WEIGHT_NAMES(1), SKM_WEIGHT_NAMES(2),
                                                                       SKM_WEIGHT_NAMES(3)};

/// The taps of a block lie side by side in a row of the kernel; those of a 1 × 1 kernel are input channels.
void SKM(skm_convolution_backward_weights)(const skm_convolution *s, const float *input, const float *output_gradient,
                                           float *scratch, float *weight_gradient, float *bias_gradient) {
  const int64_t C = s->in_channels, H = s->in_height, W = s->in_width, K = s->kernel, stride = s->stride;
  const int64_t O = s->out_channels, OH = s->out_height, OW = s->out_width;
  const int64_t channels = K == 1 ? 1 : C, lines = K == 1 ? 1 : K, side = K == 1 ? C : K;
  const int64_t columns = (side + WEIGHT_TAPS - 1) / WEIGHT_TAPS;
  const int64_t blocks = (O + WEIGHT_ROWS - 1) / WEIGHT_ROWS, height = greater(1, WEIGHT_PLACES / OW);
  const int64_t in_plane = skm_plane(H * W), out_plane = skm_plane(OH * OW);
  float *biases = scratch + O * C * K * K * FLOATS;
  memset(scratch, 0, skm_convolution_scratch(s) * sizeof(float));
  for (int64_t group = 0; group < s->groups; group++)
    for (int64_t first = 0; first < OH; first += height) {
      const int64_t end = lesser(OH, first + height);
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
        const float *g = output_gradient + (group * O + o) * out_plane * FLOATS;
        for (int64_t r = 0; bias_gradient && r < rows; r++) {
          vfloat sum = load_floats(biases + (o + r) * FLOATS);
          for (int64_t at = first * OW; at < end * OW; at++) sum += load_floats(g + (r * out_plane + at) * FLOATS);
          store_floats(biases + (o + r) * FLOATS, sum);
        }
        float *held = scratch + o * C * K * K * FLOATS;
        for (int64_t c = 0; c < channels; c++)
          for (int64_t k = 0; k < lines; k++) {
            // The rows of the result at which this row of the kernel meets the picture.
            const int64_t low = s->padding - k, high = H - 1 + s->padding - k;
            const int64_t h0 = greater(first, low > 0 ? (low + stride - 1) / stride : 0);
            const int64_t h1 = high < 0 ? h0 : lesser(end, high / stride + 1);
            for (int64_t column = 0; column < columns; column++) {
              const int64_t l = block_start(side, columns, column), taps = block_start(side, columns, column + 1) - l;
              skm_weight_sum sum = {
                  .height = greater(0, h1 - h0), .width = OW, .x_row = stride * W * FLOATS, .x_step = stride * FLOATS,
                  .x_tap = K == 1 ? in_plane * FLOATS : FLOATS, .g_row = OW * FLOATS, .g_channel = out_plane * FLOATS};
              for (int64_t t = 0; t < taps; t++) {
                const int64_t before = s->padding - (K == 1 ? 0 : l + t), after = W - 1 + before;
                sum.from[t] = before > 0 ? lesser(OW, (before + stride - 1) / stride) : 0;
                sum.to[t] = after < 0 ? 0 : lesser(OW, after / stride + 1);
              }
              const float *x = input + (group * C + c) * in_plane * FLOATS +
                               ((h0 * stride + k - s->padding) * W - s->padding) * FLOATS + l * sum.x_tap;
              if (sum.height > 0) weight_blocks[taps - 1][rows - 1](&sum, x, g + h0 * OW * FLOATS, held);
              held += rows * taps * FLOATS;
            }
          }
      }
    }
  // Out of the order of the blocks into that of the weights.
  const float *held = scratch;
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
    for (int64_t line = 0; line < channels * lines; line++)
      for (int64_t column = 0; column < columns; column++) {
        const int64_t l = block_start(side, columns, column), taps = block_start(side, columns, column + 1) - l;
        for (int64_t r = 0; r < rows; r++)
          for (int64_t t = 0; t < taps; t++, held += FLOATS)
            weight_gradient[(o + r) * C * K * K + line * side + l + t] = sum_of_floats(load_floats(held));
      }
  }
  for (int64_t o = 0; bias_gradient && o < O; o++)
    bias_gradient[o] = sum_of_floats(load_floats(biases + o * FLOATS));
}

#endif
