#include "softmax.h"
#include "vector_reduce.h"

UNROLL_INLINE ptrdiff_t valid(const int32_t *lengths, ptrdiff_t row, ptrdiff_t m) {
  return lengths == NULL ? m : lengths[row];
}

UNROLL_INLINE void zero_rest(ptrdiff_t m, ptrdiff_t length, float *row) {
  for (ptrdiff_t j = length; j < m; j++) row[j] = 0.0f;
}

UNROLL_FAST void unroll_softmax(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y) {
  UNROLL_SUMS
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    const float *from = x + i * m;
    float *to = y + i * m;
    const float most = unroll_row_largest(length, from);
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < length; j++) {
      const float e = unroll_expf(from[j] - most);
      to[j] = e;
      sum += e;
    }
    const float factor = 1.0f / sum;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < length; j++) to[j] *= factor;
    zero_rest(m, length, to);
  }
}

UNROLL_FAST void unroll_softmax_backward(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                         const int32_t *lengths, float *dx, bool accumulate) {
  UNROLL_SUMS
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    const float *out = y + i * m, *up = dy + i * m;
    float *to = dx + i * m;
    float dot = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < length; j++) dot += out[j] * up[j];
    if (accumulate) {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < length; j++) to[j] += out[j] * (up[j] - dot);
    } else {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < length; j++) to[j] = out[j] * (up[j] - dot);
      zero_rest(m, length, to);
    }
  }
}

UNROLL_FAST void unroll_log_softmax(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    const float *from = x + i * m;
    float *to = y + i * m;
    const float most = unroll_row_largest(length, from);
    const float log_sum = unroll_logf(unroll_row_exp_sum(length, from, most));
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < length; j++) to[j] = (from[j] - most) - log_sum;
    zero_rest(m, length, to);
  }
}

UNROLL_FAST void unroll_log_softmax_backward(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                             const int32_t *lengths, float *dx, bool accumulate) {
  UNROLL_SUMS
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    const float *out = y + i * m, *up = dy + i * m;
    float *to = dx + i * m;
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < length; j++) sum += up[j];
    if (accumulate) {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < length; j++) to[j] += up[j] - unroll_expf(out[j]) * sum;
    } else {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < length; j++) to[j] = up[j] - unroll_expf(out[j]) * sum;
      zero_rest(m, length, to);
    }
  }
}

void unroll_softmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    float most = -INFINITY;
    for (ptrdiff_t j = 0; j < length; j++) most = fmaxf(most, x[i * m + j]);
    double sum = 0;
    for (ptrdiff_t j = 0; j < length; j++) sum += expf(x[i * m + j] - most);
    for (ptrdiff_t j = 0; j < m; j++) y[i * m + j] = j < length ? (float)(expf(x[i * m + j] - most) / sum) : 0.0f;
  }
}

void unroll_softmax_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                       const int32_t *lengths, float *dx, bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    double dot = 0;
    for (ptrdiff_t j = 0; j < length; j++) dot += (double)y[i * m + j] * dy[i * m + j];
    for (ptrdiff_t j = 0; j < m; j++) {
      const ptrdiff_t at = i * m + j;
      const float gradient = j < length ? (float)(y[at] * (dy[at] - dot)) : 0.0f;
      dx[at] = accumulate ? dx[at] + gradient : gradient;
    }
  }
}

void unroll_log_softmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *lengths, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    float most = -INFINITY;
    for (ptrdiff_t j = 0; j < length; j++) most = fmaxf(most, x[i * m + j]);
    double sum = 0;
    for (ptrdiff_t j = 0; j < length; j++) sum += expf(x[i * m + j] - most);
    for (ptrdiff_t j = 0; j < m; j++) y[i * m + j] = j < length ? (float)(x[i * m + j] - most - log(sum)) : 0.0f;
  }
}

void unroll_log_softmax_backward_reference(ptrdiff_t n, ptrdiff_t m, const float *y, const float *dy,
                                           const int32_t *lengths, float *dx, bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const ptrdiff_t length = valid(lengths, i, m);
    double sum = 0;
    for (ptrdiff_t j = 0; j < length; j++) sum += dy[i * m + j];
    for (ptrdiff_t j = 0; j < m; j++) {
      const ptrdiff_t at = i * m + j;
      const float gradient = j < length ? (float)(dy[at] - expf(y[at]) * sum) : 0.0f;
      dx[at] = accumulate ? dx[at] + gradient : gradient;
    }
  }
}
