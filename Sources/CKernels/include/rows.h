/// Rows moved from place to place: look-ups by id, their gradients, and copies between strides.
///
/// Strides count elements from one row to the next. Ids are the caller's to check: they must lie within the table.
#ifndef UNROLL_ROWS_H
#define UNROLL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// out [n,m] = table[ids[i], :]; a negative id gives a row of zeros.
void unroll_gather_rows(ptrdiff_t n, ptrdiff_t m, const float *table, const int32_t *ids, float *out);
void unroll_gather_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *table, const int32_t *ids, float *out);

/// table[ids[i], :] += x[i, :], x [n,m], row after row in order; a negative id adds nothing.
void unroll_scatter_add_rows(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *ids, float *table);
void unroll_scatter_add_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *ids, float *table);

/// to[i, :m] = from[i, :m], or += with `accumulate`, for n rows of the given strides.
void unroll_copy_rows(ptrdiff_t n, ptrdiff_t m, const float *from, ptrdiff_t from_stride, float *to,
                      ptrdiff_t to_stride, bool accumulate);
void unroll_copy_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *from, ptrdiff_t from_stride, float *to,
                                ptrdiff_t to_stride, bool accumulate);

/// to [m,n] = the transpose of from [n,m].
void unroll_transpose(ptrdiff_t n, ptrdiff_t m, const float *from, float *to);
void unroll_transpose_reference(ptrdiff_t n, ptrdiff_t m, const float *from, float *to);

#endif
