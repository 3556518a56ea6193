#include "half.h"
#include "vector_math.h"

/// By integer arithmetic alone, so that the plain clone needs no conversion routine of a run-time library: memory is
/// slower than these few operations anyway.
UNROLL_INLINE float float_of_half(uint16_t half) {
  const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
  // 2^112 moves the exponent's bias from 15 to 127, and makes denormals normal on the way.
  const uint32_t scaled = unroll_bits_of_float(unroll_float_of_bits(magnitude) * 0x1p112f);
  const uint32_t bits = magnitude >= 0x0f800000u ? magnitude | 0x7f800000u : scaled;
  return unroll_float_of_bits(bits | sign);
}

UNROLL_INLINE uint16_t half_of_float(float x) {
  const uint32_t bits = unroll_bits_of_float(x), sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  // Normal results: rebias, then add just under half of the last place, or exactly half where that place is odd.
  const uint32_t normal = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
  // Results below 2^-14: adding 0.5 lets the float unit round at the last place of a denormal half.
  const uint32_t small = unroll_bits_of_float(unroll_float_of_bits(magnitude) + 0.5f) - 0x3f000000u;
  const uint32_t finite = magnitude < 0x38800000u ? small : normal;
  const uint32_t large = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;
  return (uint16_t)((magnitude >= 0x477ff000u ? large : finite) | sign);
}

UNROLL_INLINE float float_of_bfloat(uint16_t bfloat) { return unroll_float_of_bits((uint32_t)bfloat << 16); }

UNROLL_INLINE uint16_t bfloat_of_float(float x) {
  const uint32_t bits = unroll_bits_of_float(x);
  const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  // A NaN must not round up to infinity, nor lose its last set bit.
  return (uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? (bits >> 16 | 0x40u) : rounded);
}

UNROLL_FAST void unroll_half_to_float(ptrdiff_t n, const uint16_t *x, float *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = float_of_half(x[i]);
}

UNROLL_FAST void unroll_float_to_half(ptrdiff_t n, const float *x, uint16_t *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = half_of_float(x[i]);
}

UNROLL_FAST void unroll_bfloat_to_float(ptrdiff_t n, const uint16_t *x, float *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = float_of_bfloat(x[i]);
}

UNROLL_FAST void unroll_float_to_bfloat(ptrdiff_t n, const float *x, uint16_t *y) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) y[i] = bfloat_of_float(x[i]);
}
