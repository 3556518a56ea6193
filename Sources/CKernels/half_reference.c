#include "half.h"
#include "kernel.h"

#include <math.h>

// From the definitions of the formats, by arithmetic on the values.

void unroll_half_to_float_reference(ptrdiff_t n, const uint16_t *x, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const int exponent = x[i] >> 10 & 31, fraction = x[i] & 1023;
    double value;
    if (exponent == 31) {
      value = fraction == 0 ? INFINITY : NAN;
    } else if (exponent == 0) {
      value = ldexp(fraction, -24);
    } else {
      value = ldexp(1024 + fraction, exponent - 25);
    }
    y[i] = (float)copysign(value, (x[i] & 0x8000) != 0 ? -1.0 : 1.0);
  }
}

/// The multiple of `place` that is nearest to x, the even one of two (the default rounding of nearbyint).
static double round_to(double x, double place) { return nearbyint(x / place) * place; }

void unroll_float_to_half_reference(ptrdiff_t n, const float *x, uint16_t *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const uint16_t sign = signbit(x[i]) ? 0x8000 : 0;
    const double size = fabs((double)x[i]);
    if (isnan(x[i])) {
      y[i] = sign | 0x7e00;
      continue;
    }
    // The last place of the result: 2^-24 among the denormals, else 2^-10 of the leading bit.
    const int leading = size < 0x1p-14 ? -14 : isinf(size) ? 16 : ilogb(size);
    const double rounded = isinf(size) ? size : round_to(size, ldexp(1, leading - 10));
    if (rounded >= 65536) {
      y[i] = sign | 0x7c00;
    } else if (rounded < 0x1p-14) {
      y[i] = (uint16_t)(sign | (int)ldexp(rounded, 24));
    } else {
      const int exponent = ilogb(rounded);
      y[i] = (uint16_t)(sign | (exponent + 15) << 10 | ((int)ldexp(rounded, 10 - exponent) - 1024));
    }
  }
}

void unroll_bfloat_to_float_reference(ptrdiff_t n, const uint16_t *x, float *y) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    const uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(&y[i], &bits, sizeof bits);
  }
}

void unroll_float_to_bfloat_reference(ptrdiff_t n, const float *x, uint16_t *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    const uint32_t lower = bits & 0xffff, upper = bits >> 16;
    if (isnan(x[i])) {
      y[i] = (uint16_t)(upper | 0x40);
    } else {
      const bool up = lower > 0x8000 || (lower == 0x8000 && (upper & 1) != 0);
      y[i] = (uint16_t)(upper + (up ? 1 : 0));
    }
  }
}
