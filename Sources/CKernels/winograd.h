#ifndef SKYMASK_WINOGRAD_H
#define SKYMASK_WINOGRAD_H

#include "layers.h"

/// A convolution of 3 × 3 and stride 1 as Winograd's algorithm sees it.
typedef struct {
  int64_t groups, inputs, outputs, in_height, in_width, out_height, out_width, padding;
  /// Tiles that are worked on together.
  int64_t together;
} skm_tiling;

/// Vectors of gradients and inputs of a block of weights, summed directly, that stay in the first-level cache.
enum { skm_weight_lines = 448 };

enum { skm_most_together = 16, skm_widest_block = 16 };

/// The tiling of a convolution's forward pass, or of its pass by data with the two sides exchanged.
skm_tiling skm_tiling_of(const skm_convolution *shape, int by_data);

/// Floats of scratch: the transformed weights, and the transformed inputs and outputs of the tiles together.
size_t skm_tiling_weights(const skm_tiling *tiling);
size_t skm_tiling_inputs(const skm_tiling *tiling);
size_t skm_tiling_outputs(const skm_tiling *tiling);

#endif
