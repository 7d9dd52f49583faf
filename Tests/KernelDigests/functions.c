#include "digest.h"

#include "CKernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { INPUTS = 20000 };

/// Input `i` of a series of doubles in [−1, 1): 46 bits of it are used.
static double wide_number(uint32_t i, uint32_t salt) {
  return (double)number(i, salt) + (double)number(i, salt + 1) * 0x1p-23;
}

/// 2^exponent, for −1022 ≤ exponent < 1024.
static double power_of_two(int exponent) {
  const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
  double power;
  memcpy(&power, &bits, sizeof power);
  return power;
}

/// A function over `INPUTS` inputs of a series, then over special values and the edges of its range.
static void function(const char *name, double (*function)(double), double (*input)(uint32_t)) {
  static const double odd[] = {NAN, INFINITY, -INFINITY, 0.0, -0.0, 1, -1, 0x1p-1074, -0x1p-1074, 0x1p-1022, 0x1p1023,
                               -0x1p1023, 0.25, -0.5, 0.75, 709.782712893384, 709.7827128933841, -745.1332191019411,
                               -745.1332191019412, -708.4, 0x1p-54, 0x1p52, 0x1p53, 0x1.fffffffffffffp-1};
  enum { ODD = sizeof odd / sizeof *odd };
  double *results = allocated(INPUTS * sizeof(double));
  for (uint32_t i = 0; i < INPUTS; i++) results[i] = function(input(i));
  line(digest_doubles(results, INPUTS), "%s count=%d", name, (int)INPUTS);
  for (int i = 0; i < ODD; i++) results[i] = function(odd[i]);
  line(digest_doubles(results, ODD), "%s odd", name);
  free(results);
}

static double exponent_input(uint32_t i) { return 750 * wide_number(i, 80) * power_of_two(-(int)(i % 8) * 4); }
static double logarithm_input(uint32_t i) {
  return fabs(wide_number(i, 82)) * power_of_two(i % 2 ? (int)(i % 2000) - 1000 : 1);
}
static double turns_input(uint32_t i) { return wide_number(i, 84) * power_of_two((int)(i % 64) - 12); }
static double tangent_input(uint32_t i) { return wide_number(i, 86) * power_of_two((int)(i % 48) - 24); }

static const size_t sizes[] = {1, 2, 3, 21, 101};
enum { SIZES = sizeof sizes / sizeof *sizes };

typedef enum { dense, low_rank, diagonal, equal, spoilt, KINDS } matrix_kind;
static const char *const kinds[KINDS] = {"dense", "low-rank", "diagonal", "equal", "spoilt"};

/// A symmetric n × n matrix.
static void fill(double *matrix, size_t n, matrix_kind kind) {
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double value = 0;
      switch (kind) {
      case low_rank:
        for (uint32_t salt = 90; salt <= 92; salt += 2)
          value += wide_number((uint32_t)i, salt) * wide_number((uint32_t)j, salt);
        break;
      case diagonal: value = i == j ? wide_number((uint32_t)i, 94) : 0; break;
      case equal: value = 0.3; break;
      default: value = wide_number((uint32_t)(i * n + j), 96); break;
      }
      matrix[i * n + j] = matrix[j * n + i] = value;
    }
  if (kind == spoilt) matrix[(n - 1) * n + n / 2] = NAN;
}

static void eigenproblems(size_t n) {
  double *matrix = allocated(n * n * sizeof(double)), *values = allocated(n * sizeof(double));
  double *scratch = allocated(skm_symmetric_eigen_scratch(n) * sizeof(double));
  for (int kind = 0; kind < KINDS; kind++) {
    fill(matrix, n, (matrix_kind)kind);
    int32_t failed = skm_symmetric_eigen(n, matrix, values, scratch);
    line(digest(&failed, sizeof failed), "skm_symmetric_eigen n=%zu %s status", n, kinds[kind]);
    if (failed) continue;
    line(digest_doubles(values, n), "skm_symmetric_eigen n=%zu %s values", n, kinds[kind]);
    line(digest_doubles(matrix, n * n), "skm_symmetric_eigen n=%zu %s vectors", n, kinds[kind]);
  }
  free(matrix), free(values), free(scratch);
}

static void systems(size_t n) {
  double *matrix = allocated(n * n * sizeof(double)), *unknowns = allocated(n * sizeof(double));
  for (int kind = 0; kind < KINDS; kind++) {
    fill(matrix, n, (matrix_kind)kind);
    // Not symmetric, so that rows are exchanged.
    for (size_t i = 0; kind == dense && i < n * n; i++) matrix[i] = wide_number((uint32_t)i, 98);
    for (size_t i = 0; i < n; i++) unknowns[i] = wide_number((uint32_t)i, 100);
    int32_t failed = skm_solve(n, matrix, unknowns);
    line(digest(&failed, sizeof failed), "skm_solve n=%zu %s status", n, kinds[kind]);
    if (!failed) line(digest_doubles(unknowns, n), "skm_solve n=%zu %s", n, kinds[kind]);
  }
  free(matrix), free(unknowns);
}

void digest_functions(void) {
  function("skm_exp", skm_exp, exponent_input);
  function("skm_log", skm_log, logarithm_input);
  function("skm_cosine_of_turns", skm_cosine_of_turns, turns_input);
  function("skm_arctangent", skm_arctangent, tangent_input);
  for (int i = 0; i < SIZES; i++) eigenproblems(sizes[i]);
  for (int i = 0; i < SIZES; i++) systems(sizes[i]);
}
