#include "linear_algebra.h"
#include "doubles.h"

#include <math.h>

/// Within the range of power_of_two, with room for the sign to be turned.
static int scaling_exponent(double largest) {
  int exponent = exponent_of(largest);
  return exponent < -1000 ? -1000 : exponent > 1000 ? 1000 : exponent;
}

/// The product of two vectors in four partial sums.
static double product(size_t count, const double *a, const double *b) {
  double sums[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (size_t l = 0; l < 4; l++) sums[l] += a[i + l] * b[i + l];
  for (size_t l = 0; i + l < count; l++) sums[l] += a[i + l] * b[i + l];
  return (sums[0] + sums[2]) + (sums[1] + sums[3]);
}

/// Makes A tridiagonal: column k is reflected by I − factors[k]·v·vᵀ, whose v is left in row k, right of the diagonal.
///
/// below[k] becomes the number right of and below diagonal[k]; a factor of 0 means no reflection.
static void make_tridiagonal(size_t n, double *a, double *diagonal, double *below, double *factors, double *work) {
  for (size_t k = 0; k < n; k++) {
    double *row = a + k * n;
    diagonal[k] = row[k];
    below[k] = k + 1 < n ? row[k + 1] : 0;
    factors[k] = 0;
    double largest = 0;
    for (size_t j = k + 2; j < n; j++) largest = largest < magnitude(row[j]) ? magnitude(row[j]) : largest;
    if (largest == 0) continue;
    largest = largest < magnitude(row[k + 1]) ? magnitude(row[k + 1]) : largest;

    // The row is scaled, exactly, so that its squares neither overflow nor vanish; the reflection does not change.
    int exponent = scaling_exponent(largest);
    double *v = row, squares = 0;
    for (size_t j = k + 1; j < n; j++) {
      v[j] *= power_of_two(-exponent);
      squares += v[j] * v[j];
    }
    double length = with_sign(sqrt(squares), v[k + 1]);
    below[k] = -length * power_of_two(exponent);
    v[k + 1] += length;
    factors[k] = 1 / (length * v[k + 1]);

    // A loses v·wᵀ + w·vᵀ with p = factor·A·v and w = p − (factor/2 · vᵀp)·v.
    for (size_t i = k + 1; i < n; i++) work[i] = 0;
    for (size_t j = k + 1; j < n; j++)
      for (size_t i = k + 1; i < n; i++) work[i] += v[j] * a[j * n + i];
    double along = 0;
    for (size_t i = k + 1; i < n; i++) {
      work[i] *= factors[k];
      along += v[i] * work[i];
    }
    along *= factors[k] / 2;
    for (size_t i = k + 1; i < n; i++) work[i] -= along * v[i];
    for (size_t i = k + 1; i < n; i++)
      for (size_t j = k + 1; j < n; j++) a[i * n + j] -= v[i] * work[j] + work[i] * v[j];
  }
}

/// Puts the product of all reflections, the last one leftmost, in the place of what make_tridiagonal left.
static void multiply_reflections(size_t n, double *a, const double *factors) {
  // Rows and columns from `first` on hold the product of the reflections that change no other ones.
  for (size_t first = n; first-- > 0;) {
    a[first * n + first] = 1;
    for (size_t i = first + 1; i < n; i++) a[first * n + i] = a[i * n + first] = 0;
    if (first == 0 || factors[first - 1] == 0) continue;
    const double *v = a + (first - 1) * n + first;
    for (size_t i = first; i < n; i++) {
      double *row = a + i * n + first;
      double along = factors[first - 1] * product(n - first, row, v);
      for (size_t j = 0; j < n - first; j++) row[j] -= along * v[j];
    }
  }
}

/// The rotation that turns (x, z) into (length, 0): length = cosine·x + sine·z and 0 = cosine·z − sine·x.
typedef struct {
  double cosine, sine, length;
} rotation;

static rotation rotation_of(double x, double z) {
  if (z == 0) return (rotation){1, 0, x};
  if (magnitude(x) >= magnitude(z)) {
    double slope = z / x, secant = sqrt(1 + slope * slope);
    return (rotation){1 / secant, slope / secant, x * secant};
  }
  double slope = x / z, secant = sqrt(1 + slope * slope);
  return (rotation){slope / secant, 1 / secant, z * secant};
}

/// One QR step on the tridiagonal matrix from `first` to `last`; its rotations are applied to the rows of `vectors`.
static void step(size_t n, size_t first, size_t last, double *diagonal, double *below, double *vectors) {
  // Wilkinson's shift: the eigenvalue of the last 2 × 2 block that is nearer to its last number.
  double off = below[last - 1], half = (diagonal[last - 1] - diagonal[last]) / 2;
  double shift = diagonal[last] - off * (off / (half + with_sign(sqrt(half * half + off * off), half)));
  double x = diagonal[first] - shift, z = below[first];
  for (size_t k = first; k < last; k++) {
    rotation turn = rotation_of(x, z);
    if (k > first) below[k - 1] = turn.length;
    double gain = turn.sine * (diagonal[k + 1] - diagonal[k]) + 2 * turn.cosine * below[k];
    diagonal[k] += turn.sine * gain;
    diagonal[k + 1] -= turn.sine * gain;
    below[k] = turn.cosine * gain - below[k];
    if (k + 1 < last) {
      x = below[k];
      z = turn.sine * below[k + 1];
      below[k + 1] *= turn.cosine;
    }
    double *upper = vectors + k * n, *lower = upper + n;
    for (size_t j = 0; j < n; j++) {
      double u = upper[j], l = lower[j];
      upper[j] = turn.cosine * u + turn.sine * l;
      lower[j] = turn.cosine * l - turn.sine * u;
    }
  }
}

/// Makes the tridiagonal matrix diagonal; 0, or 1 when that takes too many steps.
static int make_diagonal(size_t n, double *diagonal, double *below, double *vectors) {
  enum { STEPS_PER_VALUE = 60 };  // two or three are usual
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    double size = magnitude(diagonal[i]) + magnitude(below[i]);
    largest = largest < size ? size : largest;
  }
  const double negligible = largest * 0x1p-53;
  size_t steps = 0, last = n - 1;
  while (last > 0) {
    if (magnitude(below[last - 1]) <= negligible) {
      last--;
      continue;
    }
    if (steps++ == STEPS_PER_VALUE * n) return 1;
    size_t first = last - 1;
    while (first > 0 && magnitude(below[first - 1]) > negligible) first--;
    step(n, first, last, diagonal, below, vectors);
  }
  return 0;
}

