#ifndef SKYMASK_KERNELS_CONVOLUTION_H
#define SKYMASK_KERNELS_CONVOLUTION_H

#include "correlation.h"
#include "pooling.h"
#include "winograd_weights.h"

#include "../include/layers.h"

/// The same products in the same order, with no loop of one round inside another.
SKM_INLINE skm_sum flattened(skm_sum s) {
  for (int turn = 0; turn < 2 && s.inner == 1; turn++) {
    s.inner = s.middle, s.w_inner = s.w_middle, s.x_inner = s.x_middle;
    s.middle = s.outer, s.w_middle = s.w_outer, s.x_middle = s.x_outer;
    s.outer = 1, s.w_outer = s.x_outer = 0;
  }
  return s;
}

/// One row of the result, of `rows` output channels from `o` on: its first place is at `output`, and `plane` floats lie
/// between channels.
SKM_INLINE void convolve_row(const skm_convolution *s, const float *input, const float *weight, const float *bias,
                             int relu, int64_t o, int64_t rows, int64_t row, float *output, int64_t plane) {
  const int64_t C = s->in_channels, H = s->in_height, W = s->in_width, K = s->kernel, stride = s->stride;
  // The rows and columns of the kernel that meet the picture.
  const int64_t top = row * stride - s->padding, k0 = greater(0, -top), k1 = lesser(K, H - top);
  for (int64_t column = 0, next; column < s->out_width; column = next) {
    const int64_t left = column * stride - s->padding, l0 = greater(0, -left), l1 = lesser(K, W - left);
    next = column + 1;
    if (l0 == 0 && l1 == K) next = lesser(s->out_width, (W - K + s->padding) / stride + 1);
    const skm_sum sum = flattened((skm_sum){
        .outer = C, .middle = k1 - k0, .inner = l1 - l0, .w_outer = K * K, .w_middle = K, .w_inner = 1,
        .w_row = C * K * K, .x_outer = skm_plane(H * W) * FLOATS, .x_middle = W * FLOATS, .x_inner = FLOATS});
    sum_blocks[rows - 1](&sum, weight + o * C * K * K + k0 * K + l0, bias ? bias + o : NULL, relu,
                         input + ((top + k0) * W + left + l0) * FLOATS, stride * FLOATS, output + column * FLOATS,
                         plane, FLOATS, next - column);
  }
}

void SKM(skm_convolution_forward)(const skm_convolution *s, const float *input, const float *weight, const float *bias,
                                  int relu, float *scratch, float *output) {
  if (skm_uses_winograd(s, 0)) {
    const skm_tiling t = skm_tiling_of(s, 0);
    float *v = scratch + skm_tiling_weights(&t);
    transform_weights(t.outputs, t.inputs, weight, 9 * t.inputs, 9, 0, scratch);
    return winograd(&t, input, scratch, bias, relu, v, v + skm_tiling_inputs(&t), output);
  }
  const int64_t O = s->out_channels, OW = s->out_width, blocks = block_count(O);
  const int64_t in = s->in_channels * skm_plane(s->in_height * s->in_width) * FLOATS;
  const int64_t plane = skm_plane(s->out_height * OW) * FLOATS;
  for (int64_t g = 0; g < s->groups; g++, input += in, output += O * plane)
    for (int64_t row = 0; row < s->out_height; row++)
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
        convolve_row(s, input, weight, bias, relu, o, rows, row, output + o * plane + row * OW * FLOATS, plane);
      }
}

