/// Softmax along rows, with a valid length for each row, and the loss that ends every model here.
///
/// x is [n,m]. `lengths` [n] gives how many columns of each row count (0...m), or is NULL for all of them. Columns
/// beyond a row's length are never read; the outputs hold 0 there.
#ifndef UNROLL_SOFTMAX_H
#define UNROLL_SOFTMAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// y = softmax(x) over the valid columns. y may be x (in place). A row of length 0 becomes 0.
void unroll_softmax(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y);
void unroll_softmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y);

/// dx = y (dy - sum_j y dy) from the output y; written, or added with `accumulate`. dx may be dy (in place).
void unroll_softmax_backward(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy, const int32_t *lengths,
                             float *dx, bool accumulate);
void unroll_softmax_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                       const int32_t *lengths, float *dx, bool accumulate);

/// y = log softmax(x) over the valid columns. y may be x (in place).
void unroll_log_softmax(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y);
void unroll_log_softmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y);

/// dx = dy - e^y sum_j dy from the output y; written, or added with `accumulate`. dx may be dy (in place).
void unroll_log_softmax_backward(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy, const int32_t *lengths,
                                 float *dx, bool accumulate);
void unroll_log_softmax_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                           const int32_t *lengths, float *dx, bool accumulate);

/// Cross-entropy of logits [n,V] against labels [n] in 0..<V, with label smoothing (Szegedy 2016, PyTorch's form): a
/// row adds (1 - smoothing) nll + smoothing / V sum_v -log p_v, where nll = -log p_label. Rows whose label is
/// `ignore_label` add nothing and get gradient 0; any other label outside 0..<V is treated the same.
///
/// `*loss` and `*nll` (without smoothing) receive sums over rows, not means. logits become their gradient,
/// (p - target) * scale. log_denominator [n] receives log sum_v e^x_v of every row (ignored ones too), or is NULL.
/// Finite logits up to 1e30 in size are safe.
void unroll_softmax_cross_entropy(ptrdiff_t n, ptrdiff_t vocabulary, float *logits, const int32_t *labels,
                                  int32_t ignore_label, float smoothing, float scale, double *loss, double *nll,
                                  float *log_denominator);
void unroll_softmax_cross_entropy_reference(ptrdiff_t n, ptrdiff_t vocabulary, float *logits, const int32_t *labels,
                                            int32_t ignore_label, float smoothing, float scale, double *loss,
                                            double *nll, float *log_denominator);

/// The same sums without the gradient: logits are only read.
void unroll_cross_entropy_loss(ptrdiff_t n, ptrdiff_t vocabulary, const float *logits, const int32_t *labels,
                               int32_t ignore_label, float smoothing, double *loss, double *nll,
                               float *log_denominator);
void unroll_cross_entropy_loss_reference(ptrdiff_t n, ptrdiff_t vocabulary, const float *logits, const int32_t *labels,
                                         int32_t ignore_label, float smoothing, double *loss, double *nll,
                                         float *log_denominator);

#endif
