#include "digest.h"

#include "CKernels.h"

#include <math.h>
#include <stdlib.h>

static const size_t row_counts[] = {1, 2, 3, 7, 100}, widths[] = {1, 15, 16, 17, 1003, 5000};
enum { ROW_COUNTS = sizeof row_counts / sizeof *row_counts, WIDTHS = sizeof widths / sizeof *widths };
enum { MOST_ROWS = 100, MOST_COLUMNS = 5000 };

/// Room for the inputs and the outputs of a case.
struct room {
  float *values, *masks;
  const float *rows[MOST_ROWS];
  float *mask_rows[MOST_ROWS];
  float first[MOST_COLUMNS], second[MOST_COLUMNS], third[MOST_COLUMNS], fourth[MOST_COLUMNS];
  double products[MOST_ROWS * MOST_ROWS], weights[MOST_ROWS];
  uint64_t bits[2][(MOST_COLUMNS + 63) / 64];
};

/// Fills n rows of d updates around 0.25, one float apart in memory, so that few of them are aligned.
static void fill(struct room *room, size_t n, size_t d) {
  for (size_t i = 0; i < n; i++) {
    float *row = room->values + i * (d + 1);
    float *mask = room->masks + i * (d + 1);
    for (size_t k = 0; k < d; k++) {
      row[k] = number((uint32_t)(i * d + k), 1) + 0.25f;
      mask[k] = 4 * number((uint32_t)(i * d + k), 2);
    }
    room->rows[i] = row;
    room->mask_rows[i] = mask;
    room->weights[i] = i % 3 == 1 ? 0 : number((uint32_t)i, 3);
  }
}

static void sums(struct room *room, size_t n, size_t d) {
  double *scratch = allocated(skm_gram_scratch(n) * sizeof(double));
  for (int centred = 0; centred < 2; centred++) {
    skm_gram(room->rows, n, d, centred, scratch, room->products);
    line(digest_doubles(room->products, n * n), "skm_gram n=%zu d=%zu centred=%d", n, d, centred);
  }
  free(scratch);
  skm_weighted_sum(room->rows, room->weights, n, d, 3, room->first);
  line(digest_floats(room->first, d), "skm_weighted_sum n=%zu d=%zu", n, d);
  double dot = skm_dot(room->rows[0], room->rows[n - 1], d);
  line(digest_doubles(&dot, 1), "skm_dot n=%zu d=%zu", n, d);
  double error = skm_prediction_error(room->rows[0], room->rows[n / 2], room->rows[n - 1], d);
  line(digest_doubles(&error, 1), "skm_prediction_error n=%zu d=%zu", n, d);
}

/// `kind` ends the name of a case: "" or " odd".
static void trimmed_means(struct room *room, size_t n, size_t d, const char *kind) {
  float *scratch = allocated(skm_trimmed_mean_scratch(n) * sizeof(float));
  const size_t trims[] = {0, n / 4, (n - 1) / 2};
  for (int i = 0; i < 3; i++) {
    if (i > 0 && trims[i] == trims[i - 1]) continue;
    skm_trimmed_mean(room->rows, n, d, trims[i], scratch, room->first);
    line(digest_floats(room->first, d), "skm_trimmed_mean n=%zu d=%zu trim=%zu%s", n, d, trims[i], kind);
  }
  free(scratch);
}

static void statistics(struct room *room, size_t n, size_t d, const char *kind) {
  skm_column_statistics(room->rows, n, d, room->first, room->second, room->third, room->fourth);
  line(digest_floats(room->first, d), "skm_column_statistics n=%zu d=%zu mean%s", n, d, kind);
  line(digest_floats(room->second, d), "skm_column_statistics n=%zu d=%zu deviation%s", n, d, kind);
  line(digest_floats(room->third, d), "skm_column_statistics n=%zu d=%zu least%s", n, d, kind);
  line(digest_floats(room->fourth, d), "skm_column_statistics n=%zu d=%zu largest%s", n, d, kind);
}