void SKM(skm_convolution_max_pool_forward)(const skm_convolution *s, const skm_pool *pool, const float *input,
                                           const float *weight, const float *bias, int relu, float *scratch,
                                           float *output, uint16_t *index) {
  const int64_t O = s->out_channels, OW = s->out_width, size = pool->size, blocks = block_count(O);
  const int64_t in = s->in_channels * skm_plane(s->in_height * s->in_width) * FLOATS;
  const int64_t held = skm_plane(size * OW) * FLOATS, width = pool->out_width;
  const int64_t plane = skm_plane(pool->out_height * width) * FLOATS;
  for (int64_t g = 0; g < s->groups; g++, input += in)
    for (int64_t row = 0; row < pool->out_height; row++)
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
        for (int64_t i = 0; i < size; i++)
          convolve_row(s, input, weight, bias, relu, o, rows, row * size + i, scratch + i * OW * FLOATS, held);
        for (int64_t r = 0; r < rows; r++) {
          const int64_t at = (g * O + o + r) * plane + row * width * FLOATS;
          max_pool_row(pool, scratch + r * held, output + at, index ? index + at : NULL);
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

/// Places of a row of the input, `stride` apart, that are reached by the same taps.
typedef struct {
  int64_t first, count;
  skm_taps taps;
} skm_run;

/// The runs of a row; returns how many. Every stride-th column has the same taps, but at the edges.
SKM_INLINE int64_t runs_of(const skm_convolution *s, skm_run *runs) {
  const int64_t W = s->in_width;
  int64_t count = 0;
  for (int64_t phase = 0; phase < lesser(s->stride, W); phase++) {
    skm_run *last = NULL;
    for (int64_t column = phase; column < W; column += s->stride) {
      const skm_taps taps = taps_at(column, s->padding, s->kernel, s->stride, s->out_width);
      if (last && last->taps.first == taps.first && last->taps.count == taps.count) {
        last->count++;
      } else {
        last = runs + count++;
        *last = (skm_run){column, 1, taps};
      }
    }
  }
  return count;
}

void SKM(skm_convolution_backward_data)(const skm_convolution *s, const float *output_gradient, const float *weight,
                                        float *scratch, float *input_gradient) {
  if (skm_uses_winograd(s, 1)) {
    const skm_tiling t = skm_tiling_of(s, 1);
    float *v = scratch + skm_tiling_weights(&t);
    transform_weights(t.outputs, t.inputs, weight, 9, 9 * t.outputs, 1, scratch);
    return winograd(&t, output_gradient, scratch, NULL, 0, v, v + skm_tiling_inputs(&t), input_gradient);
  }
  const int64_t C = s->in_channels, H = s->in_height, W = s->in_width, K = s->kernel, stride = s->stride;
  const int64_t O = s->out_channels, OH = s->out_height, OW = s->out_width, blocks = block_count(C);
  const int64_t in_plane = skm_plane(H * W), out_plane = skm_plane(OH * OW);
  skm_run *runs = (skm_run *)scratch;
  const int64_t count = runs_of(s, runs);
  for (int64_t g = 0; g < s->groups;
       g++, output_gradient += O * out_plane * FLOATS, input_gradient += C * in_plane * FLOATS)
    for (int64_t row = 0; row < H; row++) {
      const skm_taps v = taps_at(row, s->padding, K, stride, OH);
      for (int64_t b = 0; b < blocks; b++) {
        const int64_t c = block_start(C, blocks, b), rows = block_start(C, blocks, b + 1) - c;
        for (const skm_run *run = runs; run < runs + count; run++) {
          const skm_taps h = run->taps;
          const skm_sum sum = flattened((skm_sum){
              .outer = O, .middle = v.count, .inner = h.count, .w_outer = C * K * K, .w_middle = stride * K,
              .w_inner = stride, .w_row = K * K, .x_outer = out_plane * FLOATS, .x_middle = -OW * FLOATS,
              .x_inner = -FLOATS});
          sum_blocks[rows - 1](&sum, weight + c * K * K + v.first * K + h.first, NULL, 0,
                               output_gradient + (v.at * OW + h.at) * FLOATS, FLOATS,
                               input_gradient + (c * in_plane + row * W + run->first) * FLOATS, in_plane * FLOATS,
                               stride * FLOATS, run->count);
        }
      }
    }
}

// Weights that are summed at once: output channels × taps, each a register of samples.
#if SKM_REGISTER_FLOATS == 16
enum { WEIGHT_ROWS = 6, WEIGHT_TAPS = 3 };
#elif SKM_REGISTERS == 32
enum { WEIGHT_ROWS = 8, WEIGHT_TAPS = 3 };
#else
enum { WEIGHT_ROWS = 4, WEIGHT_TAPS = 3 };
#endif
// Vectors of sums that stay in the second-level cache, with room for what they sum.
enum { WEIGHT_SUMS = 4096 };

/// What one block of weights sums over: `height` × `width` places of the result.
typedef struct {
  int64_t height, width;
  ptrdiff_t x_row, x_step, x_tap, g_row, g_channel;
  /// The places of a row at which tap t meets the picture: from[t] ≤ place < to[t].
  int64_t from[WEIGHT_TAPS], to[WEIGHT_TAPS];
} skm_weight_sum;

// What the edges of the picture cut off a row of places: nothing, the first tap at the first place, the last tap at the
// last, both of these, or anything else.
enum { CUT_NOTHING = 0, CUT_FIRST = 1, CUT_LAST = 2, CUT_BOTH = 3, CUT_ANY = 4 };

/// The sums of one register of each vector; the lanes do not meet.
SKM_INLINE void add_weight_products(const int rows, const int taps, const int cut, const int shared,
                                    const ptrdiff_t step, const skm_weight_sum *s, const float *x, const float *g, float *held) {
  vregister sums[WEIGHT_ROWS][WEIGHT_TAPS];
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int t = 0; t < taps; t++) {
    sums[r][t] = load_register(held + (r * taps + t) * FLOATS);
  }
  const ptrdiff_t x_tap = s->x_tap, g_channel = s->g_channel;
  const int64_t width = s->width;
  for (int64_t row = 0; row < s->height; row++, x += s->x_row, g += s->g_row) {
    // A place of the result: the gradients of its channels times the numbers under its taps.
#define SKM_PLACE(condition) \
  { \
    vregister v[WEIGHT_TAPS]; \
    SKM_UNROLLED for (int t = 0; t < taps; t++) if (condition) v[t] = load_register(xp + t * x_tap); \
    SKM_UNROLLED for (int r = 0; r < rows; r++) { \
      const vregister u = load_register(gp + r * g_channel); \
      SKM_UNROLLED for (int t = 0; t < taps; t++) if (condition) sums[r][t] = fuse(u, v[t], sums[r][t]); \
      SKM_IN_ORDER; \
    } \
  }
    const float *xp = x, *gp = g;
    if (cut == CUT_ANY) {
      for (int64_t place = 0; place < width; place++, xp += step, gp += FLOATS)
        SKM_PLACE(place >= s->from[t] && place < s->to[t])
      continue;
    }
    int64_t count = width;
    if (cut & CUT_FIRST) {
      SKM_PLACE(t > 0)
      xp += step, gp += FLOATS, count--;
    }
    if (cut & CUT_LAST) count--;
    if (shared) {
      // Three places at a time share what lies under two of their taps.
      vregister v0 = load_register(xp), v1 = load_register(xp + FLOATS), v2;
#define SKM_SHARED(place, first, second, third) \
  { \
    third = load_register(xp + (place + 2) * FLOATS); \
    SKM_UNROLLED for (int r = 0; r < rows; r++) { \
      const vregister u = load_register(gp + r * g_channel + place * FLOATS); \
      sums[r][0] = fuse(u, first, sums[r][0]); \
      sums[r][1] = fuse(u, second, sums[r][1]); \
      sums[r][2] = fuse(u, third, sums[r][2]); \
      SKM_IN_ORDER; \
    } \
  }
      for (; count >= 3; count -= 3, xp += 3 * FLOATS, gp += 3 * FLOATS) {
        SKM_SHARED(0, v0, v1, v2)
        SKM_SHARED(1, v1, v2, v0)
        SKM_SHARED(2, v2, v0, v1)
      }
#undef SKM_SHARED
    }
    for (; count > 0; count--, xp += step, gp += FLOATS) SKM_PLACE(1)
    if (cut & CUT_LAST) SKM_PLACE(t < taps - 1)
#undef SKM_PLACE
  }
  SKM_UNROLLED for (int r = 0; r < rows; r++) SKM_UNROLLED for (int t = 0; t < taps; t++) {
    store_register(held + (r * taps + t) * FLOATS, sums[r][t]);
  }
}

#define SKM_WEIGHTS(rows, taps) \
  static __attribute__((noinline)) void weights_##rows##_##taps(const skm_weight_sum *s, int cut, const float *x, \
                                                                const float *g, float *held) { \
    for (int lane = 0; lane < FLOATS; lane += SKM_REGISTER_FLOATS, x += SKM_REGISTER_FLOATS, \
             g += SKM_REGISTER_FLOATS, held += SKM_REGISTER_FLOATS) { \
      if (taps == 3 && s->x_step == FLOATS && s->x_tap == FLOATS && cut == CUT_NOTHING) \
        add_weight_products(rows, taps, CUT_NOTHING, taps == 3, FLOATS, s, x, g, held); \
      else if (taps == 3 && cut == CUT_BOTH) \
        add_weight_products(rows, taps, CUT_BOTH, taps == 3, FLOATS, s, x, g, held); \
      else if (taps == 3 && cut == CUT_FIRST) \
        add_weight_products(rows, taps, CUT_FIRST, 0, 2 * FLOATS, s, x, g, held); \
      else if (cut == CUT_NOTHING) add_weight_products(rows, taps, CUT_NOTHING, 0, s->x_step, s, x, g, held); \
      else add_weight_products(rows, taps, CUT_ANY, 0, s->x_step, s, x, g, held); \
    } \
  }
