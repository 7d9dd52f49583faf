#include "digest.h"

#include "CKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = skm_lanes };

// Every buffer is as long as its shape says and holds NaN before a kernel writes it, so that a place left out, and a
// padding vector read as a number, show in the digest.

static float *unwritten(size_t count) {
  float *floats = allocated(count * sizeof(float));
  for (size_t i = 0; i < count; i++) floats[i] = NAN;
  return floats;
}

static size_t activation_count(int64_t planes, int64_t area) { return (size_t)(planes * skm_plane(area) * LANES); }

/// An activation of `planes` = groups · channels planes to be written.
static float *blank(int64_t planes, int64_t area) { return unwritten(activation_count(planes, area)); }

/// An activation of numbers in [−1, 1), all lanes of them.
static float *filled(int64_t planes, int64_t area, uint32_t salt) {
  float *activation = blank(planes, area);
  for (int64_t p = 0; p < planes; p++)
    for (int64_t k = 0; k < area * LANES; k++)
      activation[p * skm_plane(area) * LANES + k] = number((uint32_t)(p * area * LANES + k), salt);
  return activation;
}

static float *numbers(size_t count, uint32_t salt) {
  float *floats = allocated(count * sizeof(float));
  for (size_t i = 0; i < count; i++) floats[i] = number((uint32_t)i, salt);
  return floats;
}

/// The digest of an activation without its padding.
static uint64_t digest_activation(const float *activation, int64_t planes, int64_t area) {
  float *packed = allocated((size_t)(planes * area * LANES) * sizeof(float));
  for (int64_t p = 0; p < planes; p++)
    memcpy(packed + p * area * LANES, activation + p * skm_plane(area) * LANES, (size_t)(area * LANES) * sizeof(float));
  uint64_t result = digest_floats(packed, (size_t)(planes * area * LANES));
  free(packed);
  return result;
}

// MARK: Convolutions

static void convolution(skm_convolution s) {
  const int64_t in_area = s.in_height * s.in_width, out_area = s.out_height * s.out_width;
  const size_t weights = (size_t)(s.out_channels * s.in_channels * s.kernel * s.kernel);
  float *input = filled(s.groups * s.in_channels, in_area, 10), *weight = numbers(weights, 11);
  float *bias = numbers((size_t)s.out_channels, 12), *gradient = filled(s.groups * s.out_channels, out_area, 13);
  char name[160];
  snprintf(name, sizeof name, "groups=%d in=%dx%dx%d out=%dx%dx%d kernel=%d stride=%d padding=%d", (int)s.groups,
           (int)s.in_channels, (int)s.in_height, (int)s.in_width, (int)s.out_channels, (int)s.out_height,
           (int)s.out_width, (int)s.kernel, (int)s.stride, (int)s.padding);

  float *scratch = unwritten(skm_convolution_scratch(&s));
  float *output = blank(s.groups * s.out_channels, out_area);
  skm_convolution_forward(&s, input, weight, bias, 0, scratch, output);
  line(digest_activation(output, s.groups * s.out_channels, out_area), "skm_convolution_forward %s", name);
  skm_convolution_forward(&s, input, weight, NULL, 1, scratch, output);
  line(digest_activation(output, s.groups * s.out_channels, out_area), "skm_convolution_forward %s relu", name);
  free(output);

  float *input_gradient = blank(s.groups * s.in_channels, in_area);
  skm_convolution_backward_data(&s, gradient, weight, scratch, input_gradient);
  line(digest_activation(input_gradient, s.groups * s.in_channels, in_area), "skm_convolution_backward_data %s", name);
  free(input_gradient);

  float *weight_gradient = unwritten(weights), *bias_gradient = unwritten((size_t)s.out_channels);
  skm_convolution_backward_weights(&s, input, gradient, scratch, weight_gradient, bias_gradient);
  line(digest_floats(weight_gradient, weights), "skm_convolution_backward_weights %s", name);
  line(digest_floats(bias_gradient, (size_t)s.out_channels), "skm_convolution_backward_weights %s bias", name);
  float *without = unwritten(weights);
  skm_convolution_backward_weights(&s, input, gradient, scratch, without, NULL);
  if (digest_floats(without, weights) != digest_floats(weight_gradient, weights))
    line(digest_floats(without, weights), "skm_convolution_backward_weights %s differs without bias", name);
  free(without), free(weight_gradient), free(bias_gradient), free(scratch);
  free(input), free(weight), free(bias), free(gradient);
}

