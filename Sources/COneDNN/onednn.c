#include "onednn.h"

#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The two generations differ in how a descriptor is held and how a primitive descriptor is made; the functions in the
// first part hide that, everything below them is common.
#if DNNL_VERSION_MAJOR >= 3
#define SM_V3 1
typedef dnnl_memory_desc_t desc;  // a handle, freed
#else
#define SM_V3 0
typedef dnnl_memory_desc_t desc;  // a struct, copied
#endif

struct sm_layout {
  desc md;
};

struct sm_op {
  dnnl_primitive_t primitive;
  char implementation[64];
  sm_layout *layouts[SM_ROLE_COUNT];
  dnnl_memory_t memories[SM_ROLE_COUNT];
  dnnl_exec_arg_t arguments[SM_ROLE_COUNT];
  int argument_count;
};

#define CHECK(call)                       \
  do {                                    \
    dnnl_status_t status_ = (call);       \
    if (status_ != dnnl_success) return (int)status_; \
  } while (0)

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static dnnl_status_t opened;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void create_engine(void) {
  opened = dnnl_engine_create(&engine, dnnl_cpu, 0);
  if (opened == dnnl_success) opened = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
}

/// The one engine of the process; two networks may start at once on two threads.
static dnnl_status_t open_engine(void) {
  pthread_once(&once, create_engine);
  return opened;
}

int sm_header_major(void) { return DNNL_VERSION_MAJOR; }

void sm_version(int *major, int *minor, int *patch) {
  const dnnl_version_t *version = dnnl_version();
  *major = version->major;
  *minor = version->minor;
  *patch = version->patch;
}

const char *sm_instruction_set(void) {
  switch ((int)dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
    case dnnl_cpu_isa_avx512_core: return "avx512_core";
    case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
    case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
    case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
#if SM_V3
    case dnnl_cpu_isa_avx512_core_fp16: return "avx512_core_fp16";
#endif
    default: return "other";
  }
}

#if defined(__ELF__)
extern void omp_set_num_threads(int) __attribute__((weak));
#endif

void sm_use_one_thread(void) {
#if defined(__ELF__)
  if (omp_set_num_threads) omp_set_num_threads(1);
#endif
}

// MARK: What differs between 2.x and 3.x

static dnnl_status_t md_with_tag(desc *md, int rank, const int64_t *dims, dnnl_format_tag_t tag) {
  // The library's type says DNNL_MAX_NDIMS numbers, though it reads `rank` of them.
  dnnl_dims_t all = {0};
  memcpy(all, dims, sizeof(int64_t) * (size_t)rank);
#if SM_V3
  return dnnl_memory_desc_create_with_tag(md, rank, all, dnnl_f32, tag);
#else
  return dnnl_memory_desc_init_by_tag(md, rank, all, dnnl_f32, tag);
#endif
}

static void md_release(desc *md) {
#if SM_V3
  if (*md) dnnl_memory_desc_destroy(*md);
  *md = NULL;
#else
  (void)md;
#endif
}

static size_t md_size(const desc *md) {
#if SM_V3
  return dnnl_memory_desc_get_size(*md);
#else
  return dnnl_memory_desc_get_size(md);
#endif
}

static int md_equal(const desc *a, const desc *b) {
#if SM_V3
  return dnnl_memory_desc_equal(*a, *b);
#else
  return dnnl_memory_desc_equal(a, b);
#endif
}

static dnnl_status_t md_clone(desc *copy, const desc *md) {
#if SM_V3
  return dnnl_memory_desc_clone(copy, *md);
#else
  *copy = *md;
  return dnnl_success;
#endif
}

static void md_shape(const desc *md, int *rank, int64_t dims[DNNL_MAX_NDIMS]) {
#if SM_V3
  const dnnl_dims_t *held = NULL;
  *rank = 0;
  if (dnnl_memory_desc_query(*md, dnnl_query_ndims_s32, rank) != dnnl_success) return;
  if (dnnl_memory_desc_query(*md, dnnl_query_dims, &held) != dnnl_success || !held) {
    *rank = 0;
    return;
  }
  memcpy(dims, *held, sizeof(int64_t) * (size_t)*rank);
#else
  *rank = md->ndims;
  memcpy(dims, md->dims, sizeof(int64_t) * (size_t)md->ndims);
#endif
}