#define SKM_WEIGHT_ROWS(taps) \
  SKM_WEIGHTS(1, taps) SKM_WEIGHTS(2, taps) SKM_WEIGHTS(3, taps) SKM_WEIGHTS(4, taps)
#define SKM_WEIGHT_NAMES(taps) weights_1_##taps, weights_2_##taps, weights_3_##taps, weights_4_##taps
typedef void (*skm_weight_block)(const skm_weight_sum *, int, const float *, const float *, float *);
SKM_WEIGHT_ROWS(1) SKM_WEIGHT_ROWS(2) SKM_WEIGHT_ROWS(3)
#if SKM_REGISTERS == 32
SKM_WEIGHTS(5, 1) SKM_WEIGHTS(5, 2) SKM_WEIGHTS(5, 3) SKM_WEIGHTS(6, 1) SKM_WEIGHTS(6, 2) SKM_WEIGHTS(6, 3)
#if SKM_REGISTER_FLOATS < 16
SKM_WEIGHTS(7, 1) SKM_WEIGHTS(7, 2) SKM_WEIGHTS(7, 3) SKM_WEIGHTS(8, 1) SKM_WEIGHTS(8, 2) SKM_WEIGHTS(8, 3)
#define SKM_MORE_WEIGHT_NAMES(taps) , weights_5_##taps, weights_6_##taps, weights_7_##taps, weights_8_##taps
#else
#define SKM_MORE_WEIGHT_NAMES(taps) , weights_5_##taps, weights_6_##taps
#endif
#else
#define SKM_MORE_WEIGHT_NAMES(taps)
#endif
static const skm_weight_block weight_blocks[WEIGHT_TAPS][WEIGHT_ROWS] = {
    {SKM_WEIGHT_NAMES(1) SKM_MORE_WEIGHT_NAMES(1)},
    {SKM_WEIGHT_NAMES(2) SKM_MORE_WEIGHT_NAMES(2)},
    {SKM_WEIGHT_NAMES(3) SKM_MORE_WEIGHT_NAMES(3)}};

