#include "image_versions.h"

// 2.x fills in an operation, which then becomes a primitive descriptor; 3.x has functions that do both.
#if DNNL_VERSION_MAJOR < 3

#define DESCRIBE(kind, initialise)                                                            \
  do {                                                                                        \
    kind operation;                                                                           \
    dnnl_status_t status = (initialise);                                                      \
    return status ? status : dnnl_primitive_desc_create(made, &operation, attributes, engine, forward); \
  } while (0)

dnnl_status_t unroll_dnnl_describe_convolution(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                               dnnl_alg_kind_t algorithm, const struct window_arguments *a,
                                               const_dnnl_primitive_attr_t attributes,
                                               const_dnnl_primitive_desc_t forward) {
  switch (way) {
  case UNROLL_DNNL_INFERENCE:
  case UNROLL_DNNL_FORWARD: {
    dnnl_prop_kind_t kind = way == UNROLL_DNNL_FORWARD ? dnnl_forward_training : dnnl_forward_inference;
    DESCRIBE(dnnl_convolution_desc_t,
             dnnl_convolution_forward_desc_init(&operation, kind, algorithm, a->input, a->weights, a->bias, a->output,
                                                a->strides, a->before, a->after));
  }
  case UNROLL_DNNL_BACKWARD:
    DESCRIBE(dnnl_convolution_desc_t,
             dnnl_convolution_backward_data_desc_init(&operation, algorithm, a->input, a->weights, a->output,
                                                      a->strides, a->before, a->after));
  case UNROLL_DNNL_BACKWARD_WEIGHTS:
    DESCRIBE(dnnl_convolution_desc_t,
             dnnl_convolution_backward_weights_desc_init(&operation, algorithm, a->input, a->weights, a->bias,
                                                         a->output, a->strides, a->before, a->after));
  }
  return dnnl_invalid_arguments;
}

dnnl_status_t unroll_dnnl_describe_pooling(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                           dnnl_alg_kind_t algorithm, const struct window_arguments *a,
                                           const_dnnl_primitive_attr_t attributes,
                                           const_dnnl_primitive_desc_t forward) {
  if (way == UNROLL_DNNL_BACKWARD)
    DESCRIBE(dnnl_pooling_desc_t, dnnl_pooling_backward_desc_init(&operation, algorithm, a->input, a->output,
                                                                  a->strides, a->size, a->before, a->after));
  dnnl_prop_kind_t kind = way == UNROLL_DNNL_FORWARD ? dnnl_forward_training : dnnl_forward_inference;
  DESCRIBE(dnnl_pooling_desc_t, dnnl_pooling_forward_desc_init(&operation, kind, algorithm, a->input, a->output,
                                                               a->strides, a->size, a->before, a->after));
}

dnnl_status_t unroll_dnnl_append_sum(dnnl_post_ops_t post_ops) { return dnnl_post_ops_append_sum(post_ops, 1); }

dnnl_status_t unroll_dnnl_append_relu(dnnl_post_ops_t post_ops) {
  return dnnl_post_ops_append_eltwise(post_ops, 1, dnnl_eltwise_relu, 0, 0);
}

dnnl_status_t unroll_dnnl_append_clip(dnnl_post_ops_t post_ops, float low, float high) {
  return dnnl_post_ops_append_eltwise(post_ops, 1, dnnl_eltwise_clip, low, high);
}

#else

static const dnnl_dims_t no_dilation = {0};

dnnl_status_t unroll_dnnl_describe_convolution(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                               dnnl_alg_kind_t algorithm, const struct window_arguments *a,
                                               const_dnnl_primitive_attr_t attributes,
                                               const_dnnl_primitive_desc_t forward) {
  switch (way) {
  case UNROLL_DNNL_INFERENCE:
  case UNROLL_DNNL_FORWARD: {
    dnnl_prop_kind_t kind = way == UNROLL_DNNL_FORWARD ? dnnl_forward_training : dnnl_forward_inference;
    return dnnl_convolution_forward_primitive_desc_create(made, engine, kind, algorithm, a->input, a->weights, a->bias,
                                                          a->output, a->strides, no_dilation, a->before, a->after,
                                                          attributes);
  }
  case UNROLL_DNNL_BACKWARD:
    return dnnl_convolution_backward_data_primitive_desc_create(made, engine, algorithm, a->input, a->weights,
                                                                a->output, a->strides, no_dilation, a->before,
                                                                a->after, forward, attributes);
  case UNROLL_DNNL_BACKWARD_WEIGHTS:
    return dnnl_convolution_backward_weights_primitive_desc_create(made, engine, algorithm, a->input, a->weights,
                                                                   a->bias, a->output, a->strides, no_dilation,
                                                                   a->before, a->after, forward, attributes);
  }
  return dnnl_invalid_arguments;
}

dnnl_status_t unroll_dnnl_describe_pooling(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                           dnnl_alg_kind_t algorithm, const struct window_arguments *a,
                                           const_dnnl_primitive_attr_t attributes,
                                           const_dnnl_primitive_desc_t forward) {
  if (way == UNROLL_DNNL_BACKWARD)
    return dnnl_pooling_backward_primitive_desc_create(made, engine, algorithm, a->input, a->output, a->strides,
                                                       a->size, no_dilation, a->before, a->after, forward, attributes);
  dnnl_prop_kind_t kind = way == UNROLL_DNNL_FORWARD ? dnnl_forward_training : dnnl_forward_inference;
  return dnnl_pooling_forward_primitive_desc_create(made, engine, kind, algorithm, a->input, a->output, a->strides,
                                                    a->size, no_dilation, a->before, a->after, attributes);
}

dnnl_status_t unroll_dnnl_append_sum(dnnl_post_ops_t post_ops) {
  return dnnl_post_ops_append_sum(post_ops, 1, 0, dnnl_data_type_undef);
}

dnnl_status_t unroll_dnnl_append_relu(dnnl_post_ops_t post_ops) {
  return dnnl_post_ops_append_eltwise(post_ops, dnnl_eltwise_relu, 0, 0);
}

dnnl_status_t unroll_dnnl_append_clip(dnnl_post_ops_t post_ops, float low, float high) {
  return dnnl_post_ops_append_eltwise(post_ops, dnnl_eltwise_clip, low, high);
}

#endif

bool unroll_dnnl_same_layout(descriptor one, descriptor other) { return dnnl_memory_desc_equal(one, other); }