/// A convolution over all of its result but the last `cropped` rows and columns.
static skm_convolution shaped(int64_t groups, int64_t in, int64_t height, int64_t width, int64_t out, int64_t kernel,
                              int64_t stride, int64_t padding, int64_t cropped) {
  return (skm_convolution){
      .groups = groups, .in_channels = in, .in_height = height, .in_width = width, .out_channels = out,
      .out_height = (height + 2 * padding - kernel) / stride + 1 - cropped,
      .out_width = (width + 2 * padding - kernel) / stride + 1 - cropped, .kernel = kernel, .stride = stride,
      .padding = padding};
}

static const int64_t channel_counts[] = {1, 3, 16, 17, 30, 50};
enum { CHANNEL_COUNTS = sizeof channel_counts / sizeof *channel_counts };

static void convolutions(void) {
  // Every kernel, stride and padding, with channels in turn.
  int turn = 0;
  for (int64_t kernel = 1; kernel <= 5; kernel++)
    for (int64_t stride = 1; stride <= 3; stride++)
      for (int64_t padding = 0; padding <= kernel; padding += kernel > 2 ? 2 : 1, turn++) {
        const int64_t in = channel_counts[turn % CHANNEL_COUNTS], out = channel_counts[turn / 2 % CHANNEL_COUNTS];
        const int64_t height = 5 + turn % 3, width = 6 + turn % 2;
        convolution(shaped(1 + turn % 3, in, height, width, out, kernel, stride, padding, 0));
      }
  // Every pair of channels; one group and the window that most networks have.
  for (int i = 0; i < CHANNEL_COUNTS; i++)
    for (int o = 0; o < CHANNEL_COUNTS; o++)
      convolution(shaped(1, channel_counts[i], 4, 5, channel_counts[o], 3, 1, 1, 0));
  // Every remainder of a block of channels.
  for (int64_t channels = 2; channels <= 15; channels++) {
    convolution(shaped(1, channels, 3, 3, 16 - channels, 1, 1, 0, 0));
    convolution(shaped(1, channels, 4, 3, 16 - channels, 3, 1, 1, 0));
  }
  // A result of which only a part is read, rows longer than a block's, a picture smaller than its padding, one point.
  convolution(shaped(2, 3, 8, 8, 17, 3, 1, 0, 1));
  convolution(shaped(1, 17, 9, 7, 5, 3, 2, 1, 1));
  convolution(shaped(1, 2, 9, 9, 4, 4, 1, 2, 3));
  convolution(shaped(1, 2, 3, 230, 3, 3, 1, 1, 0));
  convolution(shaped(1, 2, 230, 2, 3, 2, 2, 1, 0));
  convolution(shaped(2, 2, 2, 1, 3, 5, 3, 4, 0));
  convolution(shaped(3, 7, 1, 1, 9, 1, 1, 0, 0));
  // Tiles of Winograd's algorithm that hang over an edge.
  convolution(shaped(2, 17, 7, 9, 19, 3, 1, 1, 0));
  convolution(shaped(1, 16, 6, 5, 20, 3, 1, 2, 0));
  convolution(shaped(1, 18, 9, 8, 16, 3, 1, 0, 1));
  // The cnn's two, as its pools read them.
  convolution(shaped(2, 1, 28, 28, 30, 3, 1, 0, 0));
  convolution(shaped(2, 30, 13, 13, 50, 3, 1, 0, 1));
  // The resnet20's.
  convolution(shaped(1, 3, 32, 32, 16, 3, 1, 1, 0));
  convolution(shaped(1, 16, 32, 32, 16, 3, 1, 1, 0));
  convolution(shaped(1, 16, 32, 32, 32, 3, 2, 1, 0));
  convolution(shaped(1, 16, 32, 32, 32, 1, 2, 0, 0));
  convolution(shaped(1, 32, 16, 16, 32, 3, 1, 1, 0));
  convolution(shaped(1, 32, 16, 16, 64, 3, 2, 1, 0));
  convolution(shaped(1, 32, 16, 16, 64, 1, 2, 0, 0));
  convolution(shaped(1, 64, 8, 8, 64, 3, 1, 1, 0));
}

