#ifndef SKYMASK_VECTORS_H
#define SKYMASK_VECTORS_H

#include "dispatch.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Vectors of 64 bytes whatever the instruction set: one, two or four registers each, always the same order of sums.
typedef float vfloat __attribute__((vector_size(64)));
typedef int32_t vint __attribute__((vector_size(64)));
typedef uint32_t vuint __attribute__((vector_size(64)));
typedef double vdouble __attribute__((vector_size(64)));

enum { FLOATS = 16, DOUBLES = 8 };

// Everything here is inlined, so that no vector crosses a call. A function that is compiled for several instruction
// sets calls none of these itself but through an inline function that takes pointers: compilers refuse the former.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpsabi"
#else
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

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

/// `a` in the lanes where the comparison held, `b` in the others.
SKM_INLINE vfloat pick(vint held, vfloat a, vfloat b) { return (vfloat)((held & (vint)a) | (~held & (vint)b)); }

SKM_INLINE double sum_of(vdouble v) {
  return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

#endif
