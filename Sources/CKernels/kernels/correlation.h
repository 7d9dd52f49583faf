// The one loop that convolutions and linear layers, forward and by data, and a linear layer by weights consist of.
#ifndef SKYMASK_KERNELS_CORRELATION_H
#define SKYMASK_KERNELS_CORRELATION_H

#include "../vectors.h"

/// Which products one output sums: `outer` × `middle` × `inner` of them in this order, each a weight and a vector.
///
/// Product (i, j, k) is of the weight at i·w_outer + j·w_middle + k·w_inner, in floats, and the vector at
/// i·x_outer + j·x_middle + k·x_inner, in floats too. Output r of a block takes the weights r·w_row further on.
typedef struct {
  ptrdiff_t outer, middle, inner;
  ptrdiff_t w_outer, w_middle, w_inner, w_row;
  ptrdiff_t x_outer, x_middle, x_inner;
} skm_sum;

// Outputs of a block and points that share each weight: as many sums as keep the multipliers busy, with registers left
// for a vector of each point and a weight.
#if SKM_REGISTER_FLOATS == 16
enum { SUM_ROWS = 12, SUM_POINTS = 2 };
#else
enum { SUM_ROWS = 6, SUM_POINTS = 1 };
#endif

/// sums[r][p] += the products of `s`, with the steps of the innermost that the compiler is to know.
SKM_INLINE void add_products(const int rows, const int points, const skm_sum *s, const ptrdiff_t inner,
                             const ptrdiff_t w_inner, const ptrdiff_t x_inner, const int unrolled, const float *w,
                             const float *x, ptrdiff_t x_step, vfloat sums[SUM_ROWS][SUM_POINTS]) {
  const ptrdiff_t w_row = s->w_row, outer = s->outer, middle = s->middle;
  for (ptrdiff_t i = 0; i < outer; i++) {
    const float *wi = w + i * s->w_outer;
    const float *xi = x + i * s->x_outer;
    for (ptrdiff_t j = 0; j < middle; j++, wi += s->w_middle, xi += s->x_middle) {
#define SKM_PRODUCT(k) \
  { \
    vfloat v[SUM_POINTS]; \
    SKM_UNROLLED for (int p = 0; p < points; p++) v[p] = load_floats(xi + p * x_step + (k) * x_inner); \
    SKM_UNROLLED for (int r = 0; r < rows; r++) { \
      const vfloat u = all_floats(wi[r * w_row + (k) * w_inner]); \
      SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = fused(u, v[p], sums[r][p]); \
    } \
  }
      if (unrolled == 9) {
        // All of a 3 × 3 window: one pass of the loops around.
        SKM_UNROLLED for (ptrdiff_t k = 0; k < 3; k++) SKM_PRODUCT(k)
        wi += s->w_middle, xi += s->x_middle;
        SKM_UNROLLED for (ptrdiff_t k = 0; k < 3; k++) SKM_PRODUCT(k)
        wi += s->w_middle, xi += s->x_middle, j += 2;
        SKM_UNROLLED for (ptrdiff_t k = 0; k < 3; k++) SKM_PRODUCT(k)
      } else if (unrolled) {
        SKM_UNROLLED for (ptrdiff_t k = 0; k < inner; k++) SKM_PRODUCT(k)
      } else {
        _Pragma("clang loop unroll_count(4)") for (ptrdiff_t k = 0; k < inner; k++) SKM_PRODUCT(k)
      }
#undef SKM_PRODUCT
    }
  }
}

/// `rows` outputs at `points` points, with the products' innermost steps known.
SKM_INLINE void sum_points(const int rows, const int points, const skm_sum *s, const ptrdiff_t inner,
                           const ptrdiff_t w_inner, const ptrdiff_t x_inner, const int unrolled, const float *w,
                           const float *start, int relu, const float *x, ptrdiff_t x_step, float *y, ptrdiff_t y_row,
                           ptrdiff_t y_step) {
  vfloat sums[SUM_ROWS][SUM_POINTS];
  SKM_UNROLLED for (int r = 0; r < rows; r++) {
    const vfloat first = all_floats(start ? start[r] : 0.f);
    SKM_UNROLLED for (int p = 0; p < points; p++) sums[r][p] = first;
  }
  add_products(rows, points, s, inner, w_inner, x_inner, unrolled, w, x, x_step, sums);
  const vfloat zero = {0};
  SKM_UNROLLED for (int r = 0; r < rows; r++) {
    SKM_UNROLLED for (int p = 0; p < points; p++) {
      const vfloat v = sums[r][p];
      store_floats(y + r * y_row + p * y_step, relu ? pick(v < zero, zero, v) : v);
    }
  }
}

