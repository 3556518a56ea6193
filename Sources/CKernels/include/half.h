/// Conversions between float32 and the two 16-bit formats, held as their bits. To 16 bits they round to the nearest,
/// ties to even; overflow becomes infinity, NaN stays NaN, denormals are exact.
#ifndef UNROLL_HALF_H
#define UNROLL_HALF_H

#include <stddef.h>
#include <stdint.h>

/// IEEE binary16 (`F16` in safetensors).
void unroll_half_to_float(ptrdiff_t n, const uint16_t *x, float *y);
void unroll_half_to_float_reference(ptrdiff_t n, const uint16_t *x, float *y);
void unroll_float_to_half(ptrdiff_t n, const float *x, uint16_t *y);
void unroll_float_to_half_reference(ptrdiff_t n, const float *x, uint16_t *y);

/// bfloat16, the upper half of a float32 (`BF16` in safetensors).
void unroll_bfloat_to_float(ptrdiff_t n, const uint16_t *x, float *y);
void unroll_bfloat_to_float_reference(ptrdiff_t n, const uint16_t *x, float *y);
void unroll_float_to_bfloat(ptrdiff_t n, const float *x, uint16_t *y);
void unroll_float_to_bfloat_reference(ptrdiff_t n, const float *x, uint16_t *y);

#endif
