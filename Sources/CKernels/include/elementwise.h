/// Element-wise arithmetic and its gradients, n elements each. Every output may be any of the inputs (in place).
///
/// A backward kernel reads the upstream gradient `dy` and either writes `dx` or, with `accumulate`, adds to it.
#ifndef UNROLL_ELEMENTWISE_H
#define UNROLL_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// out = x op y.
void unroll_add(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_add_reference(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_subtract(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_subtract_reference(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_multiply(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_multiply_reference(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_divide(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_divide_reference(ptrdiff_t n, const float *x, const float *y, float *out);

/// out += x y: the gradient of either factor of a product.
void unroll_multiply_add(ptrdiff_t n, const float *x, const float *y, float *out);
void unroll_multiply_add_reference(ptrdiff_t n, const float *x, const float *y, float *out);

/// Gradients of q = x / y: dx = dq / y, and dy = -dq q / y.
void unroll_divide_backward_numerator(ptrdiff_t n, const float *y, const float *dq, float *dx, bool accumulate);
void unroll_divide_backward_numerator_reference(ptrdiff_t n, const float *y, const float *dq, float *dx,
                                                bool accumulate);
void unroll_divide_backward_denominator(ptrdiff_t n, const float *y, const float *q, const float *dq, float *dy,
                                        bool accumulate);
void unroll_divide_backward_denominator_reference(ptrdiff_t n, const float *y, const float *q, const float *dq,
                                                  float *dy, bool accumulate);

/// y = scale x + shift.
void unroll_affine(ptrdiff_t n, float scale, float shift, const float *x, float *y);
void unroll_affine_reference(ptrdiff_t n, float scale, float shift, const float *x, float *y);

/// y = scale x.
void unroll_scale(ptrdiff_t n, float scale, const float *x, float *y);
void unroll_scale_reference(ptrdiff_t n, float scale, const float *x, float *y);

/// y += a x.
void unroll_axpy(ptrdiff_t n, float a, const float *x, float *y);
void unroll_axpy_reference(ptrdiff_t n, float a, const float *x, float *y);

/// out = x + a y.
void unroll_add_scaled(ptrdiff_t n, const float *x, float a, const float *y, float *out);
void unroll_add_scaled_reference(ptrdiff_t n, const float *x, float a, const float *y, float *out);

/// y = f(x).
void unroll_exp(ptrdiff_t n, const float *x, float *y);
void unroll_exp_reference(ptrdiff_t n, const float *x, float *y);
void unroll_log(ptrdiff_t n, const float *x, float *y);
void unroll_log_reference(ptrdiff_t n, const float *x, float *y);
void unroll_sqrt(ptrdiff_t n, const float *x, float *y);
void unroll_sqrt_reference(ptrdiff_t n, const float *x, float *y);
void unroll_square(ptrdiff_t n, const float *x, float *y);
void unroll_square_reference(ptrdiff_t n, const float *x, float *y);
void unroll_negate(ptrdiff_t n, const float *x, float *y);
void unroll_negate_reference(ptrdiff_t n, const float *x, float *y);
void unroll_tanh(ptrdiff_t n, const float *x, float *y);
void unroll_tanh_reference(ptrdiff_t n, const float *x, float *y);
void unroll_sigmoid(ptrdiff_t n, const float *x, float *y);
void unroll_sigmoid_reference(ptrdiff_t n, const float *x, float *y);
void unroll_relu(ptrdiff_t n, const float *x, float *y);
void unroll_relu_reference(ptrdiff_t n, const float *x, float *y);

/// dx from the output y = f(x) and dy. The derivative of relu at 0 is 0.
void unroll_exp_backward(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_exp_backward_reference(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_sqrt_backward(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_sqrt_backward_reference(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_tanh_backward(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_tanh_backward_reference(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_sigmoid_backward(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_sigmoid_backward_reference(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_relu_backward(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);
void unroll_relu_backward_reference(ptrdiff_t n, const float *y, const float *dy, float *dx, bool accumulate);

/// dx from the input x and dy.
void unroll_log_backward(ptrdiff_t n, const float *x, const float *dy, float *dx, bool accumulate);
void unroll_log_backward_reference(ptrdiff_t n, const float *x, const float *dy, float *dx, bool accumulate);
void unroll_square_backward(ptrdiff_t n, const float *x, const float *dy, float *dx, bool accumulate);
void unroll_square_backward_reference(ptrdiff_t n, const float *x, const float *dy, float *dx, bool accumulate);

/// x = value.
void unroll_fill(ptrdiff_t n, float value, float *x);
void unroll_fill_reference(ptrdiff_t n, float value, float *x);

/// x = value where mask is not 0; the rest is left alone.
void unroll_masked_fill(ptrdiff_t n, const uint8_t *mask, float value, float *x);
void unroll_masked_fill_reference(ptrdiff_t n, const uint8_t *mask, float value, float *x);

#endif
