// Branch-free exp, log, tanh and sigmoid that the compiler can vectorise in any clone.
//
// Every one is a range reduction and a short polynomial. The coefficients are a Remez fit of our own (relative error
// below 2e-8 before rounding); NaN passes through every comparison because it is written to keep `x` when it is false.
#ifndef UNROLL_VECTOR_MATH_H
#define UNROLL_VECTOR_MATH_H

#include "kernel.h"

#include <math.h>

UNROLL_INLINE float unroll_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

UNROLL_INLINE uint32_t unroll_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Square root without errno, so that a loop of them is one instruction a vector.
UNROLL_INLINE float unroll_sqrtf(float x) {
#if defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(x);
#else
  return sqrtf(x);
#endif
#else
  return sqrtf(x);
#endif
}

/// 1.5 * 2^23: adding it rounds to the nearest integer and leaves that integer in the low bits.
#define UNROLL_ROUNDER 12582912.0f

/// x = n ln 2 + r with |r| <= ln 2 / 2. Returns e^r - 1, exact to the last bits near r = 0, and n as an integer in
/// `*exponent`. The caller keeps |x| below about 2^20.
UNROLL_INLINE float unroll_reduced_expm1(float x, int32_t *exponent) {
  const float shifted = x * 1.44269504088896f + UNROLL_ROUNDER;
  const float n = shifted - UNROLL_ROUNDER;
  // ln 2 in two parts, the first with so few bits that n times it is exact.
  float r = x - n * 0.693359375f;
  r = r - n * -2.12194440054690583e-4f;
  float c = 1.38983918332e-3f;
  c = c * r + 8.36668649625e-3f;
  c = c * r + 4.16668619341e-2f;
  c = c * r + 1.66665440286e-1f;
  c = c * r + 0.5f;
  *exponent = (int32_t)(unroll_bits_of_float(shifted) - unroll_bits_of_float(UNROLL_ROUNDER));
  return r * r * c + r;
}

/// 2^n for n in -126...127.
UNROLL_INLINE float unroll_power_of_two(int32_t n) { return unroll_float_of_bits((uint32_t)(n + 127) << 23); }

/// e^x within 1 ulp; 0 below -103.98, infinity above 88.73, denormals in between as they should be.
UNROLL_INLINE float unroll_expf(float x) {
  x = x > 89.0f ? 89.0f : x;
  x = x < -105.0f ? -105.0f : x;
  int32_t n;
  const float m = unroll_reduced_expm1(x, &n);
  // Two factors, because 2^n alone leaves the range of a float at both ends.
  const int32_t half = n >> 1;
  return (m + 1.0f) * unroll_power_of_two(half) * unroll_power_of_two(n - half);
}

/// 1 / (1 + e^-x) within 3 ulp; levels off at 1.6e-38 below -87 instead of entering the denormals.
UNROLL_INLINE float unroll_sigmoidf(float x) {
  float y = x > 87.0f ? -87.0f : -x;
  y = y > 87.0f ? 87.0f : y;
  int32_t n;
  const float m = unroll_reduced_expm1(y, &n);
  const float scale = unroll_power_of_two(n);
  return 1.0f / (m * scale + (scale + 1.0f));
}

/// tanh x within 3 ulp, relative also near 0: -E / (E + 2) with E = e^(-2|x|) - 1, never formed by a subtraction.
UNROLL_INLINE float unroll_tanhf(float x) {
  const uint32_t sign = unroll_bits_of_float(x) & 0x80000000u;
  float a = unroll_float_of_bits(unroll_bits_of_float(x) & 0x7fffffffu);
  a = a > 10.0f ? 10.0f : a;
  int32_t n;
  const float m = unroll_reduced_expm1(-2.0f * a, &n);
  const float scale = unroll_power_of_two(n);
  const float e = m * scale + (scale - 1.0f);
  return unroll_float_of_bits(unroll_bits_of_float(-e / (e + 2.0f)) | sign);
}

/// Natural logarithm within 1 ulp; -infinity at 0, NaN below, denormals right.
UNROLL_INLINE float unroll_logf(float x) {
  const int denormal = x < 1.17549435e-38f;
  const uint32_t bits = unroll_bits_of_float(denormal ? x * 8388608.0f : x);
  // Centred on sqrt(1/2): mantissa in [0.707, 1.414).
  const uint32_t shifted = bits - 0x3f3504f3u;
  const float k = (float)((int32_t)shifted >> 23) - (denormal ? 23.0f : 0.0f);
  const float f = unroll_float_of_bits((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  const float s = f / (2.0f + f);
  const float z = s * s;
  const float tail = z * (z * (z * 2.98771155322e-1f + 3.99773571198e-1f) + 6.66667777288e-1f);
  const float half_square = 0.5f * f * f;
  float y = k * 0.693359375f - ((half_square - (s * (half_square + tail) + k * -2.12194440054690583e-4f)) - f);
  y = x < INFINITY ? y : x;  // +infinity and NaN are their own logarithm
  y = x < 0.0f ? NAN : y;
  return x == 0.0f ? -INFINITY : y;
}

#endif
