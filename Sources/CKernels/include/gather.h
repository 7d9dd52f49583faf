#ifndef SKYMASK_GATHER_H
#define SKYMASK_GATHER_H

#include <stddef.h>
#include <stdint.h>

/// Copies chosen samples into a batch, each byte divided by 255.
///
/// `samples` is sample-major, `length` bytes a sample; `indices` names `count` samples; `batch` gets `count * length`
/// floats, sample after sample. The division is the exact one, so that a byte has one float on every machine.
void skm_gather_bytes(const uint8_t *samples, size_t length, const ptrdiff_t *indices, size_t count, float *batch);

/// Copies chosen samples into a batch: like `skm_gather_bytes`, of floats and unchanged.
void skm_gather_floats(const float *samples, size_t length, const ptrdiff_t *indices, size_t count, float *batch);

/// Copies the labels of chosen samples, widened; `batch` gets `count` of them.
void skm_gather_labels(const uint8_t *labels, const ptrdiff_t *indices, size_t count, int32_t *batch);

#endif
