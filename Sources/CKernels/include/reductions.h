/// Sums over rows, columns and whole arrays, and the broadcasts whose gradients they are.
///
/// x is [n,m], n rows of m columns. Sums run in an order that n and m alone decide (for a given machine), so the same
/// call gives the same bits; how work is split over threads is the caller's to fix.
#ifndef UNROLL_REDUCTIONS_H
#define UNROLL_REDUCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// out [n,m] = x [n,m] + row [m], or times row [m]. out may be x (in place).
void unroll_add_row(ptrdiff_t n, ptrdiff_t m, const float *x, const float *row, float *out);
void unroll_add_row_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *row, float *out);
void unroll_multiply_row(ptrdiff_t n, ptrdiff_t m, const float *x, const float *row, float *out);
void unroll_multiply_row_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *row, float *out);

/// out [n,m] = x [n,m] + column [n], or times column [n]. out may be x (in place).
void unroll_add_column(ptrdiff_t n, ptrdiff_t m, const float *x, const float *column, float *out);
void unroll_add_column_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *column, float *out);
void unroll_multiply_column(ptrdiff_t n, ptrdiff_t m, const float *x, const float *column, float *out);
void unroll_multiply_column_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *column, float *out);

/// out [m]: the sum of each column of x, added to what out holds if `accumulate`.
void unroll_column_sums(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate);
void unroll_column_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate);

/// out [n]: the sum of each row of x, added to what out holds if `accumulate`.
void unroll_row_sums(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate);
void unroll_row_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate);

/// out [n]: the sum of x y along each row, x and y [n,m], added to what out holds if `accumulate`.
void unroll_row_dots(ptrdiff_t n, ptrdiff_t m, const float *x, const float *y, float *out, bool accumulate);
void unroll_row_dots_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *y, float *out, bool accumulate);

/// out [n]: the first column where the row is largest; 0 where m is 0. NaN is never the largest.
void unroll_row_argmax(ptrdiff_t n, ptrdiff_t m, const float *x, int32_t *out);
void unroll_row_argmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, int32_t *out);

/// Sum, sum of squares and dot product of n elements in double precision; 0 where n is 0.
double unroll_sum(ptrdiff_t n, const float *x);
double unroll_sum_reference(ptrdiff_t n, const float *x);
double unroll_sum_of_squares(ptrdiff_t n, const float *x);
double unroll_sum_of_squares_reference(ptrdiff_t n, const float *x);
double unroll_dot(ptrdiff_t n, const float *x, const float *y);
double unroll_dot_reference(ptrdiff_t n, const float *x, const float *y);

/// The largest of n elements, passing over NaN; -infinity where n is 0.
float unroll_max(ptrdiff_t n, const float *x);
float unroll_max_reference(ptrdiff_t n, const float *x);

#endif
