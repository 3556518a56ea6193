/// One optimizer step over n parameters. `gradient_scale` multiplies every gradient first (norm clipping, averaging).
#ifndef UNROLL_OPTIMIZER_H
#define UNROLL_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>

/// Adam (Kingma 2015) in PyTorch's arrangement: p -= lr / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon),
/// t counted from 1. m and v are the running moments, updated in place like the parameters. Weight decay adds to the
/// gradient, or with `decoupled` shrinks the parameter itself (AdamW, Loshchilov 2019).
void unroll_adam(ptrdiff_t n, float *parameter, const float *gradient, float *m, float *v, ptrdiff_t t,
                 float learning_rate, float beta1, float beta2, float epsilon, float weight_decay, bool decoupled,
                 float gradient_scale);
void unroll_adam_reference(ptrdiff_t n, float *parameter, const float *gradient, float *m, float *v, ptrdiff_t t,
                           float learning_rate, float beta1, float beta2, float epsilon, float weight_decay,
                           bool decoupled, float gradient_scale);

/// Stochastic gradient descent in PyTorch's arrangement: g += weight_decay p; velocity = momentum velocity + g;
/// p -= lr velocity, or with `nesterov` p -= lr (g + momentum velocity). `velocity` starts as zeros; where it is NULL
/// there is no momentum.
void unroll_sgd(ptrdiff_t n, float *parameter, const float *gradient, float *velocity, float learning_rate,
                float momentum, float weight_decay, bool nesterov, float gradient_scale);
void unroll_sgd_reference(ptrdiff_t n, float *parameter, const float *gradient, float *velocity, float learning_rate,
                          float momentum, float weight_decay, bool nesterov, float gradient_scale);

#endif
