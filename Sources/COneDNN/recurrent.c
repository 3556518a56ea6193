#include "recurrent.h"
#include "engine.h"
#include <stdlib.h>
#include <string.h>

// The arrays that the primitives work on. Those of the caller come anew with each call.
enum {
  X, H0, C0, Y, HN, CN, BIAS, WORKSPACE, WEIGHTS_INPUT, WEIGHTS_HIDDEN,
  // The backward primitive may want its weights in a layout of its own.
  WEIGHTS_INPUT_BACK, WEIGHTS_HIDDEN_BACK, DY, DHN, DCN, DX, DH0, DC0, DWEIGHTS_INPUT, DWEIGHTS_HIDDEN, DBIAS,
  ARRAYS,
  FORWARD_ARRAYS = WEIGHTS_INPUT_BACK
};

static const struct {
  int argument;
  bool of_caller;
} roles[ARRAYS] = {
    [X] = {DNNL_ARG_SRC_LAYER, true},
    [H0] = {DNNL_ARG_SRC_ITER, true},
    [C0] = {DNNL_ARG_SRC_ITER_C, true},
    [Y] = {DNNL_ARG_DST_LAYER, true},
    [HN] = {DNNL_ARG_DST_ITER, true},
    [CN] = {DNNL_ARG_DST_ITER_C, true},
    [BIAS] = {DNNL_ARG_BIAS, false},
    [WORKSPACE] = {DNNL_ARG_WORKSPACE, false},
    [WEIGHTS_INPUT] = {DNNL_ARG_WEIGHTS_LAYER, false},
    [WEIGHTS_HIDDEN] = {DNNL_ARG_WEIGHTS_ITER, false},
    [WEIGHTS_INPUT_BACK] = {DNNL_ARG_WEIGHTS_LAYER, false},
    [WEIGHTS_HIDDEN_BACK] = {DNNL_ARG_WEIGHTS_ITER, false},
    [DY] = {DNNL_ARG_DIFF_DST_LAYER, true},
    [DHN] = {DNNL_ARG_DIFF_DST_ITER, true},
    [DCN] = {DNNL_ARG_DIFF_DST_ITER_C, true},
    [DX] = {DNNL_ARG_DIFF_SRC_LAYER, true},
    [DH0] = {DNNL_ARG_DIFF_SRC_ITER, true},
    [DC0] = {DNNL_ARG_DIFF_SRC_ITER_C, true},
    [DWEIGHTS_INPUT] = {DNNL_ARG_DIFF_WEIGHTS_LAYER, false},
    [DWEIGHTS_HIDDEN] = {DNNL_ARG_DIFF_WEIGHTS_ITER, false},
    [DBIAS] = {DNNL_ARG_DIFF_BIAS, false},
};

struct unroll_dnnl_recurrent {
  unroll_dnnl_cell cell;
  bool training;
  size_t gates, inputs, hidden;
  struct layer_arguments arguments;
  /// [gates, H, I] and [gates, H, H] in oneDNN's order of gates: weights on their way in, gradients on their way out.
  descriptor plain_input, plain_hidden;
  dnnl_memory_t staged_input, staged_hidden;
  dnnl_primitive_desc_t forward_description, backward_description;
  dnnl_primitive_t forward, backward;
  dnnl_memory_t arrays[ARRAYS];
};

// MARK: Gates

/// Where oneDNN keeps gate `gate` of PyTorch's: its GRUs begin with the update gate, ours with the reset gate.
static size_t place(unroll_dnnl_cell cell, size_t gate) {
  bool gru = cell == UNROLL_DNNL_GRU || cell == UNROLL_DNNL_GRU_RESET_AFTER;
  return gru && gate < 2 ? 1 - gate : gate;
}

/// Whether a gate's recurrent bias is not just added to the other one: r multiplies it.
static bool has_own_bias(unroll_dnnl_cell cell, size_t gate) {
  return cell == UNROLL_DNNL_GRU_RESET_AFTER && gate == 2;
}

