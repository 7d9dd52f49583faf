#include "gather.h"

#include <string.h>

void skm_gather_bytes(const uint8_t *samples, size_t length, const ptrdiff_t *indices, size_t count, float *batch) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *restrict sample = samples + (size_t)indices[i] * length;
    float *restrict row = batch + i * length;
    for (size_t j = 0; j < length; j++) row[j] = (float)sample[j] / 255.0f;
  }
}

void skm_gather_floats(const float *samples, size_t length, const ptrdiff_t *indices, size_t count, float *batch) {
  for (size_t i = 0; i < count; i++) {
    memcpy(batch + i * length, samples + (size_t)indices[i] * length, length * sizeof(float));
  }
}

void skm_gather_labels(const uint8_t *labels, const ptrdiff_t *indices, size_t count, int32_t *batch) {
  for (size_t i = 0; i < count; i++) batch[i] = labels[indices[i]];
}