// MARK: Linear layers

static void linear(skm_linear s) {
  const size_t in = (size_t)(s.planes * s.area), out = (size_t)s.out;
  float *input = filled(s.groups * s.planes, s.area, 20), *weight = numbers(in * out, 21), *bias = numbers(out, 22);
  float *gradient = filled(s.groups * s.out, 1, 23), *output = blank(s.groups * s.out, 1);
  char name[120];
  snprintf(name, sizeof name, "groups=%d planes=%d area=%d out=%d", (int)s.groups, (int)s.planes, (int)s.area,
           (int)s.out);
  for (int relu = 0; relu < 2; relu++) {
    skm_linear_forward(&s, input, weight, bias, relu, output);
    line(digest_activation(output, s.groups * s.out, 1), "skm_linear_forward %s relu=%d", name, relu);
  }
  float *input_gradient = blank(s.groups * s.planes, s.area);
  skm_linear_backward_data(&s, gradient, weight, input_gradient);
  line(digest_activation(input_gradient, s.groups * s.planes, s.area), "skm_linear_backward_data %s", name);
  float *scratch = unwritten(skm_linear_scratch(&s)), *weight_gradient = unwritten(in * out);
  float *bias_gradient = unwritten(out);
  skm_linear_backward_weights(&s, input, gradient, scratch, weight_gradient, bias_gradient);
  line(digest_floats(weight_gradient, in * out), "skm_linear_backward_weights %s", name);
  line(digest_floats(bias_gradient, out), "skm_linear_backward_weights %s bias", name);
  free(scratch), free(weight_gradient), free(bias_gradient), free(input_gradient);
  free(input), free(weight), free(bias), free(gradient), free(output);
}

static void linears(void) {
  const int64_t features[] = {1, 2, 15, 16, 17, 100}, outs[] = {1, 2, 6, 10, 13, 16, 33};
  for (int f = 0; f < 6; f++)
    for (int o = 0; o < 7; o++)
      linear((skm_linear){.groups = 1 + (f + o) % 3, .planes = features[f], .area = 1, .out = outs[o]});
  const int64_t areas[] = {2, 3, 4, 9, 16, 25, 36}, planes[] = {1, 3, 7, 50};
  for (int a = 0; a < 7; a++)
    for (int p = 0; p < 4; p++)
      linear((skm_linear){.groups = 1 + (a + p) % 3, .planes = planes[p], .area = areas[a], .out = 11});
  // The cnn's, the mlp's first, the lr's of 561 features and the resnet20's.
  linear((skm_linear){.groups = 2, .planes = 50, .area = 25, .out = 100});
  linear((skm_linear){.groups = 2, .planes = 1, .area = 784, .out = 200});
  linear((skm_linear){.groups = 2, .planes = 561, .area = 1, .out = 6});
  linear((skm_linear){.groups = 2, .planes = 64, .area = 1, .out = 10});
}

// MARK: Pools

/// Replaces some numbers by equals, zeros of both signs, infinities and NaN.
static void spoil(float *floats, size_t count) {
  const float odd[] = {NAN, INFINITY, -INFINITY, 0.0f, -0.0f, 0.5f, 0.5f, -0.5f};
  for (size_t i = 0; i < count; i++) {
    const uint32_t chosen = (uint32_t)(16 * (number((uint32_t)i, 30) + 1));
    if (chosen < sizeof odd / sizeof *odd) floats[i] = odd[chosen];
  }
}

