#include "elementwise.h"
#include "vector_math.h"

// One loop is the whole kernel, so each pair is made from its formula; `v` is the vectorised formula, `p` the plain
// one with libm.

#define UNROLL_BINARY(name, formula)                                                                                   \
  UNROLL_FAST void unroll_##name(ptrdiff_t n, const float *x, const float *y, float *out) {                            \
    UNROLL_LOOP                                                                                                        \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = formula;                                                                \
  }                                                                                                                    \
  void unroll_##name##_reference(ptrdiff_t n, const float *x, const float *y, float *out) {                            \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = formula;                                                                \
  }

UNROLL_BINARY(add, x[i] + y[i])
UNROLL_BINARY(subtract, x[i] - y[i])
UNROLL_BINARY(multiply, x[i] * y[i])
UNROLL_BINARY(divide, x[i] / y[i])
UNROLL_BINARY(multiply_add, out[i] + x[i] * y[i])

#define UNROLL_UNARY(name, v, p)                                                                                       \
  UNROLL_FAST void unroll_##name(ptrdiff_t n, const float *x, float *y) {                                              \
    UNROLL_LOOP                                                                                                        \
    for (ptrdiff_t i = 0; i < n; i++) y[i] = v;                                                                        \
  }                                                                                                                    \
  void unroll_##name##_reference(ptrdiff_t n, const float *x, float *y) {                                              \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t i = 0; i < n; i++) y[i] = p;                                                                        \
  }

UNROLL_UNARY(exp, unroll_expf(x[i]), expf(x[i]))
UNROLL_UNARY(log, unroll_logf(x[i]), logf(x[i]))
UNROLL_UNARY(sqrt, unroll_sqrtf(x[i]), sqrtf(x[i]))
UNROLL_UNARY(square, x[i] * x[i], x[i] * x[i])
UNROLL_UNARY(negate, -x[i], -x[i])
UNROLL_UNARY(tanh, unroll_tanhf(x[i]), tanhf(x[i]))
UNROLL_UNARY(sigmoid, unroll_sigmoidf(x[i]), 1.0f / (1.0f + expf(-x[i])))
UNROLL_UNARY(relu, x[i] < 0.0f ? 0.0f : x[i], x[i] < 0.0f ? 0.0f : x[i])

/// `known` is the input or the output of the forward, whichever the derivative is written in.
#define UNROLL_UNARY_BACKWARD(name, known, derivative)                                                                 \
  UNROLL_FAST void unroll_##name##_backward(ptrdiff_t n, const float *known, const float *dy, float *dx,               \
                                            bool accumulate) {                                                         \
    if (accumulate) {                                                                                                  \
      UNROLL_LOOP                                                                                                      \
      for (ptrdiff_t i = 0; i < n; i++) dx[i] += derivative;                                                           \
    } else {                                                                                                           \
      UNROLL_LOOP                                                                                                      \
      for (ptrdiff_t i = 0; i < n; i++) dx[i] = derivative;                                                            \
    }                                                                                                                  \
  }                                                                                                                    \
  void unroll_##name##_backward_reference(ptrdiff_t n, const float *known, const float *dy, float *dx,                 \
                                          bool accumulate) {                                                           \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t i = 0; i < n; i++) dx[i] = (accumulate ? dx[i] : 0.0f) + derivative;                                \
  }

UNROLL_UNARY_BACKWARD(exp, y, dy[i] * y[i])
UNROLL_UNARY_BACKWARD(log, x, dy[i] / x[i])
UNROLL_UNARY_BACKWARD(sqrt, y, 0.5f * dy[i] / y[i])
UNROLL_UNARY_BACKWARD(square, x, 2.0f * dy[i] * x[i])
UNROLL_UNARY_BACKWARD(tanh, y, dy[i] * (1.0f - y[i] * y[i]))
UNROLL_UNARY_BACKWARD(sigmoid, y, dy[i] * (y[i] * (1.0f - y[i])))
UNROLL_UNARY_BACKWARD(relu, y, (y[i] > 0.0f ? dy[i] : 0.0f))

UNROLL_FAST void unroll_divide_backward_numerator(ptrdiff_t n, const float *y, const float *dq, float *dx,
                                                  bool accumulate) {
  if (accumulate) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) dx[i] += dq[i] / y[i];
  } else {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) dx[i] = dq[i] / y[i];
  }
}

void unroll_divide_backward_numerator_reference(ptrdiff_t n, const float *y, const float *dq, float *dx,
                                                bool accumulate) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) dx[i] = (accumulate ? dx[i] : 0.0f) + dq[i] / y[i];
}

UNROLL_FAST void unroll_divide_backward_denominator(ptrdiff_t n, const float *y, const float *q, const float *dq,
                                                    float *dy, bool accumulate) {
  if (accumulate) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) dy[i] -= dq[i] * q[i] / y[i];
  } else {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) dy[i] = -dq[i] * q[i] / y[i];
  }
}

void unroll_divide_backward_denominator_reference(ptrdiff_t n, const float *y, const float *q, const float *dq,
                                                  float *dy, bool accumulate) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) dy[i] = (accumulate ? dy[i] : 0.0f) - dq[i] * q[i] / y[i];
}

UNROLL_FAST void unroll_affine(ptrdiff_t n, float scale, float shift, const float *x, float *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = scale * x[i] + shift;
}

void unroll_affine_reference(ptrdiff_t n, float scale, float shift, const float *x, float *y) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) y[i] = scale * x[i] + shift;
}

UNROLL_FAST void unroll_scale(ptrdiff_t n, float scale, const float *x, float *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = scale * x[i];
}

void unroll_scale_reference(ptrdiff_t n, float scale, const float *x, float *y) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) y[i] = scale * x[i];
}

UNROLL_FAST void unroll_axpy(ptrdiff_t n, float a, const float *x, float *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] += a * x[i];
}

void unroll_axpy_reference(ptrdiff_t n, float a, const float *x, float *y) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) y[i] += a * x[i];
}

UNROLL_FAST void unroll_add_scaled(ptrdiff_t n, const float *x, float a, const float *y, float *out) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) out[i] = x[i] + a * y[i];
}

void unroll_add_scaled_reference(ptrdiff_t n, const float *x, float a, const float *y, float *out) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) out[i] = x[i] + a * y[i];
}

UNROLL_FAST void unroll_fill(ptrdiff_t n, float value, float *x) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) x[i] = value;
}

void unroll_fill_reference(ptrdiff_t n, float value, float *x) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) x[i] = value;
}

UNROLL_FAST void unroll_masked_fill(ptrdiff_t n, const uint8_t *mask, float value, float *x) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) x[i] = mask[i] != 0 ? value : x[i];
}

void unroll_masked_fill_reference(ptrdiff_t n, const uint8_t *mask, float value, float *x) {
  for (ptrdiff_t i = 0; i < n; i++) {
    if (mask[i] != 0) x[i] = value;
  }
}
