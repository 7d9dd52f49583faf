#include "functions.h"
#include "doubles.h"

#include <math.h>

// Each function reduces its argument to a small one, sums a Taylor series there, and adds the largest terms last, with
// what their rounding lost. Rounding the result then makes up most of the error.
//
// Constants in hexadecimal are true values computed with 400 bits and rounded to nearest: to 53 bits, or to as many as
// stated for a head; the tail is the rest, rounded to 53 bits. Constants written as quotients are Taylor coefficients,
// which the compiler rounds to nearest.

/// A number as the sum of two, the tail much smaller than the head.
typedef struct {
  double head, tail;
} parts;

/// a + b exactly, as the rounded sum and its error (Knuth's TwoSum).
SKM_INLINE parts exact_sum(double a, double b) {
  double sum = a + b;
  double of_b = sum - a;
  return (parts){sum, (a - (sum - of_b)) + (b - of_b)};
}

/// The leading 26 bits of x: a product of two such numbers is exact.
SKM_INLINE double leading(double x) { return from_bits(bits_of(x) & ~(uint64_t)0x7ffffff); }

/// a / b with an error of about 2^−75 of it; the head has 26 bits.
SKM_INLINE parts quotient(double a, parts b) {
  double inverse = 1 / b.head;
  double head = leading(a * inverse);
  double b_head = leading(b.head);
  double b_tail = (b.head - b_head) + b.tail;
  return (parts){head, ((a - head * b_head) - head * b_tail) * inverse};
}

/// c[0] + c[1]·x + ..., by Horner's rule from the last coefficient down.
SKM_INLINE double polynomial(const double *c, int count, double x) {
  double sum = c[count - 1];
  for (int i = count - 2; i >= 0; i--) sum = c[i] + x * sum;
  return sum;
}

// ln 2; the head has 42 bits, so that its product with an exponent is exact.
static const double ln2_head = 0x1.62e42fefa38p-1, ln2_tail = 0x1.ef35793c7673p-45;

/// x = k·ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2^k · (1 + r + r²·(1/2! + r/3! + ...)), up to r^14.
double skm_exp(double x) {
  static const double coefficients[] = {
    1.0 / 2,         1.0 / 6,          1.0 / 24,          1.0 / 120,     1.0 / 720,
    1.0 / 5040,      1.0 / 40320,      1.0 / 362880,      1.0 / 3628800, 1.0 / 39916800,
    1.0 / 479001600, 1.0 / 6227020800, 1.0 / 87178291200,
  };
  if (x != x) return x;
  if (x > 0x1.62e42fefa39efp+9) return INFINITY;  // ln(2^1024), rounded down
  if (x < -746) return 0;                         // less than half of the least subnormal number
  double powers = x * 0x1.71547652b82fep+0;       // 1 / ln 2
  int k = (int)(powers + (x < 0 ? -0.5 : 0.5));
  parts r = exact_sum(x - k * ln2_head, -k * ln2_tail);
  double series = r.head * r.head * polynomial(coefficients, 13, r.head);
  parts sum = exact_sum(1, r.head);
  double result = sum.head + ((sum.tail + (r.tail + r.tail * r.head)) + series);
  // Two steps, as 2^k alone may be no normal number. Only the second one rounds, and only to a subnormal result.
  return result * power_of_two(k / 2) * power_of_two(k - k / 2);
}

/// x = 2^k · m with √½ ≤ m ≤ √2, and ln m = 2·artanh(s) = 2s + s³·(2/3 + 2/5·s² + ...), up to s^21, where
/// s = (m − 1) / (m + 1) and |s| < 0.172.
double skm_log(double x) {
  static const double coefficients[] = {
    2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21,
  };
  if (x != x || x == INFINITY) return x;
  if (x <= 0) return x == 0 ? -INFINITY : (double)NAN;
  int k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  k += exponent_of(x);
  double m = from_bits((bits_of(x) & 0xfffffffffffff) | bits_of(1));
  if (m > 0x1.6a09e667f3bcdp+0) {  // √2
    m /= 2;
    k++;
  }
  parts half = quotient(m - 1, exact_sum(m, 1));
  double s = half.head + half.tail;
  double series = s * s * s * polynomial(coefficients, 10, s * s);
  parts sum = exact_sum(k * ln2_head, 2 * half.head);
  return sum.head + (sum.tail + (k * ln2_tail + (2 * half.tail + series)));
}