/// The descriptor of one of a primitive descriptor's tensors, which keeps it: to be copied, not released. NULL or of size
/// 0 where there is none.
static const desc *pd_md(const_dnnl_primitive_desc_t pd, dnnl_query_t what, desc *holder) {
#if SM_V3
  *holder = (desc)dnnl_primitive_desc_query_md(pd, what, 0);
  return *holder ? holder : NULL;
#else
  (void)holder;
  return dnnl_primitive_desc_query_md(pd, what, 0);
#endif
}

static dnnl_status_t memory_create(dnnl_memory_t *memory, const desc *md) {
#if SM_V3
  return dnnl_memory_create(memory, *md, engine, DNNL_MEMORY_NONE);
#else
  return dnnl_memory_create(memory, md, engine, DNNL_MEMORY_NONE);
#endif
}

/// Attributes: our own scratchpad and, if asked for, a ReLU on the result.
/// Whatever is in `attr` afterwards is the caller's to destroy.
static dnnl_status_t attributes(dnnl_primitive_attr_t *attr, int relu) {
  *attr = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(attr);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_attr_set_scratchpad_mode(*attr, dnnl_scratchpad_mode_user);
  if (status != dnnl_success || !relu) return status;
  dnnl_post_ops_t ops = NULL;
  status = dnnl_post_ops_create(&ops);
  if (status != dnnl_success) return status;
#if SM_V3
  status = dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_relu, 0.f, 0.f);
#else
  status = dnnl_post_ops_append_eltwise(ops, 1.f, dnnl_eltwise_relu, 0.f, 0.f);
#endif
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*attr, ops);
  dnnl_post_ops_destroy(ops);
  return status;
}

#if !SM_V3
static const desc *optional(const desc *md) { return md; }
#else
static const_dnnl_memory_desc_t optional(const desc *md) { return md ? *md : NULL; }
#endif

typedef enum { FORWARD_TRAINING, FORWARD_INFERENCE, BACKWARD_DATA, BACKWARD_WEIGHTS } direction;

static dnnl_prop_kind_t forward_kind(direction way) {
  return way == FORWARD_TRAINING ? dnnl_forward_training : dnnl_forward_inference;
}

