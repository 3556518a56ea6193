// Reductions of one row that several kernels share; inlined into each clone.
#ifndef UNROLL_VECTOR_REDUCE_H
#define UNROLL_VECTOR_REDUCE_H

#include "vector_math.h"

/// The largest element, by sixteen running maxima that a vector register holds; NaN compares false and is passed
/// over. -infinity where n is 0.
UNROLL_INLINE float unroll_row_largest(ptrdiff_t n, const float *x) {
  float lanes[16];
  for (ptrdiff_t k = 0; k < 16; k++) lanes[k] = -INFINITY;
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16) {
    UNROLL_LOOP
    for (ptrdiff_t k = 0; k < 16; k++) lanes[k] = x[i + k] > lanes[k] ? x[i + k] : lanes[k];
  }
  for (; i < n; i++) lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
  float most = lanes[0];
  for (ptrdiff_t k = 1; k < 16; k++) most = lanes[k] > most ? lanes[k] : most;
  return most;
}

/// sum_i e^(x_i - shift).
UNROLL_INLINE float unroll_row_exp_sum(ptrdiff_t n, const float *x, float shift) {
  UNROLL_SUMS
  float sum = 0;
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) sum += unroll_expf(x[i] - shift);
  return sum;
}

#endif
