#include "losses.h"

#include "functions.h"

// Exponentials that are kept between the sum and the gradient; more are computed twice, with the same result.
enum { KEPT = 256 };

double skm_cross_entropy(int64_t batch, int64_t classes, const float *logits, const int32_t *labels, float *gradient) {
  double loss = 0, kept[KEPT];
  for (int64_t n = 0; n < batch; n++) {
    const float *row = logits + n * classes;
    float top = row[0];
    for (int64_t c = 1; c < classes; c++) top = row[c] > top ? row[c] : top;
    double sum = 0;
    for (int64_t c = 0; c < classes; c++) {
      const double exponential = skm_exp((double)row[c] - top);
      sum += exponential;
      if (c < KEPT) kept[c] = exponential;
    }
    loss += (top + skm_log(sum)) - row[labels[n]];
    if (!gradient) continue;
    for (int64_t c = 0; c < classes; c++) {
      const double probability = (c < KEPT ? kept[c] : skm_exp((double)row[c] - top)) / sum;
      gradient[n * classes + c] = (float)((probability - (c == labels[n] ? 1 : 0)) / (double)batch);
    }
  }
  return loss / (double)batch;
}

double skm_batch_softmax(int64_t batch, int64_t classes, const float *logits, const int32_t *labels,
                         float *probabilities, float *gradient) {
  double kept[KEPT];
  for (int64_t c = 0; c < classes; c++) {
    float top = logits[c];
    for (int64_t n = 1; n < batch; n++) top = logits[n * classes + c] > top ? logits[n * classes + c] : top;
    double sum = 0;
    for (int64_t n = 0; n < batch; n++) {
      const double exponential = skm_exp((double)logits[n * classes + c] - top);
      sum += exponential;
      if (n < KEPT) kept[n] = exponential;
    }
    const double log_sum = top + skm_log(sum);
    int64_t members = 0;
    for (int64_t n = 0; n < batch; n++) {
      probabilities[n * classes + c] = (float)(logits[n * classes + c] - log_sum);
      members += labels[n] == c;
    }
    if (!gradient) continue;
    // d(−Σ log p)/dz_n = (members of the class) · p_n − [label n is c], all by the batch.
    for (int64_t n = 0; n < batch; n++) {
      const double probability = (n < KEPT ? kept[n] : skm_exp((double)logits[n * classes + c] - top)) / sum;
      gradient[n * classes + c] =
          (float)(((double)members * probability - (labels[n] == c ? 1 : 0)) / (double)batch);
    }
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
