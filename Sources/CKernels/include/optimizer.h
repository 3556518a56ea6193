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

/// Adagrad (Duchi 2011) in PyTorch's arrangement: sum += g^2; p -= lr g / (sqrt(sum) + epsilon).
void unroll_adagrad(ptrdiff_t n, float *parameter, const float *gradient, float *sum, float learning_rate,
                    float epsilon, float gradient_scale);
void unroll_adagrad_reference(ptrdiff_t n, float *parameter, const float *gradient, float *sum, float learning_rate,
                              float epsilon, float gradient_scale);

/// RMSProp (Tieleman and Hinton 2012) in PyTorch's arrangement: square = alpha square + (1 - alpha) g^2;
/// step = g / (sqrt(square) + epsilon); velocity = momentum velocity + step; p -= lr velocity. Where `velocity` is NULL
/// there is no momentum.
void unroll_rmsprop(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *velocity,
                    float learning_rate, float alpha, float epsilon, float momentum, float gradient_scale);
void unroll_rmsprop_reference(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *velocity,
                              float learning_rate, float alpha, float epsilon, float momentum, float gradient_scale);

/// Adadelta (Zeiler 2012): square = rho square + (1 - rho) g^2; step = sqrt(change + epsilon) / sqrt(square + epsilon) g;
/// change = rho change + (1 - rho) step^2; p -= lr step.
void unroll_adadelta(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *change,
                     float learning_rate, float rho, float epsilon, float gradient_scale);
void unroll_adadelta_reference(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *change,
                               float learning_rate, float rho, float epsilon, float gradient_scale);

/// Every gradient times `gradient_scale`, then brought into [-limit, limit].
void unroll_clamp_gradient(ptrdiff_t n, float *gradient, float limit, float gradient_scale);
void unroll_clamp_gradient_reference(ptrdiff_t n, float *gradient, float limit, float gradient_scale);

#endif