/// Which of the special cases `from` and `to` are.
SKM_INLINE int cut_of(const skm_weight_sum *s, int64_t taps) {
  int first = 0, last = 0;
  for (int64_t t = 0; t < taps; t++) {
    if (s->from[t] > 0 && (t > 0 || s->from[t] > 1)) return CUT_ANY;
    if (s->to[t] < s->width && (t < taps - 1 || s->to[t] < s->width - 1)) return CUT_ANY;
    first |= s->from[t] > 0, last |= s->to[t] < s->width;
  }
  if (s->width < 2 || taps != 3) return first || last ? CUT_ANY : CUT_NOTHING;
  if (!first) return last ? CUT_ANY : CUT_NOTHING;
  if (last) return s->x_step == FLOATS ? CUT_BOTH : CUT_ANY;
  return s->x_step == 2 * FLOATS ? CUT_FIRST : CUT_ANY;
}

/// How the weights of a convolution are shared out among blocks: output channels × taps. The taps of a block lie side by
/// side in a row of the kernel; those of a 1 × 1 kernel are input channels.
typedef struct {
  int64_t channels, lines, side, columns, blocks;
  /// Weights of an output channel.
  int64_t weights;
} skm_weight_layout;

SKM_INLINE skm_weight_layout weight_layout(const skm_convolution *s) {
  const int64_t C = s->in_channels, K = s->kernel, side = K == 1 ? C : K;
  return (skm_weight_layout){.channels = K == 1 ? 1 : C, .lines = K == 1 ? 1 : K, .side = side,
                             .columns = (side + WEIGHT_TAPS - 1) / WEIGHT_TAPS,
                             .blocks = (s->out_channels + WEIGHT_ROWS - 1) / WEIGHT_ROWS, .weights = C * K * K};
}

