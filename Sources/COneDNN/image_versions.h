// What differs between oneDNN 2.x and 3.x for convolutions, poolings and reorders.
#ifndef UNROLL_IMAGE_VERSIONS_H
#define UNROLL_IMAGE_VERSIONS_H
#include "images.h"
#include "recurrent_versions.h"
#include <oneapi/dnnl/dnnl.h>

/// The arguments of a convolution or a pooling. Weights and bias are NULL for a pooling, the bias also without one.
struct window_arguments {
  descriptor input, weights, bias, output;
  dnnl_dims_t strides, size, before, after;
};

/// Describes a convolution that goes `way`; `forward` is the description of the way forth for a way back, else NULL.
dnnl_status_t unroll_dnnl_describe_convolution(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                               dnnl_alg_kind_t algorithm, const struct window_arguments *arguments,
                                               const_dnnl_primitive_attr_t attributes,
                                               const_dnnl_primitive_desc_t forward);
/// The same for a pooling.
dnnl_status_t unroll_dnnl_describe_pooling(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_way way,
                                           dnnl_alg_kind_t algorithm, const struct window_arguments *arguments,
                                           const_dnnl_primitive_attr_t attributes, const_dnnl_primitive_desc_t forward);

/// Appends the sum with what the output held, and values cut to low...high.
dnnl_status_t unroll_dnnl_append_sum(dnnl_post_ops_t post_ops);
dnnl_status_t unroll_dnnl_append_relu(dnnl_post_ops_t post_ops);
dnnl_status_t unroll_dnnl_append_clip(dnnl_post_ops_t post_ops, float low, float high);

/// Whether two arrays are laid out alike.
bool unroll_dnnl_same_layout(descriptor one, descriptor other);

#endif