/// The same at `count` points.
SKM_INLINE void sum_run(const int rows, const skm_sum *s, const ptrdiff_t inner, const ptrdiff_t w_inner,
                        const ptrdiff_t x_inner, const int unrolled, const float *w, const float *start, int relu,
                        const float *x, ptrdiff_t x_step, float *y, ptrdiff_t y_row, ptrdiff_t y_step, int64_t count) {
  int64_t at = 0;
  for (; at + SUM_POINTS <= count; at += SUM_POINTS, x += SUM_POINTS * x_step, y += SUM_POINTS * y_step)
    sum_points(rows, SUM_POINTS, s, inner, w_inner, x_inner, unrolled, w, start, relu, x, x_step, y, y_row, y_step);
  if (SUM_POINTS > 1 && at < count)
    sum_points(rows, 1, s, inner, w_inner, x_inner, unrolled, w, start, relu, x, x_step, y, y_row, y_step);
}

/// A block of `rows` outputs at `count` points: output r at point p, which is y[r·y_row + p·y_step], is start[r] (0
/// without) and then the products of `s` with x + p·x_step, in order, each fused; then ReLU if wanted.
SKM_INLINE void sum_block(const int rows, const skm_sum *s, const float *w, const float *start, int relu,
                          const float *x, ptrdiff_t x_step, float *y, ptrdiff_t y_row, ptrdiff_t y_step,
                          int64_t count) {
#define SKM_RUN(inner, w_inner, x_inner, unrolled) \
  sum_run(rows, s, inner, w_inner, x_inner, unrolled, w, start, relu, x, x_step, y, y_row, y_step, count)
  // A row or all of a window of 3, forward and by data; pairs also where a stride of 2 leaves every second tap.
  const int forward = s->w_inner == 1 && s->x_inner == FLOATS, back = s->w_inner == 1 && s->x_inner == -FLOATS;
  if (forward && s->inner == 3 && s->middle == 3) SKM_RUN(3, 1, FLOATS, 9);
  else if (back && s->inner == 3 && s->middle == 3) SKM_RUN(3, 1, -FLOATS, 9);
  else if (forward && s->inner == 3) SKM_RUN(3, 1, FLOATS, 1);
  else if (back && s->inner == 3) SKM_RUN(3, 1, -FLOATS, 1);
  else if (forward && s->inner == 2) SKM_RUN(2, 1, FLOATS, 1);
  else if (back && s->inner == 2) SKM_RUN(2, 1, -FLOATS, 1);
  else if (s->w_inner == 2 && s->x_inner == -FLOATS && s->inner == 2) SKM_RUN(2, 2, -FLOATS, 1);
  else SKM_RUN(s->inner, s->w_inner, s->x_inner, 0);
#undef SKM_RUN
}

typedef void (*skm_block)(const skm_sum *, const float *, const float *, int, const float *, ptrdiff_t, float *,
                          ptrdiff_t, ptrdiff_t, int64_t);

// One function for each number of outputs, so that each keeps its sums in registers.
#define SKM_BLOCK(rows) \
  static __attribute__((noinline)) void sum_block_##rows( \
      const skm_sum *s, const float *w, const float *start, int relu, const float *x, ptrdiff_t x_step, float *y, \
      ptrdiff_t y_row, ptrdiff_t y_step, int64_t count) { \
    sum_block(rows, s, w, start, relu, x, x_step, y, y_row, y_step, count); \
  }
SKM_BLOCK(1) SKM_BLOCK(2) SKM_BLOCK(3) SKM_BLOCK(4) SKM_BLOCK(5) SKM_BLOCK(6)
#if SKM_REGISTER_FLOATS == 16
SKM_BLOCK(7) SKM_BLOCK(8) SKM_BLOCK(9) SKM_BLOCK(10) SKM_BLOCK(11) SKM_BLOCK(12)
#endif

static const skm_block sum_blocks[SUM_ROWS] = {
    sum_block_1, sum_block_2, sum_block_3, sum_block_4, sum_block_5, sum_block_6,
#if SKM_REGISTER_FLOATS == 16
    sum_block_7, sum_block_8, sum_block_9, sum_block_10, sum_block_11, sum_block_12,
#endif
};

/// `count` outputs shared out evenly among blocks: block b starts at the result for b and ends at that for b + 1.
SKM_INLINE int64_t block_start(int64_t count, int64_t blocks, int64_t b) {
  return b * (count / blocks) + (b < count % blocks ? b : count % blocks);
}

SKM_INLINE int64_t block_count(int64_t count) { return (count + SUM_ROWS - 1) / SUM_ROWS; }

#endif
