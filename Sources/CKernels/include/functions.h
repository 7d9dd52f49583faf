#ifndef SKYMASK_FUNCTIONS_H
#define SKYMASK_FUNCTIONS_H

// Functions of one number, with the same bits on every CPU and with every C library: they use additions,
// multiplications and divisions of doubles in a fixed order, and fuse none of them. Errors are in units in the last
// place (ulp) of the true value. A NaN is returned unchanged.

/// e^x, off by less than 0.7 ulp, or 0.9 ulp where the result is subnormal; exp(0) = 1, exp(−∞) = 0.
double skm_exp(double x);

/// The natural logarithm, off by less than 0.6 ulp; log(1) = 0, log(±0) = −∞, NaN below 0.
double skm_log(double x);

/// cos(2πu), off by less than 1 ulp; exactly 0, 1 or −1 where u is a multiple of 1/4, NaN for an infinite u.
///
/// No multiple of π is subtracted: a turn is 1, so the reduction of u is exact, however large u is.
double skm_cosine_of_turns(double u);

/// The arc tangent, off by less than 0.6 ulp; arctangent(±∞) = ±π/2, arctangent(−0) = −0.
double skm_arctangent(double x);

#endif
