#include "images.h"
#include "engine.h"
#include "image_versions.h"
#include <stdlib.h>

struct unroll_dnnl_operation {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
  /// oneDNN's number of each array, and its layout; NULL for one that the operation does not have.
  int numbers[UNROLL_DNNL_ARRAYS];
  descriptor layouts[UNROLL_DNNL_ARRAYS];
  /// Weights in the order of PyTorch; to be freed, as the layouts are not.
  descriptor plain_weights;
  /// Between `plain_weights` and the weights' own layout: there, or back for a gradient.
  dnnl_primitive_t arrange_weights;
};

// MARK: Making operations

static dnnl_format_tag_t tag(unroll_dnnl_layout layout) {
  return layout == UNROLL_DNNL_PIXELS ? dnnl_nhwc : dnnl_nChw16c;
}

/// Looks up the layouts of all arrays, and makes the primitive.
static dnnl_status_t finish(unroll_dnnl_operation *o) {
  for (int array = 0; array < UNROLL_DNNL_ARRAYS; array++) {
    if (!o->numbers[array]) continue;
    descriptor layout = dnnl_primitive_desc_query_md(o->description, dnnl_query_exec_arg_md, o->numbers[array]);
    if (layout && dnnl_memory_desc_get_size(layout) > 0) o->layouts[array] = layout;
  }
  return dnnl_primitive_create(&o->primitive, o->description);
}

static dnnl_status_t describe_window(struct window_arguments *a, const unroll_dnnl_window *w) {
  const dnnl_dims_t input = {w->images, w->in_channels, w->in_height, w->in_width};
  const dnnl_dims_t output = {w->images, w->out_channels, w->out_height, w->out_width};
  *a = (struct window_arguments){
      .strides = {w->stride, w->stride}, .size = {w->height, w->width}, .before = {w->top, w->left},
      .after = {w->bottom, w->right}};
  TRY(unroll_dnnl_descriptor_make(&a->input, 4, input, tag(w->layout)));
  return unroll_dnnl_descriptor_make(&a->output, 4, output, tag(w->layout));
}

static void free_window(const struct window_arguments *a) {
  unroll_dnnl_descriptor_free(a->input);
  unroll_dnnl_descriptor_free(a->output);
  unroll_dnnl_descriptor_free(a->weights);
  unroll_dnnl_descriptor_free(a->bias);
}

/// The scratch memory comes from the caller: then a run changes nothing of the operation.
static dnnl_status_t make_attributes(dnnl_primitive_attr_t *made, const unroll_dnnl_convolution *c) {
  TRY(dnnl_primitive_attr_create(made));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(*made, dnnl_scratchpad_mode_user));
  if (!c || (!c->residual && c->activation == UNROLL_DNNL_IDENTITY)) return dnnl_success;
  dnnl_post_ops_t post_ops;
  TRY(dnnl_post_ops_create(&post_ops));
  dnnl_status_t status = dnnl_success;
  if (c->residual) status = unroll_dnnl_append_sum(post_ops);
  if (status == dnnl_success && c->activation == UNROLL_DNNL_RELU) status = unroll_dnnl_append_relu(post_ops);
  if (status == dnnl_success && c->activation == UNROLL_DNNL_RELU6) status = unroll_dnnl_append_clip(post_ops, 0, 6);
  if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*made, post_ops);
  dnnl_post_ops_destroy(post_ops);
  return status;
}

static dnnl_status_t describe_weights(unroll_dnnl_operation *o, struct window_arguments *a, const unroll_dnnl_window *w,
                                      const unroll_dnnl_convolution *c) {
  const dnnl_dims_t whole = {w->out_channels, w->in_channels, w->height, w->width};
  const dnnl_dims_t grouped = {c->groups, w->out_channels / c->groups, w->in_channels / c->groups, w->height, w->width};
  bool groups = c->groups > 1;
  TRY(unroll_dnnl_descriptor_make(&a->weights, groups ? 5 : 4, groups ? grouped : whole, dnnl_format_tag_any));
  TRY(unroll_dnnl_descriptor_make(&o->plain_weights, groups ? 5 : 4, groups ? grouped : whole,
                                  groups ? dnnl_goihw : dnnl_oihw));
  const dnnl_dims_t bias = {w->out_channels};
  return c->bias ? unroll_dnnl_descriptor_make(&a->bias, 1, bias, dnnl_x) : dnnl_success;
}

