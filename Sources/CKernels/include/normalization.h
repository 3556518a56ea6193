/// Layer normalisation (Ba 2016) of the rows of x [n,m], with gain and bias [m].
#ifndef UNROLL_NORMALIZATION_H
#define UNROLL_NORMALIZATION_H

#include <stdbool.h>
#include <stddef.h>

/// y = (x - mean) inverse gain + bias along each row, inverse = 1 / sqrt(variance + epsilon) with the biased variance.
/// mean and inverse [n] are kept for the backward. y may be x (in place) where no backward follows.
void unroll_layer_norm(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain, const float *bias, float epsilon,
                       float *y, float *mean, float *inverse);
void unroll_layer_norm_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain, const float *bias,
                                 float epsilon, float *y, float *mean, float *inverse);

/// dx is written, or added to with `accumulate`; dgain and dbias [m] are always added to. dx may be dy (in place).
void unroll_layer_norm_backward(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain, const float *mean,
                                const float *inverse, const float *dy, float *dx, bool accumulate, float *dgain,
                                float *dbias);
void unroll_layer_norm_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain,
                                          const float *mean, const float *inverse, const float *dy, float *dx,
                                          bool accumulate, float *dgain, float *dbias);

#endif