static void pool(skm_pool s) {
  const int64_t in_area = s.in_height * s.in_width, out_area = s.out_height * s.out_width;
  const size_t places = activation_count(s.planes, out_area);
  float *input = filled(s.planes, in_area, 31), *gradient = filled(s.planes, out_area, 32);
  float *output = blank(s.planes, out_area), *input_gradient = blank(s.planes, in_area);
  uint16_t *index = allocated(places * sizeof *index);
  char name[120];
  snprintf(name, sizeof name, "planes=%d in=%dx%d out=%dx%d size=%d stride=%d", (int)s.planes, (int)s.in_height,
           (int)s.in_width, (int)s.out_height, (int)s.out_width, (int)s.size, (int)s.stride);

  skm_average_pool_forward(&s, input, output);
  line(digest_activation(output, s.planes, out_area), "skm_average_pool_forward %s", name);
  skm_average_pool_backward(&s, gradient, input_gradient);
  line(digest_activation(input_gradient, s.planes, in_area), "skm_average_pool_backward %s", name);

  for (int odd = 0; odd < 2; odd++) {
    if (odd) spoil(input, activation_count(s.planes, in_area));
    const char *kind = odd ? " odd" : "";
    memset(index, 0, places * sizeof *index);
    skm_max_pool_forward(&s, input, output, index);
    line(digest_activation(output, s.planes, out_area), "skm_max_pool_forward %s%s", name, kind);
    uint64_t chosen = 0;
    for (int64_t p = 0; p < s.planes; p++) {
      const uint16_t *plane = index + p * skm_plane(out_area) * LANES;
      for (int64_t k = 0; k < out_area * LANES; k++) chosen = chosen * 0x100000001b3u + plane[k] + 1;
    }
    line(chosen, "skm_max_pool_forward %s%s index", name, kind);
    skm_max_pool_backward(&s, gradient, index, NULL, input_gradient);
    line(digest_activation(input_gradient, s.planes, in_area), "skm_max_pool_backward %s%s", name, kind);
    skm_max_pool_backward(&s, gradient, index, output, input_gradient);
    line(digest_activation(input_gradient, s.planes, in_area), "skm_max_pool_backward %s%s relu", name, kind);
    skm_max_pool_forward(&s, input, output, NULL);
    line(digest_activation(output, s.planes, out_area), "skm_max_pool_forward %s%s without index", name, kind);
  }
  free(input), free(gradient), free(output), free(input_gradient), free(index);
}

static void pools(void) {
  for (int64_t size = 1; size <= 4; size++)
    for (int64_t stride = 1; stride <= 4; stride++)
      for (int64_t cropped = 0; cropped < 2; cropped++) {
        const int64_t height = 8 + stride % 2, width = 9 + size % 2;
        pool((skm_pool){.planes = 3, .in_height = height, .in_width = width,
                        .out_height = (height - size) / stride + 1 - cropped,
                        .out_width = (width - size) / stride + 1 - cropped, .size = size, .stride = stride});
      }
  // The cnn's two and the resnet20's average of everything.
  pool((skm_pool){.planes = 60, .in_height = 26, .in_width = 26, .out_height = 13, .out_width = 13, .size = 2,
                  .stride = 2});
  pool((skm_pool){.planes = 50, .in_height = 10, .in_width = 10, .out_height = 5, .out_width = 5, .size = 2,
                  .stride = 2});
  pool((skm_pool){.planes = 64, .in_height = 8, .in_width = 8, .out_height = 1, .out_width = 1, .size = 8,
                  .stride = 8});
}