/// What oneDNN calls the arrays of a convolution or a pooling that goes some way.
static void number_arrays(unroll_dnnl_operation *o, unroll_dnnl_way way, bool has_weights, bool has_bias) {
  bool back = way == UNROLL_DNNL_BACKWARD, weights_back = way == UNROLL_DNNL_BACKWARD_WEIGHTS;
  o->numbers[UNROLL_DNNL_INPUT] = back ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
  o->numbers[UNROLL_DNNL_OUTPUT] = back || weights_back ? DNNL_ARG_DIFF_DST : DNNL_ARG_DST;
  if (has_weights) o->numbers[UNROLL_DNNL_WEIGHTS] = weights_back ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS;
  if (has_bias && !back) o->numbers[UNROLL_DNNL_BIAS] = weights_back ? DNNL_ARG_DIFF_BIAS : DNNL_ARG_BIAS;
  if (!has_weights) o->numbers[UNROLL_DNNL_PLACES] = DNNL_ARG_WORKSPACE;
  o->numbers[UNROLL_DNNL_SCRATCH] = DNNL_ARG_SCRATCHPAD;
}

typedef dnnl_status_t describe_function(dnnl_primitive_desc_t *, dnnl_engine_t, unroll_dnnl_way, dnnl_alg_kind_t,
                                        const struct window_arguments *, const_dnnl_primitive_attr_t,
                                        const_dnnl_primitive_desc_t);

/// A way back is described with the description of the way forth, as a hint.
static dnnl_status_t describe(unroll_dnnl_operation *o, describe_function *function, unroll_dnnl_way way,
                              dnnl_alg_kind_t algorithm, const struct window_arguments *a,
                              const_dnnl_primitive_attr_t attributes) {
  if (way == UNROLL_DNNL_INFERENCE || way == UNROLL_DNNL_FORWARD)
    return function(&o->description, unroll_dnnl_engine(), way, algorithm, a, attributes, NULL);
  dnnl_primitive_desc_t forward;
  TRY(function(&forward, unroll_dnnl_engine(), UNROLL_DNNL_FORWARD, algorithm, a, attributes, NULL));
  dnnl_status_t status = function(&o->description, unroll_dnnl_engine(), way, algorithm, a, attributes, forward);
  dnnl_primitive_desc_destroy(forward);
  return status;
}

static dnnl_status_t build_convolution(unroll_dnnl_operation *o, unroll_dnnl_way way, const unroll_dnnl_window *w,
                                       const unroll_dnnl_convolution *c, struct window_arguments *a,
                                       dnnl_primitive_attr_t *attributes) {
  TRY(describe_window(a, w));
  TRY(describe_weights(o, a, w, c));
  bool forward = way == UNROLL_DNNL_INFERENCE || way == UNROLL_DNNL_FORWARD;
  TRY(make_attributes(attributes, forward ? c : NULL));
  number_arrays(o, way, true, c->bias);
  dnnl_alg_kind_t algorithm = c->winograd ? dnnl_convolution_winograd : dnnl_convolution_direct;
  TRY(describe(o, unroll_dnnl_describe_convolution, way, algorithm, a, *attributes));
  TRY(finish(o));
  descriptor own = o->layouts[UNROLL_DNNL_WEIGHTS];
  bool gradient = way == UNROLL_DNNL_BACKWARD_WEIGHTS;
  return unroll_dnnl_make_reorder(&o->arrange_weights, gradient ? own : o->plain_weights,
                                  gradient ? o->plain_weights : own);
}

static dnnl_status_t build_pooling(unroll_dnnl_operation *o, unroll_dnnl_way way, const unroll_dnnl_window *w,
                                   bool maximum, struct window_arguments *a, dnnl_primitive_attr_t *attributes) {
  TRY(describe_window(a, w));
  TRY(make_attributes(attributes, NULL));
  number_arrays(o, way, false, false);
  dnnl_alg_kind_t algorithm = maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
  TRY(describe(o, unroll_dnnl_describe_pooling, way, algorithm, a, *attributes));
  return finish(o);
}

/// Hands over what was built, or frees it.
static int hand_over(unroll_dnnl_operation **made, unroll_dnnl_operation *fresh, dnnl_status_t status) {
  if (status == dnnl_success) {
    *made = fresh;
  } else {
    unroll_dnnl_free_operation(fresh);
  }
  return status;
}