static float *contents(dnnl_memory_t memory) {
  void *data = NULL;
  return dnnl_memory_get_data_handle(memory, &data) == dnnl_success ? data : NULL;
}

/// Copies gates of `size` floats, between PyTorch's order and oneDNN's: the exchange of two is its own inverse.
static void exchange_gates(const unroll_dnnl_recurrent *l, size_t size, const float *from, float *to) {
  for (size_t gate = 0; gate < l->gates; gate++)
    memcpy(to + place(l->cell, gate) * size, from + gate * size, size * sizeof(float));
}

// MARK: Making a layer

static dnnl_status_t describe(unroll_dnnl_recurrent *l, dnnl_dim_t steps, dnnl_dim_t batch) {
  dnnl_dim_t gates = l->gates, inputs = l->inputs, hidden = l->hidden;
  dnnl_dim_t bias_rows = gates + (l->cell == UNROLL_DNNL_GRU_RESET_AFTER);
  const dnnl_dims_t input = {steps, batch, inputs}, output = {steps, batch, hidden}, state = {1, 1, batch, hidden};
  const dnnl_dims_t weights_input = {1, 1, inputs, gates, hidden}, weights_hidden = {1, 1, hidden, gates, hidden};
  const dnnl_dims_t bias = {1, 1, bias_rows, hidden};
  struct layer_arguments *a = &l->arguments;
  TRY(unroll_dnnl_descriptor_make(&a->input, 3, input, dnnl_tnc));
  TRY(unroll_dnnl_descriptor_make(&a->output, 3, output, dnnl_tnc));
  TRY(unroll_dnnl_descriptor_make(&a->state, 4, state, dnnl_ldnc));
  TRY(unroll_dnnl_descriptor_make(&a->weights_input, 5, weights_input, dnnl_format_tag_any));
  TRY(unroll_dnnl_descriptor_make(&a->weights_hidden, 5, weights_hidden, dnnl_format_tag_any));
  TRY(unroll_dnnl_descriptor_make(&a->bias, 4, bias, dnnl_ldgo));
  TRY(unroll_dnnl_descriptor_make(&l->plain_input, 5, weights_input, dnnl_ldgoi));
  TRY(unroll_dnnl_descriptor_make(&l->plain_hidden, 5, weights_hidden, dnnl_ldgoi));
  TRY(unroll_dnnl_describe_forward(&l->forward_description, unroll_dnnl_engine(), l->cell, a, l->training));
  if (l->training)
    TRY(unroll_dnnl_describe_backward(&l->backward_description, unroll_dnnl_engine(), l->cell, a, l->forward_description));
  return dnnl_success;
}

/// Makes the arrays from `first` on that the primitive takes, in the layouts it wants.
static dnnl_status_t make_arrays(unroll_dnnl_recurrent *l, dnnl_primitive_desc_t description, int first, int end) {
  for (int index = first; index < end; index++) {
    descriptor layout = dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, roles[index].argument);
    if (!layout || dnnl_memory_desc_get_size(layout) == 0) continue;
    void *memory = roles[index].of_caller ? DNNL_MEMORY_NONE : DNNL_MEMORY_ALLOCATE;
    TRY(dnnl_memory_create(&l->arrays[index], layout, unroll_dnnl_engine(), memory));
  }
  return dnnl_success;
}

static dnnl_status_t build(unroll_dnnl_recurrent *l, dnnl_dim_t steps, dnnl_dim_t batch) {
  TRY(describe(l, steps, batch));
  TRY(dnnl_memory_create(&l->staged_input, l->plain_input, unroll_dnnl_engine(), DNNL_MEMORY_ALLOCATE));
  TRY(dnnl_memory_create(&l->staged_hidden, l->plain_hidden, unroll_dnnl_engine(), DNNL_MEMORY_ALLOCATE));
  TRY(dnnl_primitive_create(&l->forward, l->forward_description));
  TRY(make_arrays(l, l->forward_description, 0, FORWARD_ARRAYS));
  if (!l->training) return dnnl_success;
  TRY(dnnl_primitive_create(&l->backward, l->backward_description));
  return make_arrays(l, l->backward_description, FORWARD_ARRAYS, ARRAYS);
}

