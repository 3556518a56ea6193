#include "gates.h"
#include "vector_math.h"

UNROLL_INLINE float rectify(float x) { return x < 0.0f ? 0.0f : x; }

/// `squash` is a macro argument, because a function pointer would not be inlined into each clone's loop.
#define UNROLL_RNN(name, squash, plain_squash, derivative)                                                             \
  UNROLL_FAST void unroll_rnn_##name##_forward(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias,   \
                                               float *h) {                                                             \
    for (ptrdiff_t row = 0; row < n; row++) {                                                                          \
      const float *x = gates + row * hidden;                                                                           \
      float *y = h + row * hidden;                                                                                     \
      if (bias != NULL) {                                                                                              \
        UNROLL_LOOP                                                                                                    \
        for (ptrdiff_t j = 0; j < hidden; j++) y[j] = squash(x[j] + bias[j]);                                          \
      } else {                                                                                                         \
        UNROLL_LOOP                                                                                                    \
        for (ptrdiff_t j = 0; j < hidden; j++) y[j] = squash(x[j]);                                                    \
      }                                                                                                                \
    }                                                                                                                  \
  }                                                                                                                    \
  UNROLL_FAST void unroll_rnn_##name##_backward(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh,        \
                                                float *dgates) {                                                       \
    UNROLL_LOOP                                                                                                        \
    for (ptrdiff_t at = 0; at < n * hidden; at++) dgates[at] = derivative(h[at], dh[at]);                              \
  }                                                                                                                    \
  void unroll_rnn_##name##_forward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *gates, const float *bias,     \
                                             float *h) {                                                               \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t at = 0; at < n * hidden; at++)                                                                      \
      h[at] = plain_squash(gates[at] + (bias == NULL ? 0.0f : bias[at % hidden]));                                     \
  }                                                                                                                    \
  void unroll_rnn_##name##_backward_reference(ptrdiff_t n, ptrdiff_t hidden, const float *h, const float *dh,          \
                                              float *dgates) {                                                         \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t at = 0; at < n * hidden; at++) dgates[at] = derivative(h[at], dh[at]);                              \
  }

UNROLL_INLINE float tanh_derivative(float h, float dh) { return dh * (1.0f - h * h); }
UNROLL_INLINE float relu_derivative(float h, float dh) { return h > 0.0f ? dh : 0.0f; }

UNROLL_RNN(tanh, unroll_tanhf, tanhf, tanh_derivative)
UNROLL_RNN(relu, rectify, rectify, relu_derivative)
