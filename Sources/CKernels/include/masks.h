#ifndef SKYMASK_MASKS_H
#define SKYMASK_MASKS_H

#include <stddef.h>
#include <stdint.h>

// SkyMask's masks: one number per client and parameter, before the sigmoid.
//
// Every instruction set returns the same bits, but for the sign and payload of a NaN. "Fused" means that a product and
// the addition that follows it are rounded once.

/// One step of mask training over `columns` coordinates: moves the masks against their gradient, then mixes the updates
/// by the new masks.
///
/// With s_i the sigmoids of the masks, S their sum and D = (sum of s_i * rows[i]) / S the mixed update, the mixed model
/// is w - scale * D, and the loss falls along -gradient * scale * (rows[i] - D) * s_i * (1 - s_i) / S for mask i. That
/// slope is clamped to ±clip, and `rate` times the slope is subtracted from the mask.
///
/// All numbers are floats. Rows are added in order; s_i * rows[i] is fused with its sum, and -rate * slope with the
/// mask. The slope is ((gradient * -scale) / S * (rows[i] - D)) * (s_i * (1 - s_i)).
///
/// @param rows      n pointers to the updates' coordinates.
/// @param masks     n pointers to the masks' coordinates; changed.
/// @param gradient  of the loss with respect to the mixed model; NULL for the first call, which only mixes.
/// @param mixed     D, read when there is a gradient, and written anew.
/// @param sums      S, likewise.
void skm_mask_step(
  const float *const *rows, float *const *masks, size_t n, size_t columns, const float *gradient, float scale,
  float clip, float rate, float *mixed, float *sums);

/// out[k] = the sigmoid of x[k]: less than 3 units in the last place off for |x| < 80; NaN for NaN.
void skm_sigmoid(const float *x, size_t count, float *out);

/// Sets bit k of `bits`, from the lowest bit of the first word on, where the sigmoid of x[k] is above the threshold.
///
/// `bits` has (count + 63) / 64 words; the unused bits of the last one are 0.
void skm_mask_bits(const float *x, size_t count, float threshold, uint64_t *bits);

/// How many bits are set in both of two vectors of `words` words.
uint64_t skm_common_bits(const uint64_t *a, const uint64_t *b, size_t words);

#endif