/// A primitive descriptor of a convolution (`strides` given) or a linear layer (`strides` NULL).
static dnnl_status_t pd_create(
    dnnl_primitive_desc_t *pd, direction way, const desc *source, const desc *weights, const desc *bias,
    const desc *destination, const int64_t *strides, const int64_t *padding, const_dnnl_primitive_attr_t attr,
    const_dnnl_primitive_desc_t hint) {
#if SM_V3
  switch (way) {
    case FORWARD_TRAINING:
    case FORWARD_INFERENCE:
      return strides
          ? dnnl_convolution_forward_primitive_desc_create(
                pd, engine, forward_kind(way), dnnl_convolution_direct, *source, *weights, optional(bias),
                *destination, strides, NULL, padding, padding, attr)
          : dnnl_inner_product_forward_primitive_desc_create(
                pd, engine, forward_kind(way), *source, *weights, optional(bias), *destination, attr);
    case BACKWARD_DATA:
      return strides ? dnnl_convolution_backward_data_primitive_desc_create(
                           pd, engine, dnnl_convolution_direct, *source, *weights, *destination, strides, NULL,
                           padding, padding, hint, attr)
                     : dnnl_inner_product_backward_data_primitive_desc_create(
                           pd, engine, *source, *weights, *destination, hint, attr);
    case BACKWARD_WEIGHTS:
      return strides ? dnnl_convolution_backward_weights_primitive_desc_create(
                           pd, engine, dnnl_convolution_direct, *source, *weights, optional(bias), *destination,
                           strides, NULL, padding, padding, hint, attr)
                     : dnnl_inner_product_backward_weights_primitive_desc_create(
                           pd, engine, *source, *weights, optional(bias), *destination, hint, attr);
  }
  return dnnl_invalid_arguments;
#else
  dnnl_convolution_desc_t convolution;
  dnnl_inner_product_desc_t product;
  dnnl_status_t status = dnnl_invalid_arguments;
  switch (way) {
    case FORWARD_TRAINING:
    case FORWARD_INFERENCE:
      status = strides ? dnnl_convolution_forward_desc_init(
                             &convolution, forward_kind(way), dnnl_convolution_direct, source, weights,
                             optional(bias), destination, strides, padding, padding)
                       : dnnl_inner_product_forward_desc_init(
                             &product, forward_kind(way), source, weights, optional(bias), destination);
      break;
    case BACKWARD_DATA:
      status = strides ? dnnl_convolution_backward_data_desc_init(
                             &convolution, dnnl_convolution_direct, source, weights, destination, strides, padding,
                             padding)
                       : dnnl_inner_product_backward_data_desc_init(&product, source, weights, destination);
      break;
    case BACKWARD_WEIGHTS:
      status = strides ? dnnl_convolution_backward_weights_desc_init(
                             &convolution, dnnl_convolution_direct, source, weights, optional(bias), destination,
                             strides, padding, padding)
                       : dnnl_inner_product_backward_weights_desc_init(
                             &product, source, weights, optional(bias), destination);
      break;
  }
  if (status != dnnl_success) return status;
  return dnnl_primitive_desc_create(
      pd, strides ? (const_dnnl_op_desc_t)&convolution : (const_dnnl_op_desc_t)&product, attr, engine, hint);
#endif
}

static dnnl_status_t reorder_pd_create(
    dnnl_primitive_desc_t *pd, const desc *from, const desc *to, const_dnnl_primitive_attr_t attr) {
#if SM_V3
  return dnnl_reorder_primitive_desc_create(pd, *from, engine, *to, engine, attr);
#else
  return dnnl_reorder_primitive_desc_create(pd, from, engine, to, engine, attr);
#endif
}

// MARK: Layouts

static int layout_with_tag(sm_layout **layout, int rank, const int64_t *dimensions, dnnl_format_tag_t tag) {
  sm_layout *made = calloc(1, sizeof *made);
  if (!made) return (int)dnnl_out_of_memory;
  dnnl_status_t status = md_with_tag(&made->md, rank, dimensions, tag);
  if (status != dnnl_success) {
    free(made);
    return (int)status;
  }
  *layout = made;
  return 0;
}

int sm_layout_plain(sm_layout **layout, int rank, const int64_t *dimensions) {
  static const dnnl_format_tag_t tags[] = {dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd};
  if (rank < 1 || rank > 4) return (int)dnnl_invalid_arguments;
  return layout_with_tag(layout, rank, dimensions, tags[rank - 1]);
}

/// The layouts of planes × height × width × block for so many channels; the first that fits a block is its meaning.
static const struct {
  dnnl_format_tag_t tag;
  int64_t block;
} blockings[] = {{dnnl_nchw, 1}, {dnnl_nChw16c, 16}, {dnnl_nChw8c, 8}, {dnnl_nChw4c, 4}, {dnnl_nhwc, 0}};
enum { BLOCKINGS = sizeof blockings / sizeof blockings[0] };

int sm_layout_channel_blocked(sm_layout **layout, const int64_t dimensions[4], int64_t block) {
  for (int i = 0; i < BLOCKINGS; i++)
    if (blockings[i].block == block || (blockings[i].block == 0 && block == dimensions[1]))
      return layout_with_tag(layout, 4, dimensions, blockings[i].tag);
  return (int)dnnl_invalid_arguments;
}

