// What differs between oneDNN 2.x and 3.x for a recurrent layer.
#ifndef UNROLL_RECURRENT_VERSIONS_H
#define UNROLL_RECURRENT_VERSIONS_H
#include "recurrent.h"
#include <oneapi/dnnl/dnnl.h>

/// A memory descriptor as functions take it: a pointer to a structure in 2.x, a handle in 3.x.
#if DNNL_VERSION_MAJOR < 3
typedef const dnnl_memory_desc_t *descriptor;
#else
typedef const_dnnl_memory_desc_t descriptor;
#endif

/// Describes floats of a layout; to be given back to unroll_dnnl_descriptor_free.
dnnl_status_t unroll_dnnl_descriptor_make(descriptor *made, int rank, const dnnl_dims_t shape,
                                          dnnl_format_tag_t layout);
/// The same for values of any type.
dnnl_status_t unroll_dnnl_typed_descriptor_make(descriptor *made, int rank, const dnnl_dims_t shape,
                                                dnnl_data_type_t type, dnnl_format_tag_t layout);
void unroll_dnnl_descriptor_free(descriptor made);

/// A layer's arguments; each gradient is described by what it is the gradient of. The layout of the weights is left to
/// the primitive.
struct layer_arguments {
  dnnl_rnn_direction_t direction;
  /// [T,B,I], [T,B,H], [1,1,B,H], [1,1,I,G,H], [1,1,H,G,H], [1,1,rows,H].
  descriptor input, output, state, weights_input, weights_hidden, bias;
};

/// Describes the primitive that runs a layer forward.
dnnl_status_t unroll_dnnl_describe_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_cell cell,
                                           const struct layer_arguments *layer, bool training);
/// Describes the primitive that follows `forward` back.
dnnl_status_t unroll_dnnl_describe_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_cell cell,
                                            const struct layer_arguments *layer, const_dnnl_primitive_desc_t forward);

#endif
