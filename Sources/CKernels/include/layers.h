// The layers' passes over a batch.
//
// An activation is [groups][channels][height][width][16 samples] of floats, with one vector of padding behind each plane
// of an even area: sample s of the batch is lane s mod 16 of group s / 16. The lanes of the last group that have no sample hold a copy of its first sample going forward, so that
// they are as finite as the batch is, and zeros going backward. Features are channels of height and width 1.
//
// Weights are those of the flat parameter vector: [out][in][kernel][kernel], and [out][in] of a linear layer.
#ifndef SKYMASK_LAYERS_H
#define SKYMASK_LAYERS_H

#include <stddef.h>
#include <stdint.h>

enum { skm_lanes = 16 };

/// Vectors from one channel's plane to the next: an odd number, so that the same place of many channels does not fall
/// into the same few sets of the cache.
static inline int64_t skm_plane(int64_t area) { return area | 1; }

/// A convolution with a square kernel, over the first `out_height` × `out_width` places of its result: fewer than there
/// are when nobody reads the others.
typedef struct {
  int64_t groups, in_channels, in_height, in_width, out_channels, out_height, out_width, kernel, stride, padding;
} skm_convolution;

/// Whether Winograd's algorithm is used for it: from 16 channels on both sides on, where it takes at most 2/3 of the
/// products of direct convolution, whose taps outside the picture are left out. The same on every machine.
int skm_uses_winograd(const skm_convolution *shape, int by_data);

/// Floats that the passes of a convolution need as scratch.
size_t skm_convolution_scratch(const skm_convolution *shape);

/// output = bias (0 when NULL), then + weight · input by input channel, row and column of the kernel, each fused; a tap
/// outside the picture is left out. Then max(output, 0) if `relu`. Shapes that skm_uses_winograd names are summed as
/// kernels/winograd.h says.
void skm_convolution_forward(const skm_convolution *shape, const float *input, const float *weight, const float *bias,
                             int relu, float *scratch, float *output);

/// input_gradient = the sum of weight · output_gradient by output channel, row and column of the kernel, each fused; or
/// as forward.
void skm_convolution_backward_data(const skm_convolution *shape, const float *output_gradient, const float *weight,
                                   float *scratch, float *input_gradient);

/// weight_gradient = the sum of input · output_gradient: lane by lane over groups, rows and columns of the result, each
/// fused; then the lanes, those 8, 4, 2 and 1 apart; or as kernels/winograd_weights.h says. bias_gradient, unless NULL,
/// is the first of these two, of output_gradient alone.
void skm_convolution_backward_weights(const skm_convolution *shape, const float *input, const float *output_gradient,
                                      float *scratch, float *weight_gradient, float *bias_gradient);

/// A linear layer of `planes` · `area` features to `out`: the planes of a picture, row by row, or single features.
typedef struct {
  int64_t groups, planes, area, out;
} skm_linear;

/// output = bias, then + weight · input by feature, each fused. Then max(output, 0) if `relu`.
void skm_linear_forward(const skm_linear *shape, const float *input, const float *weight, const float *bias, int relu,
                        float *output);

/// input_gradient = the sum of weight · output_gradient by output, each fused.
void skm_linear_backward_data(const skm_linear *shape, const float *output_gradient, const float *weight,
                              float *input_gradient);

/// Vectors of neighbouring features whose weight gradients are worked on together.
enum { skm_linear_vectors = 4 };

/// Floats that skm_linear_backward_weights needs as scratch.
size_t skm_linear_scratch(const skm_linear *shape);

/// weight_gradient = the sum of output_gradient · input sample by sample, each fused, empty lanes too; bias_gradient,
/// unless NULL, sums output_gradient by lane over the groups and then the lanes, those 8, 4, 2 and 1 apart.
void skm_linear_backward_weights(const skm_linear *shape, const float *input, const float *output_gradient,
                                 float *scratch, float *weight_gradient, float *bias_gradient);

/// Square windows over `planes` = groups · channels planes; `index` has places where the output has.
typedef struct {
  int64_t planes, in_height, in_width, out_height, out_width, size, stride;
} skm_pool;

/// output = the largest of each window, the first of equals; `index` (as many as output; may be NULL) its place in the
/// window, row by row. A NaN is the largest only in the window's first place.
void skm_max_pool_forward(const skm_pool *shape, const float *input, float *output, uint16_t *index);

