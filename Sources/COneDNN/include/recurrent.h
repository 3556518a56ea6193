// oneDNN's recurrent primitives: one layer, one direction, rows of equal length. They are a reference that our own loop
// is held against, for its numbers and its speed; no model runs on them. Everything happens on the calling thread,
// which has called unroll_dnnl_use_one_thread before it makes a layer.
#ifndef UNROLL_CONEDNN_RECURRENT_H
#define UNROLL_CONEDNN_RECURRENT_H
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/// A cell, with gates in PyTorch's order wherever a buffer stacks them (GRU: r z n, LSTM: i f g o).
typedef enum {
  UNROLL_DNNL_RNN_TANH,
  UNROLL_DNNL_RNN_RELU,
  UNROLL_DNNL_LSTM,
  UNROLL_DNNL_GRU,
  /// The reset gate after the recurrent product; oneDNN calls it "linear before reset".
  UNROLL_DNNL_GRU_RESET_AFTER
} unroll_dnnl_cell;

/// One layer with its primitives, weights and what the forward pass keeps for the backward one.
typedef struct unroll_dnnl_recurrent unroll_dnnl_recurrent;

/// Makes a layer that runs `steps` steps of `batch` rows from `inputs` values to `hidden` units, from the last step to
/// the first if `right_to_left`; `training` allows `backward`. Returns 0, or oneDNN's status and no layer.
int unroll_dnnl_recurrent_create(unroll_dnnl_recurrent **layer, unroll_dnnl_cell cell, bool right_to_left,
                                 ptrdiff_t steps, ptrdiff_t batch, ptrdiff_t inputs, ptrdiff_t hidden, bool training);

/// Copies weights as PyTorch keeps them: weight_ih [G·H, I], weight_hh [G·H, H], bias_ih and bias_hh [G·H].
/// Returns 0 or oneDNN's status.
int unroll_dnnl_recurrent_set_weights(unroll_dnnl_recurrent *layer, const float *weight_ih, const float *weight_hh,
                                      const float *bias_ih, const float *bias_hh);

/// Reads x [T,B,I], h0 and c0 [B,H]; writes y [T,B,H], hn and cn [B,H]. c0 and cn matter to an LSTM only. A `backward`
/// that follows reads all of them again. Returns 0 or oneDNN's status.
int unroll_dnnl_recurrent_forward(unroll_dnnl_recurrent *layer, const float *x, const float *h0, const float *c0,
                                  float *y, float *hn, float *cn);

/// Reads the gradients dy [T,B,H], dhn and dcn [B,H] of what the last `forward` wrote; writes those of what it read
/// (dx, dh0, dc0) and of the weights, in the shapes of `set_weights`. Returns 0 or oneDNN's status.
int unroll_dnnl_recurrent_backward(unroll_dnnl_recurrent *layer, const float *dy, const float *dhn, const float *dcn,
                                   float *dx, float *dh0, float *dc0, float *dweight_ih, float *dweight_hh,
                                   float *dbias_ih, float *dbias_hh);

/// Frees a layer; nothing happens for NULL.
void unroll_dnnl_recurrent_destroy(unroll_dnnl_recurrent *layer);

#ifdef __cplusplus
}
#endif
#endif