int sm_layout_copy(sm_layout **layout, const sm_layout *other) {
  sm_layout *made = calloc(1, sizeof *made);
  if (!made) return (int)dnnl_out_of_memory;
  dnnl_status_t status = md_clone(&made->md, &other->md);
  if (status != dnnl_success) {
    free(made);
    return (int)status;
  }
  *layout = made;
  return 0;
}

void sm_layout_destroy(sm_layout *layout) {
  if (!layout) return;
  md_release(&layout->md);
  free(layout);
}

size_t sm_layout_bytes(const sm_layout *layout) { return md_size(&layout->md); }

int sm_layout_equal(const sm_layout *a, const sm_layout *b) { return md_equal(&a->md, &b->md); }

int64_t sm_layout_channel_block(const sm_layout *layout) {
  int rank = 0;
  int64_t dims[DNNL_MAX_NDIMS] = {0};
  md_shape(&layout->md, &rank, dims);
  if (rank != 4) return 0;
  for (int i = 0; i < BLOCKINGS; i++) {
    desc candidate;
    if (md_with_tag(&candidate, rank, dims, blockings[i].tag) != dnnl_success) continue;
    int same = md_equal(&candidate, &layout->md);
    md_release(&candidate);
    if (same) return blockings[i].block ? blockings[i].block : dims[1];
  }
  return 0;
}

// MARK: Operations

static const struct {
  sm_role role;
  dnnl_query_t query;
  int argument;
} roles[] = {
    {SM_SOURCE, dnnl_query_src_md, DNNL_ARG_SRC},
    {SM_WEIGHTS, dnnl_query_weights_md, DNNL_ARG_WEIGHTS},
    {SM_DESTINATION, dnnl_query_dst_md, DNNL_ARG_DST},
    {SM_SOURCE_GRADIENT, dnnl_query_diff_src_md, DNNL_ARG_DIFF_SRC},
    {SM_WEIGHTS_GRADIENT, dnnl_query_diff_weights_md, DNNL_ARG_DIFF_WEIGHTS},
    {SM_DESTINATION_GRADIENT, dnnl_query_diff_dst_md, DNNL_ARG_DIFF_DST},
    {SM_SCRATCHPAD, dnnl_query_scratchpad_md, DNNL_ARG_SCRATCHPAD},
};

static dnnl_status_t add_argument(sm_op *op, sm_role role, int argument, const desc *md) {
  sm_layout *layout = calloc(1, sizeof *layout);
  if (!layout) return dnnl_out_of_memory;
  dnnl_status_t status = md_clone(&layout->md, md);
  if (status != dnnl_success) {
    free(layout);
    return status;
  }
  op->layouts[role] = layout;
  status = memory_create(&op->memories[role], md);
  if (status != dnnl_success) return status;
  op->arguments[op->argument_count].arg = argument;
  op->arguments[op->argument_count].memory = op->memories[role];
  op->argument_count++;
  return dnnl_success;
}

/// Makes the operation of a primitive descriptor, with an unbound memory for each of its tensors.
static dnnl_status_t op_from_pd(sm_op **out, const_dnnl_primitive_desc_t pd, const desc *bias, sm_role bias_role) {
  sm_op *op = calloc(1, sizeof *op);
  if (!op) return dnnl_out_of_memory;
  *out = op;
  const char *name = NULL;
  if (dnnl_primitive_desc_query(pd, dnnl_query_impl_info_str, 0, (void *)&name) == dnnl_success && name)
    strncpy(op->implementation, name, sizeof op->implementation - 1);
  for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
    desc holder;
    const desc *md = pd_md(pd, roles[i].query, &holder);
    if (!md || md_size(md) == 0) continue;
    dnnl_status_t status = add_argument(op, roles[i].role, roles[i].argument, md);
    if (status != dnnl_success) return status;
  }
  if (bias) {
    int argument = bias_role == SM_BIAS ? DNNL_ARG_BIAS : DNNL_ARG_DIFF_BIAS;
    dnnl_status_t status = add_argument(op, bias_role, argument, bias);
    if (status != dnnl_success) return status;
  }
  return dnnl_primitive_create(&op->primitive, pd);
}

