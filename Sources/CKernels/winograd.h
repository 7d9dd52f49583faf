#ifndef SKYMASK_WINOGRAD_H
#define SKYMASK_WINOGRAD_H

#include "layers.h"

/// A convolution of 3 × 3 and stride 1 as Winograd's algorithm sees it.
typedef struct {
  int64_t groups, inputs, outputs, in_height, in_width, out_height, out_width, padding;
  /// Tiles that are worked on together.
  int64_t together;
} skm_tiling;

enum { skm_most_together = 16, skm_widest_block = 16 };

/// The tiling of a convolution's forward pass, or of its pass by data with the two sides exchanged.
skm_tiling skm_tiling_of(const skm_convolution *shape, int by_data);

/// Whether Winograd's algorithm is used for it: from 16 channels on both sides on, where it takes at most 2/3 of the
/// products of direct convolution, whose taps outside the picture are left out. The same on every machine.
int skm_uses_winograd(const skm_convolution *shape, int by_data);

/// Floats of scratch: the transformed weights, and the transformed inputs and outputs of the tiles together.
size_t skm_tiling_weights(const skm_tiling *tiling);
size_t skm_tiling_inputs(const skm_tiling *tiling);
size_t skm_tiling_outputs(const skm_tiling *tiling);

#endif