/// A convolution and the pool behind it, in one go and in turn: the same numbers.
static void pooled(skm_convolution s, int64_t size) {
  const int64_t height = s.out_height / size, width = s.out_width / size, planes = s.groups * s.out_channels;
  s.out_height = height * size, s.out_width = width * size;
  const skm_pool pool = {.planes = planes, .in_height = s.out_height, .in_width = s.out_width, .out_height = height,
                         .out_width = width, .size = size, .stride = size};
  const size_t weights = (size_t)(s.out_channels * s.in_channels * s.kernel * s.kernel);
  const size_t places = activation_count(planes, height * width);
  const size_t in_count = activation_count(s.groups * s.in_channels, s.in_height * s.in_width);
  float *input = filled(s.groups * s.in_channels, s.in_height * s.in_width, 40), *weight = numbers(weights, 41);
  float *bias = numbers((size_t)s.out_channels, 42), *gradient = filled(planes, height * width, 43);
  float *scratch = unwritten(skm_convolution_max_pool_scratch(&s, &pool));
  float *whole = blank(planes, s.out_height * s.out_width), *spread = blank(planes, s.out_height * s.out_width);
  float *output = blank(planes, height * width), *in_turn = blank(planes, height * width);
  float *weight_gradient = unwritten(weights), *bias_gradient = unwritten((size_t)s.out_channels);
  float *weights_in_turn = unwritten(weights), *biases_in_turn = unwritten((size_t)s.out_channels);
  uint16_t *index = allocated(places * sizeof *index);
  char name[160];
  snprintf(name, sizeof name, "groups=%d in=%dx%dx%d out=%dx%dx%d kernel=%d stride=%d padding=%d pool=%d",
           (int)s.groups, (int)s.in_channels, (int)s.in_height, (int)s.in_width, (int)s.out_channels,
           (int)s.out_height, (int)s.out_width, (int)s.kernel, (int)s.stride, (int)s.padding, (int)size);

  for (int odd = 0; odd < 2; odd++) {
    if (odd) spoil(input, in_count);
    for (int relu = 0; relu < 2; relu++) {
      const char *kind = relu ? (odd ? " odd relu" : " relu") : (odd ? " odd" : "");
      skm_convolution_max_pool_forward(&s, &pool, input, weight, bias, relu, scratch, output, NULL);
      const uint64_t unindexed = digest_activation(output, planes, height * width);
      skm_convolution_max_pool_forward(&s, &pool, input, weight, bias, relu, scratch, output, index);
      const float *passing = relu ? output : NULL;
      skm_convolution_max_pool_backward_weights(&s, &pool, input, gradient, index, passing, scratch, weight_gradient,
                                                bias_gradient);
      line(unindexed, "skm_convolution_max_pool_forward %s%s without index", name, kind);
      line(digest_activation(output, planes, height * width), "skm_convolution_max_pool_forward %s%s", name, kind);
      line(digest_floats(weight_gradient, weights), "skm_convolution_max_pool_backward_weights %s%s", name, kind);
      line(digest_floats(bias_gradient, (size_t)s.out_channels), "skm_convolution_max_pool_backward_weights %s%s bias",
           name, kind);

      skm_convolution_forward(&s, input, weight, bias, relu, scratch, whole);
      skm_max_pool_forward(&pool, whole, in_turn, index);
      skm_max_pool_backward(&pool, gradient, index, relu ? in_turn : NULL, spread);
      skm_convolution_backward_weights(&s, input, spread, scratch, weights_in_turn, biases_in_turn);
      if (digest_activation(in_turn, planes, height * width) != digest_activation(output, planes, height * width) ||
          digest_floats(weights_in_turn, weights) != digest_floats(weight_gradient, weights) ||
          digest_floats(biases_in_turn, (size_t)s.out_channels) !=
              digest_floats(bias_gradient, (size_t)s.out_channels))
        line(0, "skm_convolution_max_pool %s%s differs from the two in turn", name, kind);
    }
  }
  free(input), free(weight), free(bias), free(gradient), free(scratch), free(whole), free(spread), free(output);
  free(in_turn), free(weight_gradient), free(bias_gradient), free(weights_in_turn), free(biases_in_turn), free(index);
}

