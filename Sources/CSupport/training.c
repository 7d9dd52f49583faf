#include "layers.h"
#include "dispatch.h"

#include <math.h>

SKM_CLONES void skm_relu(size_t count, float *data) {
  for (size_t i = 0; i < count; i++) data[i] = data[i] < 0.f ? 0.f : data[i];
}

SKM_CLONES void skm_relu_backward(size_t count, const float *result, float *gradient) {
  for (size_t i = 0; i < count; i++) gradient[i] = result[i] > 0.f ? gradient[i] : 0.f;
}

SKM_CLONES void skm_add(size_t count, const float *a, const float *b, int relu, float *sum) {
  if (relu)
    for (size_t i = 0; i < count; i++) {
      float value = a[i] + b[i];
      sum[i] = value < 0.f ? 0.f : value;
    }
  else
    for (size_t i = 0; i < count; i++) sum[i] = a[i] + b[i];
}

SKM_CLONES void skm_sgd(size_t count, float *weights, const float *gradient, float *velocity, float rate,
                            float clip, float momentum, float decay) {
  // The comparisons let a NaN through, so that a diverged client is seen.
  if (momentum == 0.f || !velocity) {
    for (size_t i = 0; i < count; i++) {
      float g = gradient[i];
      g = g > clip ? clip : g;
      g = g < -clip ? -clip : g;
      weights[i] -= rate * (g + decay * weights[i]);
    }
    return;
  }
  for (size_t i = 0; i < count; i++) {
    float g = gradient[i];
    g = g > clip ? clip : g;
    g = g < -clip ? -clip : g;
    velocity[i] = momentum * velocity[i] + (g + decay * weights[i]);
    weights[i] -= rate * velocity[i];
  }
}

double skm_cross_entropy(int64_t batch, int64_t classes, const float *logits, const int32_t *labels, float *gradient) {
  double loss = 0;
  const float share = 1.f / (float)batch;
  for (int64_t n = 0; n < batch; n++) {
    const float *row = logits + n * classes;
    float top = row[0];
    for (int64_t c = 1; c < classes; c++) top = row[c] > top ? row[c] : top;
    float sum = 0;
    for (int64_t c = 0; c < classes; c++) sum += expf(row[c] - top);
    loss -= (double)(row[labels[n]] - top - logf(sum));
    if (!gradient) continue;
    for (int64_t c = 0; c < classes; c++)
      gradient[n * classes + c] = share * (expf(row[c] - top) / sum - (c == labels[n] ? 1.f : 0.f));
  }
  return loss / (double)batch;
}

double skm_batch_softmax(int64_t batch, int64_t classes, const float *logits, const int32_t *labels,
                        float *probabilities, float *gradient) {
  for (int64_t c = 0; c < classes; c++) {
    float top = logits[c];
    for (int64_t n = 1; n < batch; n++) top = logits[n * classes + c] > top ? logits[n * classes + c] : top;
    float sum = 0;
    for (int64_t n = 0; n < batch; n++) sum += expf(logits[n * classes + c] - top);
    const float log_sum = top + logf(sum);
    int64_t members = 0;
    for (int64_t n = 0; n < batch; n++) {
      probabilities[n * classes + c] = logits[n * classes + c] - log_sum;
      members += labels[n] == c;
    }
    if (!gradient) continue;
    // d(−Σ log p)/dz_n = (members of the class) · p_n − [label n is c], all by the batch.
    for (int64_t n = 0; n < batch; n++)
      gradient[n * classes + c] =
          ((float)members * expf(probabilities[n * classes + c]) - (labels[n] == c ? 1.f : 0.f)) / (float)batch;
  }
  double loss = 0;
  for (int64_t n = 0; n < batch; n++) loss -= (double)probabilities[n * classes + labels[n]];
  return loss / (double)batch;
}

void skm_argmax(int64_t batch, int64_t classes, const float *rows, int32_t *best) {
  for (int64_t n = 0; n < batch; n++) {
    int32_t at = 0;
    for (int32_t c = 1; c < classes; c++) {
      float value = rows[n * classes + c], held = rows[n * classes + at];
      if (value > held || (held != held && value == value)) at = c;
    }
    best[n] = at;
  }
}

enum { CHAINS = 24, WIDTH = 16 };

SKM_CLONES double skm_multiply_add_loop(int64_t rounds) {
  typedef float vector __attribute__((vector_size(WIDTH * 4)));
  vector sums[CHAINS];
  for (int c = 0; c < CHAINS; c++)
    for (int l = 0; l < WIDTH; l++) sums[c][l] = (float)(c + l) * 1e-3f;
  vector x = {0}, y = {0};
  for (int l = 0; l < WIDTH; l++) {
    x[l] = 0.999999f;
    y[l] = 1e-7f;
  }
  for (int64_t r = 0; r < rounds; r++) {
#pragma clang fp contract(fast)
#pragma clang loop unroll(full)
    for (int c = 0; c < CHAINS; c++) sums[c] = sums[c] * x + y;
  }
  volatile float sink = 0;
  for (int c = 0; c < CHAINS; c++)
    for (int l = 0; l < WIDTH; l++) sink = sink + sums[c][l];
  (void)sink;
  return (double)rounds * CHAINS * WIDTH * 2;
}
