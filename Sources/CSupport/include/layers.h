// The layers' elementwise and pooling loops.
//
// An activation of `planes` × height × width × `block` floats covers every layout that oneDNN uses: NCHW (block 1, planes
// = batch · channels), channels in blocks of 4, 8 or 16 (planes = batch · blocks), and NHWC (block = channels, planes =
// batch). Padded channels hold zeros and keep them.
#ifndef SKYMASK_LAYERS_H
#define SKYMASK_LAYERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  int64_t planes, in_height, in_width, out_height, out_width, block, size, stride;
} skm_pool_shape;

/// result = largest of each window; `index` (as many as `result`) holds its place in the window, row by row.
void skm_max_pool_forward(const skm_pool_shape *shape, const float *source, float *result, uint8_t *index);
/// Largest of each window without remembering where.
void skm_max_pool_inference(const skm_pool_shape *shape, const float *source, float *result);
/// source_gradient from the gradient at each window's largest; where `relu_result` is given and not positive, none
/// passes, which is the backward pass of a ReLU before the pool.
void skm_max_pool_backward(const skm_pool_shape *shape, const float *result_gradient, const uint8_t *index,
                          const float *relu_result, float *source_gradient);
void skm_average_pool_forward(const skm_pool_shape *shape, const float *source, float *result);
void skm_average_pool_backward(const skm_pool_shape *shape, const float *result_gradient, float *source_gradient);

/// data = max(data, 0)
void skm_relu(size_t count, float *data);
/// gradient = 0 where result is not positive
void skm_relu_backward(size_t count, const float *result, float *gradient);
/// sum = max(a + b, 0) if `relu`, else a + b; `sum` may be `a`.
void skm_add(size_t count, const float *a, const float *b, int relu, float *sum);

/// Batch norm over `batch` samples of `blocks` channel blocks (planes = batch · blocks), `area` = height · width.
typedef struct {
  int64_t batch, blocks, area, block;
} skm_batch_norm_shape;

/// mean and biased variance of each channel (blocks · block of each).
void skm_batch_norm_statistics(const skm_batch_norm_shape *shape, const float *source, float *mean, float *variance);
/// result = source · factor + offset by channel, plus `residual` if given, then ReLU if `relu`.
void skm_batch_norm_apply(const skm_batch_norm_shape *shape, const float *source, const float *factor,
                         const float *offset, const float *residual, int relu, float *result);
/// First backward pass: g = (gradient + second if given), 0 where the ReLU was closed; sums of g and of
/// g · (source − mean) by channel. With `result` given, the ReLU is read from it and g is written to `masked`; else from
/// source · factor + offset (if `relu`), and nothing is written.
void skm_batch_norm_backward_sums(const skm_batch_norm_shape *shape, const float *source, const float *gradient,
                                 const float *second, const float *result, const float *factor, const float *offset,
                                 const float *mean, int relu, float *masked, float *sum, float *product_sum);
/// Second backward pass: source_gradient = factor · (g − a − (source − mean) · b), g as above (`relu` 0: as it is).
void skm_batch_norm_backward_apply(const skm_batch_norm_shape *shape, const float *source, const float *gradient,
                                  const float *second, const float *factor, const float *offset, const float *mean,
                                  const float *a, const float *b, int relu, float *source_gradient);

/// One step of stochastic gradient descent: g = clamp(gradient, ±clip) + decay · w; v = momentum · v + g; w −= rate · v.
/// `velocity` may be NULL when momentum is 0; clip is infinity for none.
void skm_sgd(size_t count, float *weights, const float *gradient, float *velocity, float rate, float clip,
            float momentum, float decay);

/// The mean cross-entropy of softmax(logits) over the classes, and its gradient unless NULL. logits: batch × classes.
double skm_cross_entropy(int64_t batch, int64_t classes, const float *logits, const int32_t *labels, float *gradient);
/// The same with the softmax over the batch, class by class. `probabilities`: batch × classes, holds log-probabilities
/// after the call.
double skm_batch_softmax(int64_t batch, int64_t classes, const float *logits, const int32_t *labels,
                        float *probabilities, float *gradient);
/// The most probable class of each row; the first of equals; a NaN never wins over a number.
void skm_argmax(int64_t batch, int64_t classes, const float *rows, int32_t *best);

/// Runs `rounds` of independent fused multiply-adds on one core and returns how many floating-point operations that was.
double skm_multiply_add_loop(int64_t rounds);

#endif
