#ifndef SKYMASK_LINEAR_ALGEBRA_H
#define SKYMASK_LINEAR_ALGEBRA_H

#include <stddef.h>

// Dense matrices of doubles, row-major. Every sum has a fixed order and nothing is fused: the same bits on every CPU.

/// Doubles that skm_symmetric_eigen needs as scratch.
size_t skm_symmetric_eigen_scratch(size_t n);

/// The eigenvalues of a symmetric matrix, ascending, and orthonormal eigenvectors.
///
/// With the largest eigenvalue as 1, a residual |A·v − λ·v| is below n · 1e-15, and so is the difference of V·Vᵀ from
/// the identity. An eigenvector's sign is arbitrary, and so is the basis of an eigenvalue that occurs more than once.
/// Time O(n³).
///
/// Householder reflections make the matrix tridiagonal, from the first column on; implicit QR steps with Wilkinson's
/// shift then make it diagonal (Golub and Van Loan, "Matrix Computations", algorithms 8.3.1 to 8.3.3). Sums add their
/// terms by ascending index; only where the reflections are multiplied, a product of two vectors has four partial sums,
/// sum l of the terms l, l + 4, l + 8, ..., and is (sum 0 + sum 2) + (sum 1 + sum 3).
///
/// @param matrix   n × n; only row i up to column i is read. On return row i is the eigenvector of values[i].
/// @param values   n eigenvalues.
/// @param scratch  of skm_symmetric_eigen_scratch(n) doubles.
/// @return 0, or 1 when a number is not finite or the steps do not converge; the results are then meaningless.
int skm_symmetric_eigen(size_t n, double *matrix, double *values, double *scratch);

/// Solves a square system by Gaussian elimination.
///
/// The pivot of a column is its largest number by magnitude, on the diagonal or below; ties go to the first row. From
/// each row below, (its number in the column / pivot) times the pivot's row is subtracted, column after column. Then,
/// from the last unknown to the first, the products with the later unknowns are subtracted one by one, by ascending
/// index, and the rest is divided by the pivot.
/// Time O(n³).
///
/// @param matrix    n × n; overwritten.
/// @param unknowns  n right-hand sides; on return the unknowns.
/// @return 0, or 1 when a pivot is 0 or not finite, and `unknowns` is then meaningless. Numbers that are not finite but
///         never become a pivot, and overflow, show in the unknowns.
int skm_solve(size_t n, double *matrix, double *unknowns);

#endif
