/// What surrounds a product in 8 bits: rows of floats become integers of -127...127 with a scale each, and sums of their products
/// floats again.
#ifndef UNROLL_INT8_H
#define UNROLL_INT8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// q [rows, n] = the integer nearest to x [rows, n] / scale, ties to even; the scale of a row is its largest magnitude / 127. `stride` is
/// from one row of x to the next. A row with a NaN or an infinity has the scale NaN, and what its q holds means nothing.
void unroll_quantize_rows(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t stride, int8_t *q, float *scales);
void unroll_quantize_rows_reference(ptrdiff_t rows, ptrdiff_t n, const float *x, ptrdiff_t stride, int8_t *q,
                                    float *scales);

/// y = sums [rows, n] · row_scales [rows] · column_scales [n] + added [rows, n], nothing where that is NULL. The strides are from one row
/// of y and of `added` to the next: 0 for a row that is added to all. `added` may be y, with its stride.
void unroll_scale_sums(ptrdiff_t rows, ptrdiff_t n, const int32_t *sums, const float *row_scales,
                       const float *column_scales, const float *added, ptrdiff_t added_stride, float *y,
                       ptrdiff_t stride);
void unroll_scale_sums_reference(ptrdiff_t rows, ptrdiff_t n, const int32_t *sums, const float *row_scales,
                                 const float *column_scales, const float *added, ptrdiff_t added_stride, float *y,
                                 ptrdiff_t stride);

#endif