static void masks(struct room *room, size_t n, size_t d) {
  float *mixed = room->first, *sums = room->second, *gradient = room->third;
  for (size_t k = 0; k < d; k++) gradient[k] = 8 * number((uint32_t)k, 4);
  for (int step = 0; step < 3; step++) {
    skm_mask_step(room->rows, room->mask_rows, n, d, step ? gradient : NULL, 0.7f, 0.02f, 3, mixed, sums);
    line(digest_floats(mixed, d), "skm_mask_step n=%zu d=%zu step=%d mixed", n, d, step);
    line(digest_floats(sums, d), "skm_mask_step n=%zu d=%zu step=%d sums", n, d, step);
  }
  line(digest_floats(room->masks, n * (d + 1) - 1), "skm_mask_step n=%zu d=%zu masks", n, d);
  size_t words = (d + 63) / 64;
  for (int i = 0; i < 2; i++) skm_mask_bits(room->mask_rows[i ? n - 1 : 0], d, 0.5f, room->bits[i]);
  line(digest(room->bits[1], words * sizeof(uint64_t)), "skm_mask_bits n=%zu d=%zu", n, d);
  uint64_t common = skm_common_bits(room->bits[0], room->bits[1], words);
  line(digest(&common, sizeof common), "skm_common_bits n=%zu d=%zu", n, d);
}

/// Values that are not finite, and zeros of both signs, in rows that a rule may read.
static void odd_values(struct room *room, size_t n, size_t d) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 0x1p-149f, -0x1.fffffep127f};
  enum { ODD = sizeof odd / sizeof *odd };
  fill(room, n, d);
  for (size_t i = 0; i < n; i++) {
    float *row = room->values + i * (d + 1);
    for (size_t k = 0; k < d; k++) {
      uint32_t chosen = (uint32_t)(8 * (number((uint32_t)(i * d + k), 5) + 1));
      if (chosen < ODD) row[k] = odd[chosen];
    }
  }
  trimmed_means(room, n, d, " odd");
  statistics(room, n, d, " odd");
  int finite[2] = {skm_all_finite(room->rows[n - 1], d), 0};
  skm_weighted_sum(room->rows, room->weights, n, d, 3, room->first);
  line(digest_floats(room->first, d), "skm_weighted_sum n=%zu d=%zu odd", n, d);
  fill(room, n, d);
  finite[1] = skm_all_finite(room->rows[n - 1], d);
  line(digest(finite, sizeof finite), "skm_all_finite n=%zu d=%zu", n, d);
}

static void sigmoids(struct room *room) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 87, -87, 88.5f, -88.5f, 104, -104, 0x1p-149f, 0x1p127f};
  enum { ODD = sizeof odd / sizeof *odd };
  for (uint32_t k = 0; k < MOST_COLUMNS; k++) room->first[k] = k < ODD ? odd[k] : 100 * number(k, 6);
  for (int i = 0; i < WIDTHS; i++) {
    size_t d = widths[i];
    skm_sigmoid(room->first, d, room->second);
    line(digest_floats(room->second, d), "skm_sigmoid d=%zu", d);
    skm_mask_bits(room->first, d, 0.25f, room->bits[0]);
    line(digest(room->bits[0], (d + 63) / 64 * sizeof(uint64_t)), "skm_mask_bits d=%zu odd", d);
  }
}

static void random_numbers(struct room *room) {
  const uint32_t key[2] = {0x01234567u, 0x89abcdefu}, counter[3] = {1, 2, 3};
  const size_t blocks[] = {1, 3, 15, 16, 17, 1000};
  for (int i = 0; i < 6; i++) {
    skm_philox_uniform(key, counter, 0xfffffc00u, blocks[i], room->first);
    line(digest_floats(room->first, 4 * blocks[i]), "skm_philox_uniform blocks=%zu", blocks[i]);
  }
}

void digest_rules(void) {
  struct room *room = allocated(sizeof *room);
  room->values = allocated(MOST_ROWS * (MOST_COLUMNS + 1) * sizeof(float));
  room->masks = allocated(MOST_ROWS * (MOST_COLUMNS + 1) * sizeof(float));
  for (size_t i = 0; i < MOST_ROWS * (MOST_COLUMNS + 1); i++) room->values[i] = room->masks[i] = 0;
  for (int i = 0; i < ROW_COUNTS; i++) {
    for (int j = 0; j < WIDTHS; j++) {
      size_t n = row_counts[i], d = widths[j];
      fill(room, n, d);
      sums(room, n, d);
      trimmed_means(room, n, d, "");
      statistics(room, n, d, "");
      masks(room, n, d);
    }
  }
  odd_values(room, 7, 1003);
  odd_values(room, 100, 17);
  sigmoids(room);
  random_numbers(room);
  free(room->values);
  free(room->masks);
  free(room);
}
