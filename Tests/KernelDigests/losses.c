#include "digest.h"

#include "CKernels.h"

#include <math.h>
#include <stdlib.h>

static float *logits_of(int64_t batch, int64_t classes, float scale, uint32_t salt) {
  float *logits = allocated((size_t)(batch * classes) * sizeof(float));
  for (int64_t i = 0; i < batch * classes; i++) logits[i] = scale * number((uint32_t)i, salt);
  return logits;
}

static void losses(int64_t batch, int64_t classes, float scale) {
  const size_t count = (size_t)(batch * classes);
  float *logits = logits_of(batch, classes, scale, 70), *gradient = allocated(count * sizeof(float));
  float *probabilities = allocated(count * sizeof(float));
  int32_t *labels = allocated((size_t)batch * sizeof *labels);
  for (int64_t n = 0; n < batch; n++) labels[n] = (int32_t)((3 * n + 1) % classes);
  // Equal logits, whose first is the largest.
  for (int64_t c = 0; c < classes; c++) logits[c] = scale;

  double loss[2] = {skm_cross_entropy(batch, classes, logits, labels, gradient),
                    skm_cross_entropy(batch, classes, logits, labels, NULL)};
  const int n = (int)batch, c = (int)classes, by = (int)scale;
  line(digest_doubles(loss, 2), "skm_cross_entropy batch=%d classes=%d scale=%d", n, c, by);
  line(digest_floats(gradient, count), "skm_cross_entropy batch=%d classes=%d scale=%d gradient", n, c, by);
  loss[0] = skm_batch_softmax(batch, classes, logits, labels, probabilities, gradient);
  line(digest_floats(gradient, count), "skm_batch_softmax batch=%d classes=%d scale=%d gradient", n, c, by);
  loss[1] = skm_batch_softmax(batch, classes, logits, labels, probabilities, NULL);
  line(digest_doubles(loss, 2), "skm_batch_softmax batch=%d classes=%d scale=%d", n, c, by);
  line(digest_floats(probabilities, count), "skm_batch_softmax batch=%d classes=%d scale=%d probabilities", n, c, by);

  for (int odd = 0; odd < 2; odd++) {
    for (size_t i = 0; odd && i < count; i++)
      if (number((uint32_t)i, 71) > 0.3f) logits[i] = i % 3 ? NAN : INFINITY;
    skm_argmax(batch, classes, logits, labels);
    line(digest(labels, (size_t)batch * sizeof *labels), "skm_argmax batch=%d classes=%d scale=%d odd=%d", n, c, by,
         odd);
  }
  free(logits), free(gradient), free(probabilities), free(labels);
}

static void gathers(void) {
  enum { SAMPLES = 40, LENGTH = 29, CHOSEN = 11 };
  uint8_t bytes[SAMPLES * LENGTH];
  float floats[SAMPLES * LENGTH], batch[CHOSEN * LENGTH];
  ptrdiff_t chosen[CHOSEN];
  int32_t labels[CHOSEN];
  for (uint32_t i = 0; i < SAMPLES * LENGTH; i++) {
    bytes[i] = (uint8_t)(i % 256);
    floats[i] = number(i, 72);
  }
  for (int i = 0; i < CHOSEN; i++) chosen[i] = (ptrdiff_t)(i * 7 % SAMPLES);
  skm_gather_bytes(bytes, LENGTH, chosen, CHOSEN, batch);
  line(digest_floats(batch, CHOSEN * LENGTH), "skm_gather_bytes count=%d length=%d", CHOSEN, LENGTH);
  skm_gather_floats(floats, LENGTH, chosen, CHOSEN, batch);
  line(digest_floats(batch, CHOSEN * LENGTH), "skm_gather_floats count=%d length=%d", CHOSEN, LENGTH);
  skm_gather_labels(bytes, chosen, CHOSEN, labels);
  line(digest(labels, sizeof labels), "skm_gather_labels count=%d", CHOSEN);
}

void digest_losses(void) {
  const int64_t batches[] = {1, 2, 16, 17, 100}, classes[] = {1, 2, 6, 10, 100};
  const float scales[] = {1, 20, 400};
  for (int n = 0; n < 5; n++)
    for (int c = 0; c < 5; c++)
      for (int s = 0; s < 3; s++) losses(batches[n], classes[c], scales[s]);
  gathers();
}