int unroll_dnnl_make_convolution(unroll_dnnl_operation **made, unroll_dnnl_way way, const unroll_dnnl_window *window,
                                 const unroll_dnnl_convolution *convolution) {
  *made = NULL;
  unroll_dnnl_operation *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return dnnl_out_of_memory;
  struct window_arguments arguments = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = build_convolution(fresh, way, window, convolution, &arguments, &attributes);
  free_window(&arguments);
  dnnl_primitive_attr_destroy(attributes);
  return hand_over(made, fresh, status);
}

int unroll_dnnl_make_pooling(unroll_dnnl_operation **made, unroll_dnnl_way way, const unroll_dnnl_window *window,
                             bool maximum) {
  *made = NULL;
  unroll_dnnl_operation *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return dnnl_out_of_memory;
  struct window_arguments arguments = {0};
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = build_pooling(fresh, way, window, maximum, &arguments, &attributes);
  free_window(&arguments);
  dnnl_primitive_attr_destroy(attributes);
  return hand_over(made, fresh, status);
}

void unroll_dnnl_free_operation(unroll_dnnl_operation *o) {
  if (!o) return;
  dnnl_primitive_destroy(o->primitive);
  dnnl_primitive_destroy(o->arrange_weights);
  dnnl_primitive_desc_destroy(o->description);
  unroll_dnnl_descriptor_free(o->plain_weights);
  free(o);
}

// MARK: Running them

size_t unroll_dnnl_array_count(const unroll_dnnl_operation *o, unroll_dnnl_array array) {
  return o->layouts[array] ? (dnnl_memory_desc_get_size(o->layouts[array]) + 3) / 4 : 0;
}

int unroll_dnnl_run(const unroll_dnnl_operation *o, float *const arrays[UNROLL_DNNL_ARRAYS]) {
  dnnl_exec_arg_t arguments[UNROLL_DNNL_ARRAYS];
  int count = 0;
  dnnl_status_t status = dnnl_success;
  for (int array = 0; array < UNROLL_DNNL_ARRAYS && status == dnnl_success; array++) {
    if (!o->layouts[array]) continue;
    dnnl_memory_t memory;
    status = dnnl_memory_create(&memory, o->layouts[array], unroll_dnnl_engine(), arrays[array]);
    if (status == dnnl_success) arguments[count++] = (dnnl_exec_arg_t){o->numbers[array], memory};
  }
  if (status == dnnl_success) status = dnnl_primitive_execute(o->primitive, unroll_dnnl_stream(), count, arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(unroll_dnnl_stream());
  for (int index = 0; index < count; index++) dnnl_memory_destroy(arguments[index].memory);
  return status;
}

static dnnl_status_t copy_weights(const unroll_dnnl_operation *o, descriptor from, const float *source, descriptor to,
                                  float *target) {
  dnnl_memory_t first, second;
  TRY(dnnl_memory_create(&first, from, unroll_dnnl_engine(), (void *)source));
  dnnl_status_t status = dnnl_memory_create(&second, to, unroll_dnnl_engine(), target);
  if (status == dnnl_success) {
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, first}, {DNNL_ARG_TO, second}};
    status = dnnl_primitive_execute(o->arrange_weights, unroll_dnnl_stream(), 2, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(unroll_dnnl_stream());
    dnnl_memory_destroy(second);
  }
  dnnl_memory_destroy(first);
  return status;
}

int unroll_dnnl_pack_weights(const unroll_dnnl_operation *o, const float *weights, float *packed) {
  return copy_weights(o, o->plain_weights, weights, o->layouts[UNROLL_DNNL_WEIGHTS], packed);
}

int unroll_dnnl_unpack_weights(const unroll_dnnl_operation *o, const float *packed, float *weights) {
  return copy_weights(o, o->layouts[UNROLL_DNNL_WEIGHTS], packed, o->plain_weights, weights);
}

bool unroll_dnnl_same_weights(const unroll_dnnl_operation *one, const unroll_dnnl_operation *other) {
  return unroll_dnnl_same_layout(one->layouts[UNROLL_DNNL_WEIGHTS], other->layouts[UNROLL_DNNL_WEIGHTS]);
}

const char *unroll_dnnl_kernel_name(const unroll_dnnl_operation *o) {
  const char *name = "";
  dnnl_primitive_desc_query(o->description, dnnl_query_impl_info_str, 0, &name);
  return name;
}
