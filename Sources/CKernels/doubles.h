#ifndef SKYMASK_DOUBLES_H
#define SKYMASK_DOUBLES_H

#include "paths.h"

#include <stdint.h>
#include <string.h>

// The bits of a double: sign, 11 bits of exponent (biased by 1023), 52 bits of significand.

SKM_INLINE uint64_t bits_of(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

SKM_INLINE double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

SKM_INLINE double magnitude(double x) { return from_bits(bits_of(x) & 0x7fffffffffffffff); }

/// The magnitude of `x` with the sign of `sign`.
SKM_INLINE double with_sign(double x, double sign) {
  return from_bits((bits_of(x) & 0x7fffffffffffffff) | (bits_of(sign) & 0x8000000000000000));
}

/// ⌊log2 |x|⌋; −1023 for 0 and subnormal numbers, 1024 for infinities and NaN.
SKM_INLINE int exponent_of(double x) { return (int)(bits_of(x) >> 52 & 0x7ff) - 1023; }

/// 2^exponent, for −1022...1023.
SKM_INLINE double power_of_two(int exponent) { return from_bits((uint64_t)(exponent + 1023) << 52); }

#endif
