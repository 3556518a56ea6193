/// Batch normalisation (Ioffe and Szegedy, 2015) of x [n,m] by columns, in the steps that a batch over several threads
/// needs, with the rectifier behind it. Arrays of a column are [m]; a matrix of few columns runs faster as one of a
/// fraction of the rows and a multiple of the columns, with those arrays repeated.
///
/// A rectifier keeps what lies between `low` and `high`: 0 and infinity, 0 and 6, or both infinite where there is none.
#ifndef UNROLL_BATCH_NORM_H
#define UNROLL_BATCH_NORM_H

#include <stddef.h>

/// Adds sum x - centre and sum (x - centre)^2 of each column to sums and squares.
void unroll_channel_sums(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, double *sums, double *squares);
void unroll_channel_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, double *sums,
                                   double *squares);

/// y = x scale + shift, plus residual [n,m] unless NULL, cut to low...high. y may be x or residual (in place).
void unroll_channel_affine(ptrdiff_t n, ptrdiff_t m, const float *x, const float *scale, const float *shift,
                           const float *residual, float low, float high, float *y);
void unroll_channel_affine_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *scale, const float *shift,
                                     const float *residual, float low, float high, float *y);

/// y = x, plus residual [n] unless NULL, cut to low...high. y may be x or residual (in place).
void unroll_clip(ptrdiff_t n, const float *x, const float *residual, float low, float high, float *y);
void unroll_clip_reference(ptrdiff_t n, const float *x, const float *residual, float low, float high, float *y);

/// g = dy, plus more unless NULL, where low < y < high; else 0. g may be dy or more (in place).
void unroll_clip_backward(ptrdiff_t n, const float *y, const float *dy, const float *more, float low, float high,
                          float *g);
void unroll_clip_backward_reference(ptrdiff_t n, const float *y, const float *dy, const float *more, float low,
                                    float high, float *g);

/// Adds sum g and sum g (x - centre) of each column to sums and products.
void unroll_channel_products(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                             double *sums, double *products);
void unroll_channel_products_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                       double *sums, double *products);

/// dx = a g + b (x - centre) + c by columns. dx may be g (in place).
void unroll_channel_gradient(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                             const float *a, const float *b, const float *c, float *dx);
void unroll_channel_gradient_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                       const float *a, const float *b, const float *c, float *dx);

#endif