static void pooled_convolutions(void) {
  for (int64_t size = 1; size <= 4; size++)
    for (int64_t channels = 1; channels <= 15; channels += 2)
      pooled(shaped(1 + channels % 3, 1 + size % 3, 9 + size, 10, channels, 1 + channels % 4, 1 + size % 2, size % 2, 0),
             size);
  // Rows and windows beyond what is worked on together, and the cnn's.
  pooled(shaped(1, 2, 40, 130, 9, 3, 1, 1, 0), 5);
  pooled(shaped(2, 1, 28, 28, 30, 3, 1, 0, 0), 2);
}

// MARK: Batch norm

static void batch_norm(skm_batch_norm s) {
  const int64_t area = s.height * s.width, planes = s.groups * s.channels;
  const size_t channels = (size_t)s.channels;
  float *input = filled(planes, area, 40), *residual = filled(planes, area, 41), *gradient = filled(planes, area, 42);
  float *second = filled(planes, area, 43), *output = blank(planes, area), *masked = blank(planes, area);
  float *mean = unwritten(channels), *variance = unwritten(channels), *factor = unwritten(channels);
  float *scale = numbers(channels, 44), *shift = numbers(channels, 45);
  float *scale_gradient = unwritten(channels), *shift_gradient = unwritten(channels), *back = blank(planes, area);
  char name[120];
  snprintf(name, sizeof name, "samples=%d channels=%d height=%d width=%d", (int)s.samples, (int)s.channels,
           (int)s.height, (int)s.width);
  // Off the middle, so that the variance would feel a sum that cancels.
  for (size_t i = 0; i < activation_count(planes, area); i++) input[i] += 3;

  for (int relu = 0; relu < 2; relu++)
    for (int plus = 0; plus < 2; plus++) {
      skm_batch_norm_forward(&s, input, scale, shift, 0, mean, variance, factor, plus ? residual : NULL, relu, output);
      line(digest_activation(output, planes, area), "skm_batch_norm_forward %s residual=%d relu=%d", name, plus, relu);
    }
  line(digest_floats(mean, channels), "skm_batch_norm_forward %s mean", name);
  line(digest_floats(variance, channels), "skm_batch_norm_forward %s variance", name);
  line(digest_floats(factor, channels), "skm_batch_norm_forward %s factor", name);
  for (int given = 0; given < 2; given++)
    for (int with_second = 0; with_second < 2; with_second++)
      for (int relu = 0; relu < 2; relu++) {
        const float *other = with_second ? second : NULL, *rectified = relu ? output : NULL;
        skm_batch_norm_backward(&s, input, gradient, other, rectified, mean, variance, factor, given, masked,
                                scale_gradient, shift_gradient, back);
        const uint64_t whole = digest_activation(back, planes, area);
        line(whole, "skm_batch_norm_backward %s given=%d second=%d relu=%d", name, given, with_second, relu);
        line(digest_activation(masked, planes, area), "skm_batch_norm_backward %s given=%d second=%d relu=%d masked",
             name, given, with_second, relu);
        line(digest_floats(scale_gradient, channels), "skm_batch_norm_backward %s given=%d second=%d relu=%d scale",
             name, given, with_second, relu);
        line(digest_floats(shift_gradient, channels), "skm_batch_norm_backward %s given=%d second=%d relu=%d shift",
             name, given, with_second, relu);
        skm_batch_norm_backward(&s, input, gradient, other, rectified, mean, variance, factor, given, NULL,
                                scale_gradient, shift_gradient, back);
        if (digest_activation(back, planes, area) != whole)
          line(whole, "skm_batch_norm_backward %s given=%d second=%d relu=%d differs without masked", name, given,
               with_second, relu);
      }
  free(input), free(residual), free(gradient), free(second), free(output), free(masked), free(mean), free(variance);
  free(factor), free(scale), free(shift), free(scale_gradient), free(shift_gradient), free(back);
}

