#include "normalization.h"
#include "vector_math.h"

UNROLL_FAST void unroll_layer_norm(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain, const float *bias,
                                   float epsilon, float *y, float *mean, float *inverse) {
  UNROLL_SUMS
  const float share = m > 0 ? 1.0f / (float)m : 0.0f;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *from = x + i * m;
    float *to = y + i * m;
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) sum += from[j];
    const float centre = sum * share;
    // Squares of the distances, not of the values: nothing is lost when the mean is far from 0.
    float squares = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) squares += (from[j] - centre) * (from[j] - centre);
    const float factor = 1.0f / unroll_sqrtf(squares * share + epsilon);
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) to[j] = (from[j] - centre) * factor * gain[j] + bias[j];
    mean[i] = centre;
    inverse[i] = factor;
  }
}

UNROLL_FAST void unroll_layer_norm_backward(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain,
                                            const float *mean, const float *inverse, const float *dy, float *dx,
                                            bool accumulate, float *dgain, float *dbias) {
  UNROLL_SUMS
  const float share = m > 0 ? 1.0f / (float)m : 0.0f;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *from = x + i * m, *up = dy + i * m;
    float *to = dx + i * m;
    const float centre = mean[i], factor = inverse[i];
    float sum = 0, product = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) {
      const float normal = (from[j] - centre) * factor, scaled = up[j] * gain[j];
      sum += scaled;
      product += scaled * normal;
      dgain[j] += up[j] * normal;
      dbias[j] += up[j];
    }
    sum *= share;
    product *= share;
    if (accumulate) {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < m; j++) {
        to[j] += factor * ((up[j] * gain[j] - sum) - (from[j] - centre) * factor * product);
      }
    } else {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < m; j++) {
        to[j] = factor * ((up[j] * gain[j] - sum) - (from[j] - centre) * factor * product);
      }
    }
  }
}

void unroll_layer_norm_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain, const float *bias,
                                 float epsilon, float *y, float *mean, float *inverse) {
  for (ptrdiff_t i = 0; i < n; i++) {
    double sum = 0, squares = 0;
    for (ptrdiff_t j = 0; j < m; j++) sum += x[i * m + j];
    const double centre = m > 0 ? sum / (double)m : 0;
    for (ptrdiff_t j = 0; j < m; j++) squares += (x[i * m + j] - centre) * (x[i * m + j] - centre);
    const double factor = 1 / sqrt((m > 0 ? squares / (double)m : 0) + epsilon);
    for (ptrdiff_t j = 0; j < m; j++) y[i * m + j] = (float)((x[i * m + j] - centre) * factor * gain[j] + bias[j]);
    mean[i] = (float)centre;
    inverse[i] = (float)factor;
  }
}

void unroll_layer_norm_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *gain,
                                          const float *mean, const float *inverse, const float *dy, float *dx,
                                          bool accumulate, float *dgain, float *dbias) {
  for (ptrdiff_t i = 0; i < n; i++) {
    double sum = 0, product = 0;
    for (ptrdiff_t j = 0; j < m; j++) {
      const double normal = (double)(x[i * m + j] - mean[i]) * inverse[i];
      sum += (double)dy[i * m + j] * gain[j] / (double)m;
      product += (double)dy[i * m + j] * gain[j] * normal / (double)m;
      dgain[j] += (float)(dy[i * m + j] * normal);
      dbias[j] += dy[i * m + j];
    }
    for (ptrdiff_t j = 0; j < m; j++) {
      const double normal = (double)(x[i * m + j] - mean[i]) * inverse[i];
      const float gradient = (float)(inverse[i] * ((double)dy[i * m + j] * gain[j] - sum - normal * product));
      dx[i * m + j] = accumulate ? dx[i * m + j] + gradient : gradient;
    }
  }
}
