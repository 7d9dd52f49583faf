// A thin C face of oneDNN, alike for 2.6 and 3.x: opaque handles, int status (0 = success).
//
// It covers what must be fast and is hard: convolutions, linear layers and changes of layout, float32, one thread.
// Everything else is a loop in CSupport.
#ifndef SKYMASK_ONEDNN_H
#define SKYMASK_ONEDNN_H

#include <stddef.h>
#include <stdint.h>

/// How a tensor lies in memory.
typedef struct sm_layout sm_layout;
/// A primitive with its descriptors and the memory bound to it.
typedef struct sm_op sm_op;

/// A tensor of an operation.
typedef enum {
  SM_SOURCE,
  SM_WEIGHTS,
  SM_BIAS,
  SM_DESTINATION,
  SM_SOURCE_GRADIENT,
  SM_WEIGHTS_GRADIENT,
  SM_BIAS_GRADIENT,
  SM_DESTINATION_GRADIENT,
  SM_SCRATCHPAD,
  SM_ROLE_COUNT
} sm_role;

/// A convolution: square kernel, same stride and padding both ways. Weights are [out, in, kernel, kernel].
typedef struct {
  int64_t batch, in_channels, in_height, in_width, out_channels, kernel, stride, padding;
  int bias;
} sm_convolution_shape;

/// A linear layer over a source of rank 2 ([batch, features]) or 4 ([batch, C, H, W]); weights are [out, C, H, W] then.
typedef struct {
  int rank;
  int64_t source[4];
  int64_t out_features;
  int bias;
} sm_linear_shape;

/// The library's version, "2.6.3", found at run time.
void sm_version(int *major, int *minor, int *patch);
/// The major version of the headers that this was compiled with; the library's must be the same.
int sm_header_major(void);
/// The widest instruction set that it uses on this machine, such as "avx512_core".
const char *sm_instruction_set(void);
/// One thread from here on, whatever the environment says.
void sm_use_one_thread(void);

/// Row-major layout of `rank` dimensions.
int sm_layout_plain(sm_layout **layout, int rank, const int64_t *dimensions);
/// A rank-4 layout with channels in blocks of 16, 8 or 4, or 1 for NCHW, or all the channels for NHWC.
int sm_layout_channel_blocked(sm_layout **layout, const int64_t dimensions[4], int64_t block);
int sm_layout_copy(sm_layout **layout, const sm_layout *other);
void sm_layout_destroy(sm_layout *layout);
size_t sm_layout_bytes(const sm_layout *layout);
int sm_layout_equal(const sm_layout *a, const sm_layout *b);
/// For a rank-4 layout of planes × height × width × block: the block, that is 16, 8 or 4 (channels in blocks), 1 (NCHW)
/// or the number of channels (NHWC); 0 for any other layout.
int64_t sm_layout_channel_block(const sm_layout *layout);

/// Forward operations choose every layout themselves, but for a given `source` (NULL: any) and a plain linear result.
/// Backward operations take over the source's and result's layouts of `forward`.
int sm_convolution_forward(sm_op **op, const sm_convolution_shape *shape, int relu, int training);
int sm_convolution_backward_data(sm_op **op, const sm_convolution_shape *shape, const sm_op *forward);
int sm_convolution_backward_weights(sm_op **op, const sm_convolution_shape *shape, const sm_op *forward);
int sm_linear_forward(sm_op **op, const sm_linear_shape *shape, const sm_layout *source, int relu, int training);
int sm_linear_backward_data(sm_op **op, const sm_linear_shape *shape, const sm_op *forward);
int sm_linear_backward_weights(sm_op **op, const sm_linear_shape *shape, const sm_op *forward);
/// Copies SM_SOURCE to SM_DESTINATION, changing the layout.
int sm_reorder(sm_op **op, const sm_layout *from, const sm_layout *to);
void sm_op_destroy(sm_op *op);

/// The layout of one of the operation's tensors; NULL where it has none. Owned by the operation.
const sm_layout *sm_op_layout(const sm_op *op, sm_role role);
/// Sets where a tensor of the operation lies. 64-byte alignment is best.
int sm_op_bind(sm_op *op, sm_role role, void *data);
/// Runs the operation; every tensor that it has must be bound.
int sm_op_execute(const sm_op *op);
/// oneDNN's name of the chosen implementation, such as "jit:avx512_core". Owned by the operation.
const char *sm_op_implementation(const sm_op *op);

#endif
