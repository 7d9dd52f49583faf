#ifndef SKYMASK_VECTORS_H
#define SKYMASK_VECTORS_H

#include "paths.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Vectors of 64 bytes whatever the instruction set: one, two or four registers each, always the same order of sums.
typedef float vfloat __attribute__((vector_size(64)));
typedef int32_t vint __attribute__((vector_size(64)));
typedef uint32_t vuint __attribute__((vector_size(64)));
typedef double vdouble __attribute__((vector_size(64)));

enum { FLOATS = 16, DOUBLES = 8 };

// Everything here is inlined, so that no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

SKM_INLINE vfloat load_floats(const float *from) {
  vfloat v;
  memcpy(&v, from, sizeof v);
  return v;
}

/// The first `count` < 16 floats, then zeros.
SKM_INLINE vfloat load_some(const float *from, size_t count) {
  vfloat v = {0};
  memcpy(&v, from, count * sizeof(float));
  return v;
}

SKM_INLINE void store_floats(float *to, vfloat v) { memcpy(to, &v, sizeof v); }

SKM_INLINE void store_some(float *to, vfloat v, size_t count) { memcpy(to, &v, count * sizeof(float)); }

SKM_INLINE vdouble load_doubles(const double *from) {
  vdouble v;
  memcpy(&v, from, sizeof v);
  return v;
}

SKM_INLINE void store_doubles(double *to, vdouble v) { memcpy(to, &v, sizeof v); }

typedef float half_vfloat __attribute__((vector_size(32)));

SKM_INLINE int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
SKM_INLINE int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

SKM_INLINE half_vfloat load_half(const float *from) {
  half_vfloat v;
  memcpy(&v, from, sizeof v);
  return v;
}

/// 8 floats as doubles.
SKM_INLINE vdouble load_widened(const float *from) { return __builtin_convertvector(load_half(from), vdouble); }

/// The lower and the upper 8 floats of a vector as doubles.
SKM_INLINE vdouble low_widened(vfloat v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), vdouble);
}
SKM_INLINE vdouble high_widened(vfloat v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15), vdouble);
}

/// The transpose of 8 × 8 floats, from `first` on in each of 8 rows.
SKM_INLINE void transpose_8(const float *const *rows, ptrdiff_t first, float *to, ptrdiff_t to_step) {
  half_vfloat a[8], b[8], c[8];
  SKM_UNROLLED for (int i = 0; i < 8; i++) a[i] = load_half(rows[i] + first);
  SKM_UNROLLED for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  SKM_UNROLLED for (int i = 0; i < 8; i += 4) SKM_UNROLLED for (int j = 0; j < 2; j++) {
    c[i + 2 * j] = __builtin_shufflevector(b[i + j], b[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    c[i + 2 * j + 1] = __builtin_shufflevector(b[i + j], b[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  SKM_UNROLLED for (int i = 0; i < 4; i++) {
    const half_vfloat low = __builtin_shufflevector(c[i], c[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    const half_vfloat high = __builtin_shufflevector(c[i], c[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    memcpy(to + i * to_step, &low, sizeof low);
    memcpy(to + (i + 4) * to_step, &high, sizeof high);
  }
}

/// The transpose of 16 vectors, side by side at `to`. A row that there is not may be `no_floats`.
SKM_INLINE void transpose_vectors(const float *const rows[FLOATS], float *to) {
  for (int i = 0; i < FLOATS; i += 8)
    for (int j = 0; j < FLOATS; j += 8) transpose_8(rows + i, j, to + j * FLOATS + i, FLOATS);
}

static const float no_floats[FLOATS];

/// Every lane the same. Not `(vfloat){0} + x`: that is an addition, which the compiler must keep because of −0.
SKM_INLINE vfloat all_floats(float x) { return (vfloat){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

SKM_INLINE vdouble all_doubles(double x) { return (vdouble){x, x, x, x, x, x, x, x}; }

/// a · b + c, rounded once.
SKM_INLINE vfloat fused(vfloat a, vfloat b, vfloat c) { return __builtin_elementwise_fma(a, b, c); }

SKM_INLINE vdouble fused_doubles(vdouble a, vdouble b, vdouble c) { return __builtin_elementwise_fma(a, b, c); }

/// `a` in the lanes where the comparison held, `b` in the others.
SKM_INLINE vfloat pick(vint held, vfloat a, vfloat b) { return (vfloat)((held & (vint)a) | (~held & (vint)b)); }

/// One register of a vector, whose lanes are worked on in turns where more sums at once matter.
typedef float vregister __attribute__((vector_size(SKM_REGISTER_FLOATS * 4)));

SKM_INLINE vregister load_register(const float *from) {
  vregister v;
  memcpy(&v, from, sizeof v);
  return v;
}

SKM_INLINE void store_register(float *to, vregister v) { memcpy(to, &v, sizeof v); }

typedef int32_t vregister_int __attribute__((vector_size(SKM_REGISTER_FLOATS * 4)));

/// max(v, 0); a NaN stays.
SKM_INLINE vregister rectified(vregister v) { return (vregister)(~(v < (vregister){0}) & (vregister_int)v); }

SKM_INLINE vregister fuse(vregister a, vregister b, vregister c) { return __builtin_elementwise_fma(a, b, c); }

/// The lanes' sum: lane l and lane l + 8, then those 4, 2 and 1 apart.
SKM_INLINE float sum_of_floats(vfloat v) {
  float t[FLOATS];
  store_floats(t, v);
  for (int s = FLOATS / 2; s > 0; s /= 2)
    for (int l = 0; l < s; l++) t[l] += t[l + s];
  return t[0];
}

SKM_INLINE double sum_of(vdouble v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

#endif
