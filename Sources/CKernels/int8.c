#include "int8.h"

#include "vector_math.h"

#include <float.h>

/// Largest magnitude of a row; NaN where anything in it is not finite.
UNROLL_INLINE float largest_magnitude(ptrdiff_t n, const float *x) {
  uint32_t lanes[16] = {0};
  // Magnitudes of floats are ordered as their bits are, and what is not finite lies above all that is.
  ptrdiff_t i = 0;
  for (; i + 16 <= n; i += 16) {
    UNROLL_LOOP
    for (ptrdiff_t k = 0; k < 16; k++) {
      const uint32_t bits = unroll_bits_of_float(x[i + k]) & 0x7fffffffu;
      lanes[k] = bits > lanes[k] ? bits : lanes[k];
    }
  }
  uint32_t most = 0;
  for (; i < n; i++) {
    const uint32_t bits = unroll_bits_of_float(x[i]) & 0x7fffffffu;
    most = bits > most ? bits : most;
  }
  for (ptrdiff_t k = 0; k < 16; k++) most = lanes[k] > most ? lanes[k] : most;
  return most < 0x7f800000u ? unroll_float_of_bits(most) : NAN;
}

UNROLL_FAST void unroll_quantize_rows(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t stride, int8_t *q,
                                      float *scales) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    const float *from = x + row * stride;
    int8_t *to = q + row * n;
    const float most = largest_magnitude(n, from);
    // Of denormals alone the inverse may be infinite: such a row is zeros.
    const float inverse = most >= FLT_MIN ? 127.0f / most : 0.0f;
    scales[row] = most == most && most < FLT_MIN ? 0.0f : most / 127.0f;
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) {
      const float scaled = from[i] * inverse;
      const float shifted = scaled + UNROLL_ROUNDER;
      to[i] = (int8_t)(unroll_bits_of_float(shifted) - unroll_bits_of_float(UNROLL_ROUNDER));
    }
  }
}

UNROLL_FAST void unroll_scale_sums(ptrdiff_t rows, ptrdiff_t n, const int32_t *sums, const float *row_scales,
                                   const float *column_scales, const float *added, ptrdiff_t added_stride, float *y,
                                   ptrdiff_t stride) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    const int32_t *from = sums + row * n;
    float *to = y + row * stride;
    const float scale = row_scales[row];
    if (added) {
      const float *more = added + row * added_stride;
      UNROLL_LOOP
      for (ptrdiff_t i = 0; i < n; i++) to[i] = (float)from[i] * scale * column_scales[i] + more[i];
    } else {
      UNROLL_LOOP
      for (ptrdiff_t i = 0; i < n; i++) to[i] = (float)from[i] * scale * column_scales[i];
    }
  }
}

void unroll_quantize_rows_reference(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t stride, int8_t *q,
                                    float *scales) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    float most = 0;
    bool is_finite = true;
    UNROLL_PLAIN
    for (ptrdiff_t i = 0; i < n; i++) {
      const float size = fabsf(x[row * stride + i]);
      if (!(size <= FLT_MAX)) is_finite = false;
      if (size > most) most = size;
    }
    scales[row] = !is_finite ? NAN : most < FLT_MIN ? 0 : most / 127.0f;
    UNROLL_PLAIN
    for (ptrdiff_t i = 0; i < n; i++)
      q[row * n + i] = is_finite && most >= FLT_MIN ? (int8_t)nearbyintf(x[row * stride + i] * (127.0f / most)) : 0;
  }
}

void unroll_scale_sums_reference(ptrdiff_t rows, ptrdiff_t n, const int32_t *sums, const float *row_scales,
                                 const float *column_scales, const float *added, ptrdiff_t added_stride, float *y,
                                 ptrdiff_t stride) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    UNROLL_PLAIN
    for (ptrdiff_t i = 0; i < n; i++) {
      const double sum = (double)sums[row * n + i] * row_scales[row] * column_scales[i];
      y[row * stride + i] = (float)(sum + (added ? added[row * added_stride + i] : 0));
    }
  }
}