int unroll_dnnl_recurrent_create(unroll_dnnl_recurrent **layer, unroll_dnnl_cell cell, bool right_to_left,
                                 ptrdiff_t steps, ptrdiff_t batch, ptrdiff_t inputs, ptrdiff_t hidden, bool training) {
  *layer = NULL;
  // oneDNN takes a layer without rows, but then describes no arrays for it.
  if (steps <= 0 || batch <= 0 || inputs <= 0 || hidden <= 0) return dnnl_invalid_arguments;
  unroll_dnnl_recurrent *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return dnnl_out_of_memory;
  fresh->cell = cell;
  fresh->training = training;
  fresh->gates = cell == UNROLL_DNNL_LSTM ? 4 : cell == UNROLL_DNNL_GRU || cell == UNROLL_DNNL_GRU_RESET_AFTER ? 3 : 1;
  fresh->inputs = inputs;
  fresh->hidden = hidden;
  fresh->arguments.direction = right_to_left ? dnnl_unidirectional_right2left : dnnl_unidirectional_left2right;
  dnnl_status_t status = build(fresh, steps, batch);
  if (status == dnnl_success) {
    *layer = fresh;
  } else {
    unroll_dnnl_recurrent_destroy(fresh);
  }
  return status;
}

void unroll_dnnl_recurrent_destroy(unroll_dnnl_recurrent *l) {
  if (!l) return;
  for (int index = 0; index < ARRAYS; index++) dnnl_memory_destroy(l->arrays[index]);
  dnnl_memory_destroy(l->staged_input);
  dnnl_memory_destroy(l->staged_hidden);
  dnnl_primitive_destroy(l->forward);
  dnnl_primitive_destroy(l->backward);
  dnnl_primitive_desc_destroy(l->forward_description);
  dnnl_primitive_desc_destroy(l->backward_description);
  const struct layer_arguments *a = &l->arguments;
  const descriptor descriptors[] = {a->input,          a->output, a->state,       a->weights_input,
                                    a->weights_hidden, a->bias,   l->plain_input, l->plain_hidden};
  for (size_t index = 0; index < sizeof descriptors / sizeof *descriptors; index++)
    unroll_dnnl_descriptor_free(descriptors[index]);
  free(l);
}

// MARK: Running it

int unroll_dnnl_recurrent_set_weights(unroll_dnnl_recurrent *l, const float *weight_ih, const float *weight_hh,
                                      const float *bias_ih, const float *bias_hh) {
  size_t hidden = l->hidden;
  exchange_gates(l, hidden * l->inputs, weight_ih, contents(l->staged_input));
  exchange_gates(l, hidden * hidden, weight_hh, contents(l->staged_hidden));
  float *bias = contents(l->arrays[BIAS]);
  for (size_t gate = 0; gate < l->gates; gate++) {
    const float *input = bias_ih + gate * hidden, *recurrent = bias_hh + gate * hidden;
    float *row = bias + place(l->cell, gate) * hidden;
    if (has_own_bias(l->cell, gate)) {
      memcpy(row, input, hidden * sizeof *row);
      memcpy(row + hidden, recurrent, hidden * sizeof *row);
    } else {
      for (size_t i = 0; i < hidden; i++) row[i] = input[i] + recurrent[i];
    }
  }
  TRY(unroll_dnnl_copy(l->staged_input, l->arrays[WEIGHTS_INPUT]));
  TRY(unroll_dnnl_copy(l->staged_hidden, l->arrays[WEIGHTS_HIDDEN]));
  if (!l->training) return dnnl_success;
  TRY(unroll_dnnl_copy(l->staged_input, l->arrays[WEIGHTS_INPUT_BACK]));
  return unroll_dnnl_copy(l->staged_hidden, l->arrays[WEIGHTS_HIDDEN_BACK]);
}