/// Puts the values in ascending order, and the rows with them; of equal ones, the first comes first.
static void sort_ascending(size_t n, double *values, double *rows) {
  for (size_t i = 1; i < n; i++) {
    for (size_t k = i; k > 0 && values[k] < values[k - 1]; k--) {
      double value = values[k];
      values[k] = values[k - 1];
      values[k - 1] = value;
      for (size_t j = 0; j < n; j++) {
        double number = rows[k * n + j];
        rows[k * n + j] = rows[(k - 1) * n + j];
        rows[(k - 1) * n + j] = number;
      }
    }
  }
}

size_t skm_symmetric_eigen_scratch(size_t n) { return 3 * n; }

int skm_symmetric_eigen(size_t n, double *matrix, double *values, double *scratch) {
  if (n == 0) return 0;
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j <= i; j++) {
      double size = magnitude(matrix[i * n + j]);
      if (!(size < INFINITY)) return 1;
      largest = largest < size ? size : largest;
    }
  }
  // Exact, so that neither large nor small numbers are lost in squares.
  int exponent = scaling_exponent(largest);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = matrix[i * n + j] * power_of_two(-exponent);

  double *below = scratch, *factors = scratch + n, *work = scratch + 2 * n;
  make_tridiagonal(n, matrix, values, below, factors, work);
  multiply_reflections(n, matrix, factors);
  if (make_diagonal(n, values, below, matrix)) return 1;
  sort_ascending(n, values, matrix);
  for (size_t i = 0; i < n; i++) values[i] *= power_of_two(exponent);
  return 0;
}

int skm_solve(size_t n, double *matrix, double *unknowns) {
  for (size_t k = 0; k < n; k++) {
    size_t best = k;
    for (size_t i = k + 1; i < n; i++)
      if (magnitude(matrix[i * n + k]) > magnitude(matrix[best * n + k])) best = i;
    double pivot = matrix[best * n + k];
    if (pivot == 0 || !(magnitude(pivot) < INFINITY)) return 1;
    if (best != k) {
      for (size_t j = k; j < n; j++) {
        double number = matrix[k * n + j];
        matrix[k * n + j] = matrix[best * n + j];
        matrix[best * n + j] = number;
      }
      double side = unknowns[k];
      unknowns[k] = unknowns[best];
      unknowns[best] = side;
    }
    for (size_t i = k + 1; i < n; i++) {
      double factor = matrix[i * n + k] / pivot;
      for (size_t j = k + 1; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j];
      unknowns[i] -= factor * unknowns[k];
    }
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t j = i + 1; j < n; j++) unknowns[i] -= matrix[i * n + j] * unknowns[j];
    unknowns[i] /= matrix[i * n + i];
  }
  return 0;
}