typedef struct {
  int rank;
  dnnl_dims_t source, weights, destination, strides, padding;
  int linear, bias;
  int64_t out;
} geometry;

static geometry convolution_geometry(const sm_convolution_shape *s) {
  int64_t height = (s->in_height + 2 * s->padding - s->kernel) / s->stride + 1;
  int64_t width = (s->in_width + 2 * s->padding - s->kernel) / s->stride + 1;
  geometry g = {
      .rank = 4,
      .source = {s->batch, s->in_channels, s->in_height, s->in_width},
      .weights = {s->out_channels, s->in_channels, s->kernel, s->kernel},
      .destination = {s->batch, s->out_channels, height, width},
      .strides = {s->stride, s->stride},
      .padding = {s->padding, s->padding},
      .bias = s->bias,
      .out = s->out_channels};
  return g;
}

static geometry linear_geometry(const sm_linear_shape *s) {
  geometry g = {.rank = s->rank, .linear = 1, .bias = s->bias, .out = s->out_features};
  for (int i = 0; i < s->rank; i++) g.source[i] = g.weights[i] = s->source[i];
  g.weights[0] = s->out_features;
  g.destination[0] = s->source[0];
  g.destination[1] = s->out_features;
  return g;
}

/// Everything that making an operation holds for a while; zeroed at first, released whole whatever came of it.
typedef struct {
  desc source, weights, destination, bias;
  dnnl_primitive_attr_t attr;
  dnnl_primitive_desc_t hint, pd;
} draft;

static void draft_release(draft *d) {
  if (d->pd) dnnl_primitive_desc_destroy(d->pd);
  if (d->hint) dnnl_primitive_desc_destroy(d->hint);
  if (d->attr) dnnl_primitive_attr_destroy(d->attr);
  md_release(&d->source);
  md_release(&d->weights);
  md_release(&d->destination);
  md_release(&d->bias);
}

/// The layout to ask for the activations of a convolution or, with any, to leave open.
///
/// Where a side has fewer channels than a vector holds (but for an image of a few colours), channels go last. Left to
/// choose, oneDNN takes narrow blocks for the forward pass, for which its backward passes have nothing but their plainest
/// loops, a hundred times slower.
static dnnl_format_tag_t activation_tag(const geometry *g) {
  const int64_t vector = 16, in = g->weights[1], out = g->weights[0];
  return !g->linear && ((in > 3 && in < vector) || out < vector) ? dnnl_nhwc : dnnl_format_tag_any;
}

/// The four descriptors. Forward: source as given or any; backward: activations as in `forward`.
static int describe(draft *d, const geometry *g, int forwards, const sm_layout *source, const sm_op *forward) {
  const sm_layout *given = forwards ? source : forward->layouts[SM_SOURCE];
  CHECK(given ? md_clone(&d->source, &given->md) : md_with_tag(&d->source, g->rank, g->source, activation_tag(g)));
  CHECK(md_with_tag(&d->weights, g->rank, g->weights, dnnl_format_tag_any));
  if (!forwards)
    CHECK(md_clone(&d->destination, &forward->layouts[SM_DESTINATION]->md));
  else if (g->linear)
    CHECK(md_with_tag(&d->destination, 2, g->destination, dnnl_ab));
  else
    CHECK(md_with_tag(&d->destination, 4, g->destination, activation_tag(g)));
  CHECK(md_with_tag(&d->bias, 1, &g->out, dnnl_a));
  return 0;
}

static int finish(sm_op **op, draft *d, const geometry *g, direction way, int relu) {
  CHECK(attributes(&d->attr, relu));
  const int64_t *strides = g->linear ? NULL : g->strides;
  const desc *bias = g->bias && way != BACKWARD_DATA ? &d->bias : NULL;
  // A backward descriptor wants the forward one as a hint; a plain one of the same shapes serves.
  if (way == BACKWARD_DATA || way == BACKWARD_WEIGHTS)
    CHECK(pd_create(&d->hint, FORWARD_TRAINING, &d->source, &d->weights, g->bias ? &d->bias : NULL, &d->destination,
                    strides, g->padding, d->attr, NULL));
  CHECK(pd_create(&d->pd, way, &d->source, &d->weights, bias, &d->destination, strides, g->padding, d->attr, d->hint));
  CHECK(op_from_pd(op, d->pd, bias, way == BACKWARD_WEIGHTS ? SM_BIAS_GRADIENT : SM_BIAS));
  return 0;
}

