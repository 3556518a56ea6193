/// Gate arithmetic of the recurrent cells: everything of one step but the matrix products.
///
/// n rows (sequences alive at this step), H hidden units. Gates lie side by side in a row, in PyTorch's order. A
/// forward kernel turns pre-activations into activations in place; its backward turns the activations into the
/// gradient of the pre-activations in place, ready for the two products that follow.
#ifndef UNROLL_GATES_H
#define UNROLL_GATES_H

#include <stddef.h>

/// LSTM. gates [n,4H] i f g o: in W x + U h, out activated. bias [4H] is added first, or NULL. c_prev [n,H].
/// Writes c, h [n,H]: c = f c_prev + i g, h = o tanh(c). c may be c_prev (in place).
void unroll_lstm_forward(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *c_prev, float *c,
                         float *h);
void unroll_lstm_forward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *c_prev,
                                   float *c, float *h);

/// gates [n,4H]: in activated, out gradient of the pre-activations. dh [n,H] reaches h; dc [n,H]: in what reaches c
/// from the step after, out the gradient of c_prev. tanh(c) is computed again rather than kept.
void unroll_lstm_backward(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *c_prev, const float *c,
                          const float *dh, float *dc);
void unroll_lstm_backward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *c_prev, const float *c,
                                    const float *dh, float *dc);

/// The same with a mask [n,H] on the candidate: c = f c_prev + i (mask g). bias is not NULL.
void unroll_lstm_forward_masked(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *mask,
                                const float *c_prev, float *c, float *h);
void unroll_lstm_forward_masked_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                          const float *mask, const float *c_prev, float *c, float *h);
void unroll_lstm_backward_masked(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *mask, const float *c_prev,
                                 const float *c, const float *dh, float *dc);
void unroll_lstm_backward_masked_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *mask,
                                           const float *c_prev, const float *c, const float *dh, float *dc);

/// GRU with the reset gate after the product (PyTorch's). gates [n,3H] r z n: in W x, plus U h in r and z only; out
/// activated. hn [n,H]: in U_n h without bias, out with it. bias [3H] and bias_hn [H], or NULL. h_prev [n,H].
/// Writes h [n,H] = (1 - z) n + z h_prev with n = tanh(W_n x + b_n + r hn). h may be h_prev (in place).
void unroll_gru_after_forward(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *bias,
                              const float *bias_hn, const float *h_prev, float *h);
void unroll_gru_after_forward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *bias,
                                        const float *bias_hn, const float *h_prev, float *h);

/// gates [n,3H]: in activated, out gradient of the pre-activations. hn [n,H]: in as the forward left it, out its
/// gradient. Writes dh_prev [n,H] = dh z, the part that does not pass through a product; dh_prev may be dh (in place).
void unroll_gru_after_backward(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *h_prev,
                               const float *dh, float *dh_prev);
void unroll_gru_after_backward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *h_prev,
                                         const float *dh, float *dh_prev);

/// GRU with the reset gate before the product (the lectures', Cho 2014), first half of a step. gates [n,3H] r z n:
/// columns 0..<2H in W x + U h, out activated; the rest is left alone. bias [3H] or NULL. Writes rh [n,H] = r h_prev,
/// the input of the product for the candidate.
void unroll_gru_before_reset(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *h_prev,
                             float *rh);
void unroll_gru_before_reset_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                       const float *h_prev, float *rh);

/// Second half: columns 2H..<3H in W_n x + U_n (r h_prev), out activated. Writes h [n,H] = (1 - z) n + z h_prev.
/// h may be h_prev (in place).
void unroll_gru_before_output(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *h_prev,
                              float *h);
void unroll_gru_before_output_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                        const float *h_prev, float *h);

/// Backward of the second half: the z and n columns become gradients of the pre-activations, r stays activated.
/// Writes dh_prev [n,H] = dh z; dh_prev may be dh (in place).
void unroll_gru_before_backward_output(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                       const float *dh, float *dh_prev);
void unroll_gru_before_backward_output_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                 const float *dh, float *dh_prev);

/// Backward of the first half, from drh [n,H], the gradient of rh: the r columns become the gradient of the
/// pre-activation; adds drh r to dh_prev [n,H].
void unroll_gru_before_backward_reset(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                      const float *drh, float *dh_prev);
void unroll_gru_before_backward_reset_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                const float *drh, float *dh_prev);

/// Vanilla RNN (Elman 1990). gates [n,H] W x + U h, bias [H] or NULL. Writes h [n,H] = tanh(gates + bias), or the
/// rectified sum. h may be gates (in place).
void unroll_rnn_tanh_forward(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias, float *h);
void unroll_rnn_tanh_forward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias, float *h);
void unroll_rnn_relu_forward(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias, float *h);
void unroll_rnn_relu_forward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias, float *h);

/// Writes dgates [n,H], the gradient of the pre-activation, from the output h and dh [n,H]; dgates may be dh or h
/// (in place). The derivative of the rectifier at 0 is 0.
void unroll_rnn_tanh_backward(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh, float *dgates);
void unroll_rnn_tanh_backward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh, float *dgates);
void unroll_rnn_relu_backward(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh, float *dgates);
void unroll_rnn_relu_backward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh, float *dgates);

#endif