/// sin(2πw) for 0 ≤ w ≤ 1/8: w·(2π + w²·(c_1 + c_2·w² + ...)) with c_n = (−1)^n (2π)^(2n+1) / (2n+1)!, up to w^17.
static double sine_of_small_turns(double w) {
  static const double coefficients[] = {
    -0x1.4abbce625be53p+5, 0x1.466bc6775aae2p+6,  -0x1.32d2cce62bd86p+6, 0x1.50783487ee782p+5,
    -0x1.e3074fde8871fp+3, 0x1.e8f434d018d63p+1,  -0x1.6fadb9f155744p-1, 0x1.aaec32af93359p-4,
  };
  const double head = 0x1.921fb58p+2, tail = -0x1.dde973dcb3b3ap-25;  // 2π; the head has 26 bits
  double w_head = leading(w), z = w * w;
  return w_head * head + ((w - w_head) * head + w * (tail + z * polynomial(coefficients, 8, z)));
}

/// cos(2πw) for 0 ≤ w ≤ 1/8: 1 − 2π²·w² + w⁴·(c_2 + c_3·w² + ...) with c_n = (−1)^n (2π)^(2n) / (2n)!, up to w^18.
static double cosine_of_small_turns(double w) {
  static const double coefficients[] = {
    0x1.03c1f081b5ac4p+6, -0x1.55d3c7e3cbffap+6, 0x1.e1f506891babbp+5, -0x1.a6d1f2a204a8cp+4,
    0x1.f9d38a3763cc3p+2, -0x1.b6e24f44b128fp+0, 0x1.20c62c2f2d7f5p-2, -0x1.2a0c591af8314p-5,
  };
  const double head = 0x1.3bd3cc9be45dep+4, tail = 0x1.692b71366cc04p-50;  // 2π²
  double z = w * w;
  parts sum = exact_sum(1, -(z * head));
  return sum.head + (sum.tail + z * (z * polynomial(coefficients, 8, z) - tail));
}

double skm_cosine_of_turns(double u) {
  if (u != u) return u;
  u = magnitude(u);
  if (u == INFINITY) return NAN;
  // Every step is exact. From 2^53 on all doubles are whole turns.
  double turn = u < 0x1p53 ? u - (double)(int64_t)u : 0;
  if (turn > 0.5) turn = 1 - turn;
  int is_negative = turn > 0.25;
  if (is_negative) turn = 0.5 - turn;
  double result = turn <= 0.125 ? cosine_of_small_turns(turn) : sine_of_small_turns(0.25 - turn);
  return is_negative ? -result : result;
}

/// arctan |x| = arctan c + arctan t with t = (|x| − c) / (1 + c·|x|), for the c of 0, 1/2, 1, 2 and ∞ that leaves
/// |t| ≤ 1/4, and arctan t = t + t³·(−1/3 + t²/5 − ...), up to t^27.
double skm_arctangent(double x) {
  static const double coefficients[] = {
    -1.0 / 3,  1.0 / 5,   -1.0 / 7, 1.0 / 9,   -1.0 / 11, 1.0 / 13,  -1.0 / 15,
    1.0 / 17,  -1.0 / 19, 1.0 / 21, -1.0 / 23, 1.0 / 25,  -1.0 / 27,
  };
  const parts quarter_turn = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};  // π/2
  if (x != x) return x;
  double a = magnitude(x);
  if (a >= 0x1p60) return with_sign(quarter_turn.head, x);
  parts base, t;
  if (a <= 0.25) {
    base = (parts){0, 0};
    t = (parts){a, 0};
  } else if (a <= 0.75) {
    base = (parts){0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56};  // arctan 1/2
    t = quotient(a - 0.5, exact_sum(1, a / 2));
  } else if (a <= 1.5) {
    base = (parts){0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55};  // arctan 1
    t = quotient(a - 1, exact_sum(1, a));
  } else if (a <= 4) {
    base = (parts){0x1.1b6e192ebbe44p+0, 0x1.b1b466a88828ep-54};  // arctan 2
    t = quotient(a - 2, exact_sum(1, 2 * a));
  } else {
    base = quarter_turn;
    t = quotient(-1, (parts){a, 0});
  }
  double whole = t.head + t.tail, z = whole * whole;
  double series = whole * (z * polynomial(coefficients, 13, z));
  parts sum = exact_sum(base.head, t.head);
  return with_sign(sum.head + (sum.tail + ((base.tail + t.tail) + series)), x);
}
