#ifndef SKYMASK_LOSSES_H
#define SKYMASK_LOSSES_H

#include <stdint.h>

// Losses of rows of logits, [batch][classes], in double; sums in order.

/// The mean cross-entropy of softmax(logits) over the classes, and its gradient unless NULL.
double skm_cross_entropy(int64_t batch, int64_t classes, const float *logits, const int32_t *labels, float *gradient);

/// The same with the softmax over the batch, class by class. `probabilities`: batch × classes, holds log-probabilities
/// after the call.
double skm_batch_softmax(int64_t batch, int64_t classes, const float *logits, const int32_t *labels,
                         float *probabilities, float *gradient);

/// The most probable class of each row; the first of equals; a NaN never wins over a number.
void skm_argmax(int64_t batch, int64_t classes, const float *rows, int32_t *best);

#endif