/// Says where an array of the caller is; nothing for one that the cell does not have.
static dnnl_status_t use(unroll_dnnl_recurrent *l, int index, const float *data) {
  return l->arrays[index] ? dnnl_memory_set_data_handle(l->arrays[index], (void *)data) : dnnl_success;
}

static dnnl_status_t run(unroll_dnnl_recurrent *l, dnnl_primitive_t primitive, int first_weights, int end) {
  dnnl_exec_arg_t arguments[ARRAYS];
  int count = 0;
  for (int index = 0; index < end; index++) {
    // Weights come in two layouts, of which a primitive takes the one that it asked for.
    if (!l->arrays[index] || (index >= WEIGHTS_INPUT && index < first_weights)) continue;
    arguments[count++] = (dnnl_exec_arg_t){roles[index].argument, l->arrays[index]};
  }
  TRY(dnnl_primitive_execute(primitive, unroll_dnnl_stream(), count, arguments));
  return dnnl_stream_wait(unroll_dnnl_stream());
}

int unroll_dnnl_recurrent_forward(unroll_dnnl_recurrent *l, const float *x, const float *h0, const float *c0,
                                  float *y, float *hn, float *cn) {
  TRY(use(l, X, x));
  TRY(use(l, H0, h0));
  TRY(use(l, C0, c0));
  TRY(use(l, Y, y));
  TRY(use(l, HN, hn));
  TRY(use(l, CN, cn));
  return run(l, l->forward, WEIGHTS_INPUT, FORWARD_ARRAYS);
}

/// The primitive adds to the gradients of the weights.
static void clear(dnnl_memory_t memory) {
  descriptor layout;
  if (dnnl_memory_get_memory_desc(memory, &layout) == dnnl_success)
    memset(contents(memory), 0, dnnl_memory_desc_get_size(layout));
}

int unroll_dnnl_recurrent_backward(unroll_dnnl_recurrent *l, const float *dy, const float *dhn, const float *dcn,
                                   float *dx, float *dh0, float *dc0, float *dweight_ih, float *dweight_hh,
                                   float *dbias_ih, float *dbias_hh) {
  if (!l->training) return dnnl_invalid_arguments;
  TRY(use(l, DY, dy));
  TRY(use(l, DHN, dhn));
  TRY(use(l, DCN, dcn));
  TRY(use(l, DX, dx));
  TRY(use(l, DH0, dh0));
  TRY(use(l, DC0, dc0));
  for (int index = DWEIGHTS_INPUT; index <= DBIAS; index++) clear(l->arrays[index]);
  TRY(run(l, l->backward, WEIGHTS_INPUT_BACK, ARRAYS));
  TRY(unroll_dnnl_copy(l->arrays[DWEIGHTS_INPUT], l->staged_input));
  TRY(unroll_dnnl_copy(l->arrays[DWEIGHTS_HIDDEN], l->staged_hidden));
  size_t hidden = l->hidden;
  exchange_gates(l, hidden * l->inputs, contents(l->staged_input), dweight_ih);
  exchange_gates(l, hidden * hidden, contents(l->staged_hidden), dweight_hh);
  for (size_t gate = 0; gate < l->gates; gate++) {
    const float *row = contents(l->arrays[DBIAS]) + place(l->cell, gate) * hidden;
    memcpy(dbias_ih + gate * hidden, row, hidden * sizeof *row);
    memcpy(dbias_hh + gate * hidden, row + (has_own_bias(l->cell, gate) ? hidden : 0), hidden * sizeof *row);
  }
  return dnnl_success;
}
