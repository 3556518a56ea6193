#include "recurrent_versions.h"
#include <stdlib.h>

// 2.x fills in an operation, which then becomes a primitive descriptor; 3.x has functions that do both.
#if DNNL_VERSION_MAJOR < 3

#define FORWARD(cell, ...)                                                                                  \
  do {                                                                                                      \
    dnnl_rnn_desc_t operation;                                                                              \
    dnnl_status_t status = dnnl_##cell##_forward_desc_init(&operation, kind, __VA_ARGS__);                  \
    return status ? status : dnnl_primitive_desc_create(made, &operation, NULL, engine, NULL);              \
  } while (0)
#define BACKWARD(cell, ...)                                                                                 \
  do {                                                                                                      \
    dnnl_rnn_desc_t operation;                                                                              \
    dnnl_status_t status = dnnl_##cell##_backward_desc_init(&operation, dnnl_backward, __VA_ARGS__);        \
    return status ? status : dnnl_primitive_desc_create(made, &operation, NULL, engine, forward);           \
  } while (0)
#define LSTM_WEIGHTS(a) (a)->weights_input, (a)->weights_hidden

dnnl_status_t unroll_dnnl_typed_descriptor_make(descriptor *made, int rank, const dnnl_dims_t shape,
                                                dnnl_data_type_t type, dnnl_format_tag_t layout) {
  dnnl_memory_desc_t *fresh = malloc(sizeof *fresh);
  if (!fresh) return dnnl_out_of_memory;
  *made = fresh;
  return dnnl_memory_desc_init_by_tag(fresh, rank, shape, type, layout);
}

void unroll_dnnl_descriptor_free(descriptor made) { free((void *)made); }

#else

#define FORWARD(cell, ...) return dnnl_##cell##_forward_primitive_desc_create(made, engine, kind, __VA_ARGS__, NULL)
#define BACKWARD(cell, ...) \
  return dnnl_##cell##_backward_primitive_desc_create(made, engine, dnnl_backward, __VA_ARGS__, forward, NULL)
// Neither peephole nor projection.
#define LSTM_WEIGHTS(a) (a)->weights_input, (a)->weights_hidden, NULL, NULL

dnnl_status_t unroll_dnnl_typed_descriptor_make(descriptor *made, int rank, const dnnl_dims_t shape,
                                                dnnl_data_type_t type, dnnl_format_tag_t layout) {
  dnnl_memory_desc_t fresh = NULL;
  dnnl_status_t status = dnnl_memory_desc_create_with_tag(&fresh, rank, shape, type, layout);
  *made = fresh;
  return status;
}

void unroll_dnnl_descriptor_free(descriptor made) {
  if (made) dnnl_memory_desc_destroy((dnnl_memory_desc_t)made);
}

#endif

dnnl_status_t unroll_dnnl_descriptor_make(descriptor *made, int rank, const dnnl_dims_t shape,
                                          dnnl_format_tag_t layout) {
  return unroll_dnnl_typed_descriptor_make(made, rank, shape, dnnl_f32, layout);
}

// The arguments of a forward primitive; a backward one takes these and then, in the same order, their gradients.
#define ARGUMENTS(a) (a)->input, (a)->state, (a)->weights_input, (a)->weights_hidden, (a)->bias, (a)->output, (a)->state
#define LSTM_ARGUMENTS(a) \
  (a)->input, (a)->state, (a)->state, LSTM_WEIGHTS(a), (a)->bias, (a)->output, (a)->state, (a)->state

static dnnl_alg_kind_t activation(unroll_dnnl_cell cell) {
  return cell == UNROLL_DNNL_RNN_RELU ? dnnl_eltwise_relu : dnnl_eltwise_tanh;
}

dnnl_status_t unroll_dnnl_describe_forward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_cell cell,
                                           const struct layer_arguments *a, bool training) {
  dnnl_prop_kind_t kind = training ? dnnl_forward_training : dnnl_forward_inference;
  switch (cell) {
  case UNROLL_DNNL_RNN_TANH:
  case UNROLL_DNNL_RNN_RELU:
    FORWARD(vanilla_rnn, activation(cell), a->direction, ARGUMENTS(a), dnnl_rnn_flags_undef, 0, 0);
  case UNROLL_DNNL_LSTM:
    FORWARD(lstm, a->direction, LSTM_ARGUMENTS(a), dnnl_rnn_flags_undef);
  case UNROLL_DNNL_GRU:
    FORWARD(gru, a->direction, ARGUMENTS(a), dnnl_rnn_flags_undef);
  case UNROLL_DNNL_GRU_RESET_AFTER:
    FORWARD(lbr_gru, a->direction, ARGUMENTS(a), dnnl_rnn_flags_undef);
  }
  return dnnl_invalid_arguments;
}

dnnl_status_t unroll_dnnl_describe_backward(dnnl_primitive_desc_t *made, dnnl_engine_t engine, unroll_dnnl_cell cell,
                                            const struct layer_arguments *a, const_dnnl_primitive_desc_t forward) {
  switch (cell) {
  case UNROLL_DNNL_RNN_TANH:
  case UNROLL_DNNL_RNN_RELU:
    BACKWARD(vanilla_rnn, activation(cell), a->direction, ARGUMENTS(a), ARGUMENTS(a), dnnl_rnn_flags_undef, 0, 0);
  case UNROLL_DNNL_LSTM:
    BACKWARD(lstm, a->direction, LSTM_ARGUMENTS(a), LSTM_ARGUMENTS(a), dnnl_rnn_flags_undef);
  case UNROLL_DNNL_GRU:
    BACKWARD(gru, a->direction, ARGUMENTS(a), ARGUMENTS(a), dnnl_rnn_flags_undef);
  case UNROLL_DNNL_GRU_RESET_AFTER:
    BACKWARD(lbr_gru, a->direction, ARGUMENTS(a), ARGUMENTS(a), dnnl_rnn_flags_undef);
  }
  return dnnl_invalid_arguments;
}