/// Rows of the result whose gradients and inputs, of one block, stay in the first-level cache.
SKM_INLINE int64_t weight_height(const skm_convolution *s) {
  const int64_t inputs = s->kernel == 1 ? WEIGHT_TAPS * s->out_width : s->stride * s->in_width;
  const int64_t more = s->kernel == 1 ? 0 : s->kernel * s->in_width;
  return greater(1, (skm_weight_lines - more) / (WEIGHT_ROWS * s->out_width + inputs));
}

/// Adds the rows from `first` to `end` of one group to the sums of a block of output channels from `o` on. The gradients
/// of the first row start at `g`, those of the next channel `g_channel` floats further on.
SKM_INLINE void add_weight_rows(const skm_convolution *s, const skm_weight_layout *layout, int64_t o, int64_t rows,
                                int64_t first, int64_t end, const float *input, const float *g, ptrdiff_t g_channel,
                                float *held) {
  const int64_t H = s->in_height, W = s->in_width, OW = s->out_width, stride = s->stride, padding = s->padding;
  const int64_t in_plane = skm_plane(H * W) * FLOATS;
  held += o * layout->weights * FLOATS;
  for (int64_t column = 0; column < layout->columns; column++) {
    const int64_t l = block_start(layout->side, layout->columns, column);
    const int64_t taps = block_start(layout->side, layout->columns, column + 1) - l;
    skm_weight_sum sum = {.width = OW, .x_row = stride * W * FLOATS, .x_step = stride * FLOATS,
                          .x_tap = s->kernel == 1 ? in_plane : FLOATS, .g_row = OW * FLOATS,
                          .g_channel = g_channel};
    for (int64_t t = 0; t < taps; t++) {
      const int64_t before = padding - (s->kernel == 1 ? 0 : l + t), after = W - 1 + before;
      sum.from[t] = before > 0 ? lesser(OW, (before + stride - 1) / stride) : 0;
      sum.to[t] = after < 0 ? 0 : lesser(OW, after / stride + 1);
    }
    const int cut = cut_of(&sum, taps);
    for (int64_t c = 0; c < layout->channels; c++)
      for (int64_t k = 0; k < layout->lines; k++, held += rows * taps * FLOATS) {
        // The rows of the result at which this row of the kernel meets the picture.
        const int64_t low = padding - k, high = H - 1 + padding - k;
        const int64_t h0 = greater(first, low > 0 ? (low + stride - 1) / stride : 0);
        const int64_t h1 = high < 0 ? h0 : lesser(end, high / stride + 1);
        if (h1 <= h0) continue;
        sum.height = h1 - h0;
        const float *x =
            input + c * in_plane + ((h0 * stride + k - padding) * W - padding) * FLOATS + l * sum.x_tap;
        weight_blocks[taps - 1][rows - 1](&sum, cut, x, g + (h0 - first) * OW * FLOATS, held);
      }
  }
}

/// Adds the gradients of `count` places of `rows` channels, lane by lane.
SKM_INLINE void add_biases(int64_t rows, const float *g, int64_t plane, int64_t count, float *biases) {
  for (int64_t r = 0; r < rows; r++, g += plane, biases += FLOATS) {
    vfloat sum = load_floats(biases);
    for (int64_t at = 0; at < count; at++) sum += load_floats(g + at * FLOATS);
    store_floats(biases, sum);
  }
}

SKM_INLINE void sum_biases(int64_t count, const float *biases, float *bias_gradient) {
  for (int64_t o = 0; bias_gradient && o < count; o++)
    bias_gradient[o] = sum_of_floats(load_floats(biases + o * FLOATS));
}

