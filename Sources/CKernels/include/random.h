#ifndef SKYMASK_RANDOM_H
#define SKYMASK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/// Uniform floats in [0, 1) from Philox4x32-10: the upper 24 bits of each word, in the order of words and blocks.
///
/// Integers until the last multiplication by 2^-24, which is exact: every instruction set returns the same bits.
///
/// @param key      two words, the lower one first.
/// @param counter  three words; the fourth is the block.
/// @param block    the first block.
/// @param blocks   how many; the block number must not pass 2^32.
/// @param out      4 * blocks floats.
void skm_philox_uniform(const uint32_t key[2], const uint32_t counter[3], uint32_t block, size_t blocks, float *out);

#endif