static int make(sm_op **op, const geometry *g, direction way, const sm_layout *source, int relu, const sm_op *forward) {
  CHECK(open_engine());
  draft d;
  memset(&d, 0, sizeof d);
  int status = describe(&d, g, way == FORWARD_TRAINING || way == FORWARD_INFERENCE, source, forward);
  if (status == 0) status = finish(op, &d, g, way, relu);
  draft_release(&d);
  return status;
}

int sm_convolution_forward(sm_op **op, const sm_convolution_shape *shape, int relu, int training) {
  geometry g = convolution_geometry(shape);
  return make(op, &g, training ? FORWARD_TRAINING : FORWARD_INFERENCE, NULL, relu, NULL);
}

int sm_convolution_backward_data(sm_op **op, const sm_convolution_shape *shape, const sm_op *forward) {
  geometry g = convolution_geometry(shape);
  return make(op, &g, BACKWARD_DATA, NULL, 0, forward);
}

int sm_convolution_backward_weights(sm_op **op, const sm_convolution_shape *shape, const sm_op *forward) {
  geometry g = convolution_geometry(shape);
  return make(op, &g, BACKWARD_WEIGHTS, NULL, 0, forward);
}

int sm_linear_forward(sm_op **op, const sm_linear_shape *shape, const sm_layout *source, int relu, int training) {
  geometry g = linear_geometry(shape);
  return make(op, &g, training ? FORWARD_TRAINING : FORWARD_INFERENCE, source, relu, NULL);
}

int sm_linear_backward_data(sm_op **op, const sm_linear_shape *shape, const sm_op *forward) {
  geometry g = linear_geometry(shape);
  return make(op, &g, BACKWARD_DATA, NULL, 0, forward);
}

int sm_linear_backward_weights(sm_op **op, const sm_linear_shape *shape, const sm_op *forward) {
  geometry g = linear_geometry(shape);
  return make(op, &g, BACKWARD_WEIGHTS, NULL, 0, forward);
}

int sm_reorder(sm_op **op, const sm_layout *from, const sm_layout *to) {
  CHECK(open_engine());
  draft d;
  memset(&d, 0, sizeof d);
  dnnl_status_t status = attributes(&d.attr, 0);
  if (status == dnnl_success) status = reorder_pd_create(&d.pd, &from->md, &to->md, d.attr);
  if (status == dnnl_success) status = op_from_pd(op, d.pd, NULL, SM_BIAS);
  draft_release(&d);
  return (int)status;
}

void sm_op_destroy(sm_op *op) {
  if (!op) return;
  if (op->primitive) dnnl_primitive_destroy(op->primitive);
  for (int role = 0; role < SM_ROLE_COUNT; role++) {
    if (op->memories[role]) dnnl_memory_destroy(op->memories[role]);
    sm_layout_destroy(op->layouts[role]);
  }
  free(op);
}

const sm_layout *sm_op_layout(const sm_op *op, sm_role role) { return op->layouts[role]; }

int sm_op_bind(sm_op *op, sm_role role, void *data) {
  if (!op->memories[role]) return (int)dnnl_invalid_arguments;
#if SM_V3
  return (int)dnnl_memory_set_data_handle(op->memories[role], data);
#else
  return (int)dnnl_memory_set_data_handle_v2(op->memories[role], data, stream);
#endif
}

int sm_op_execute(const sm_op *op) {
  return (int)dnnl_primitive_execute(op->primitive, stream, op->argument_count, op->arguments);
}

const char *sm_op_implementation(const sm_op *op) { return op->implementation; }