/// The gradient of a convolution by its weights, summed directly. With a pool, `output_gradient` is that of the pool's
/// result, and is spread over its windows part by part.
SKM_INLINE void direct_weights(const skm_convolution *s, const skm_pool *pool, const float *input,
                               const float *output_gradient, const uint16_t *index, const float *output, float *spread,
                               float *scratch, float *weight_gradient, float *bias_gradient) {
  const int64_t O = s->out_channels, OW = s->out_width, unit = pool ? pool->size : 1;
  const int64_t of_input = s->in_channels * skm_plane(s->in_height * s->in_width) * FLOATS;
  const int64_t of_output = skm_plane(pool ? pool->out_height * pool->out_width : s->out_height * OW) * FLOATS;
  const skm_weight_layout layout = weight_layout(s);
  // Rows of the result, or of windows, that are worked on together.
  const int64_t lines = s->out_height / unit, together = greater(1, weight_height(s) / unit);
  const int64_t parts = (lines + together - 1) / together, blocks = layout.blocks;
  float *biases = scratch, *sums = scratch + O * FLOATS;
  memset(scratch, 0, (size_t)(O * (layout.weights + 1) * FLOATS) * sizeof(float));
  // As many blocks at a time as keep their sums in the second-level cache.
  const int64_t many = greater(1, WEIGHT_SUMS / (WEIGHT_ROWS * layout.weights));
  for (int64_t start = 0; start < blocks; start += many)
    for (int64_t turn = 0; turn < s->groups * parts; turn++) {
      const int64_t group = turn / parts, part = turn % parts;
      const int64_t first = block_start(lines, parts, part), end = block_start(lines, parts, part + 1);
      for (int64_t b = start; b < lesser(blocks, start + many); b++) {
        const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
        const float *g = output_gradient + (group * O + o) * of_output + first * OW * FLOATS;
        int64_t plane = of_output;
        if (pool) {
          g = spread, plane = skm_plane((end - first) * unit * OW) * FLOATS;
          for (int64_t r = 0; r < rows; r++)
            for (int64_t line = first; line < end; line++) {
              const int64_t at = (group * O + o + r) * of_output + line * pool->out_width * FLOATS;
              spread_row(pool, output_gradient + at, index + at, output ? output + at : NULL,
                         spread + r * plane + (line - first) * unit * OW * FLOATS);
            }
        }
        if (bias_gradient) add_biases(rows, g, plane, (end - first) * unit * OW, biases + o * FLOATS);
        add_weight_rows(s, &layout, o, rows, first * unit, end * unit, input + group * of_input, g, plane, sums);
      }
    }
  // Out of the order of the blocks into that of the weights.
  const float *held = sums;
  for (int64_t b = 0; b < blocks; b++) {
    const int64_t o = block_start(O, blocks, b), rows = block_start(O, blocks, b + 1) - o;
    for (int64_t column = 0; column < layout.columns; column++) {
      const int64_t l = block_start(layout.side, layout.columns, column);
      const int64_t taps = block_start(layout.side, layout.columns, column + 1) - l;
      for (int64_t line = 0; line < layout.channels * layout.lines; line++)
        for (int64_t r = 0; r < rows; r++)
          for (int64_t t = 0; t < taps; t++, held += FLOATS)
            weight_gradient[(o + r) * layout.weights + line * layout.side + l + t] = sum_of_floats(load_floats(held));
    }
  }
  sum_biases(O, biases, bias_gradient);
}

void SKM(skm_convolution_backward_weights)(const skm_convolution *s, const float *input, const float *output_gradient,
                                           float *scratch, float *weight_gradient, float *bias_gradient) {
  if (!skm_uses_winograd(s, 0))
    return direct_weights(s, NULL, input, output_gradient, NULL, NULL, NULL, scratch, weight_gradient, bias_gradient);
  const skm_tiling t = skm_tiling_of(s, 0);
  const int64_t O = s->out_channels, places = s->out_height * s->out_width, plane = skm_plane(places) * FLOATS;
  memset(scratch, 0, (size_t)(O * FLOATS) * sizeof(float));
  for (int64_t g = 0; bias_gradient && g < s->groups; g++)
    add_biases(O, output_gradient + g * O * plane, plane, places, scratch);
  winograd_weights(&t, input, output_gradient, scratch + O * FLOATS, weight_gradient);
  sum_biases(O, scratch, bias_gradient);
}

void SKM(skm_convolution_max_pool_backward_weights)(const skm_convolution *s, const skm_pool *pool, const float *input,
                                                    const float *output_gradient, const uint16_t *index,
                                                    const float *output, float *scratch, float *weight_gradient,
                                                    float *bias_gradient) {
  float *spread = scratch + skm_convolution_scratch(s);
  direct_weights(s, pool, input, output_gradient, index, output, spread, scratch, weight_gradient, bias_gradient);
}

#endif