/// input_gradient from the gradient at each window's largest, window by window in order. With `output` given, nothing
/// passes where it is not positive, which is the backward pass of a ReLU before the pool.
void skm_max_pool_backward(const skm_pool *shape, const float *output_gradient, const uint16_t *index,
                           const float *output, float *input_gradient);

/// A convolution, then the largest of windows side by side (size = stride) that cover all of its result: the same bytes
/// as one after the other, but the convolution's result never leaves the cache. Not for shapes of skm_uses_winograd.
size_t skm_convolution_max_pool_scratch(const skm_convolution *shape, const skm_pool *pool);
void skm_convolution_max_pool_forward(const skm_convolution *shape, const skm_pool *pool, const float *input,
                                      const float *weight, const float *bias, int relu, float *scratch, float *output,
                                      uint16_t *index);
/// From the gradient of the pool's result; with its `output` given, nothing passes where that is not positive.
void skm_convolution_max_pool_backward_weights(const skm_convolution *shape, const skm_pool *pool, const float *input,
                                               const float *output_gradient, const uint16_t *index,
                                               const float *output, float *scratch, float *weight_gradient,
                                               float *bias_gradient);

/// output = the sum of each window, row by row, times 1 / its size.
void skm_average_pool_forward(const skm_pool *shape, const float *input, float *output);
void skm_average_pool_backward(const skm_pool *shape, const float *output_gradient, float *input_gradient);

/// Batch norm by channel over `samples` samples: height × width numbers of each.
typedef struct {
  int64_t groups, samples, channels, height, width;
  float epsilon;
} skm_batch_norm;

/// output = input · factor + offset by channel, fused, plus `residual` unless NULL; then max(output, 0) if `relu`. With
/// factor = scale / √(variance + epsilon) and offset = shift − mean · factor, which is rounded in between.
///
/// mean and biased variance are `given`, or computed: rows in float, lane by lane; rows and groups in double, lane by
/// lane; then the lanes as in skm_gram. The variance is of x − mean, in a second pass.
void skm_batch_norm_forward(const skm_batch_norm *shape, const float *input, const float *scale, const float *shift,
                            int given, float *mean, float *variance, float *factor, const float *residual, int relu,
                            float *output);

/// With g = output_gradient, plus `second` unless NULL, but 0 where `output` is given and not positive: the gradients of
/// shift, Σ g, and of scale, Σ g · (input − mean) / √(variance + epsilon), in the order of the statistics; and
/// input_gradient, unless NULL, = factor · (g − a − (input − mean) · b), 0 in empty lanes, with a and b the means that
/// computed statistics take off, 0 for given ones. `masked`, unless NULL, gets g; it may be output_gradient.
void skm_batch_norm_backward(const skm_batch_norm *shape, const float *input, const float *output_gradient,
                             const float *second, const float *output, const float *mean, const float *variance,
                             const float *factor, int given, float *masked, float *scale_gradient,
                             float *shift_gradient, float *input_gradient);

/// data = max(data, 0); a NaN stays.
void skm_relu(size_t count, const float *input, float *output);
/// input_gradient = output_gradient where output is positive, else 0; the two gradients may be one.
void skm_relu_backward(size_t count, const float *output, const float *output_gradient, float *input_gradient);
/// sum = a + b, then max(sum, 0) if `relu`; `sum` may be `a` or `b`.
void skm_add(size_t count, const float *a, const float *b, int relu, float *sum);

/// activation = the samples' values, `planes` · `area` of each, row by row in `rows`; empty lanes of the last group
/// repeat its first sample.
void skm_interleave(int64_t samples, int64_t planes, int64_t area, const float *rows, float *activation);
/// The same of single features, with zeros in empty lanes: a gradient.
void skm_interleave_gradient(int64_t samples, int64_t features, const float *rows, float *activation);
/// rows = the samples' values in an activation of single features.
void skm_deinterleave(int64_t samples, int64_t features, const float *activation, float *rows);

/// One step of stochastic gradient descent: g = clamp(gradient, ±clip), + decay · w fused; v = momentum · v + g, fused;
/// w = w − rate · v, fused. `velocity` may be NULL when momentum is 0; clip is infinity for none. A NaN stays one.
void skm_sgd(size_t count, float *weights, const float *gradient, float *velocity, float rate, float clip,
             float momentum, float decay);

/// Runs `rounds` of independent fused multiply-adds on one core, as many at once as the registers hold, and returns how
/// many floating-point operations that was.
double skm_multiply_add_loop(int64_t rounds);

#endif