static void batch_norms(void) {
  const int64_t samples[] = {1, 3, 15, 16, 17, 33}, channels[] = {1, 3, 17}, sides[] = {1, 2, 5};
  for (int n = 0; n < 6; n++)
    for (int c = 0; c < 3; c++)
      for (int h = 0; h < 3; h++)
        batch_norm((skm_batch_norm){.epsilon = 1e-5f, .groups = (samples[n] + LANES - 1) / LANES, .samples = samples[n],
                                    .channels = channels[c], .height = sides[h], .width = sides[(h + n) % 3]});
  batch_norm((skm_batch_norm){.epsilon = 1e-5f, .groups = 2, .samples = 20, .channels = 16, .height = 32, .width = 32});
  batch_norm((skm_batch_norm){.epsilon = 1e-5f, .groups = 2, .samples = 32, .channels = 64, .height = 8, .width = 8});
}

// MARK: Number by number

static void elementwise(size_t count) {
  float *a = numbers(count, 50), *b = numbers(count, 51), *result = unwritten(count);
  spoil(a, count);
  skm_relu(count, a, result);
  line(digest_floats(result, count), "skm_relu count=%zu", count);
  skm_relu_backward(count, a, b, result);
  line(digest_floats(result, count), "skm_relu_backward count=%zu", count);
  skm_relu_backward(count, a, result, result);
  line(digest_floats(result, count), "skm_relu_backward count=%zu in place", count);
  for (int relu = 0; relu < 2; relu++) {
    skm_add(count, a, b, relu, result);
    line(digest_floats(result, count), "skm_add count=%zu relu=%d", count, relu);
    memcpy(result, b, count * sizeof(float));
    skm_add(count, a, result, relu, result);
    line(digest_floats(result, count), "skm_add count=%zu relu=%d in place", count, relu);
  }
  for (int momentum = 0; momentum < 2; momentum++)
    for (int clip = 0; clip < 2; clip++) {
      float *velocity = numbers(count, 52), *weights = numbers(count, 53);
      for (int step = 0; step < 2; step++)
        skm_sgd(count, weights, step ? a : b, momentum ? velocity : NULL, 0.3f, clip ? 0.25f : INFINITY,
                momentum ? 0.9f : 0, clip ? 0 : 0.01f);
      line(digest_floats(weights, count), "skm_sgd count=%zu momentum=%d clip=%d", count, momentum, clip);
      line(digest_floats(velocity, count), "skm_sgd count=%zu momentum=%d clip=%d velocity", count, momentum, clip);
      free(velocity), free(weights);
    }
  free(a), free(b), free(result);
}

static void interleavings(void) {
  const int64_t samples[] = {1, 15, 16, 17, 35}, areas[] = {1, 4, 9};
  for (int n = 0; n < 5; n++) {
    const int64_t groups = (samples[n] + LANES - 1) / LANES, planes = 5;
    for (int a = 0; a < 3; a++) {
      const size_t count = (size_t)(samples[n] * planes * areas[a]);
      float *rows = numbers(count, 60), *activation = blank(groups * planes, areas[a]);
      skm_interleave(samples[n], planes, areas[a], rows, activation);
      line(digest_activation(activation, groups * planes, areas[a]), "skm_interleave samples=%d planes=%d area=%d",
           (int)samples[n], (int)planes, (int)areas[a]);
      free(rows), free(activation);
    }
    const size_t count = (size_t)(samples[n] * planes);
    float *rows = numbers(count, 61), *activation = blank(groups * planes, 1), *again = unwritten(count);
    skm_interleave_gradient(samples[n], planes, rows, activation);
    line(digest_activation(activation, groups * planes, 1), "skm_interleave_gradient samples=%d features=%d",
         (int)samples[n], (int)planes);
    skm_deinterleave(samples[n], planes, activation, again);
    line(digest_floats(again, count), "skm_deinterleave samples=%d features=%d", (int)samples[n], (int)planes);
    free(rows), free(activation), free(again);
  }
}

void digest_layers(void) {
  convolutions();
  linears();
  pools();
  pooled_convolutions();
  batch_norms();
  const size_t counts[] = {1, 8, 15, 16, 17, 32, 1003};
  for (int i = 0; i < 7; i++) elementwise(counts[i]);
  interleavings();
}
