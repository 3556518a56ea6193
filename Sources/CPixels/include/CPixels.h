/// Loops over pixels, each as a pair: `unroll_NAME` is compiled for several instruction sets and picks one at run time,
/// `unroll_NAME_reference` is the plain loop that proves it. They run on the calling thread and keep no state.
///
/// A row begins `stride` bytes after the one above it. Source and target never overlap unless the text says "in place".
#ifndef UNROLL_CPIXELS_H
#define UNROLL_CPIXELS_H

#include <stddef.h>
#include <stdint.h>

/// planes[c][y][x] = pixels[y][x][c] * scale[c] + offset[c]: interleaved bytes of 1 to 4 channels into float planes that
/// follow one another without gaps, as a convolution takes them. With `mirrored`, x counts from the right.
void unroll_pixels_to_planes(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes);
void unroll_pixels_to_planes_reference(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes);

/// The same planes of `pixels`, and behind them as many of how it differs from the picture `before`, and as many of how the
/// picture `after` differs from it: (pixels - before) * scale and (after - pixels) * scale. All three have one stride.
void unroll_pixels_to_difference_planes(
    const uint8_t *before, const uint8_t *pixels, const uint8_t *after, ptrdiff_t stride, ptrdiff_t width,
    ptrdiff_t height, ptrdiff_t channels, const float *scale, const float *offset, int mirrored, float *planes);
void unroll_pixels_to_difference_planes_reference(
    const uint8_t *before, const uint8_t *pixels, const uint8_t *after, ptrdiff_t stride, ptrdiff_t width,
    ptrdiff_t height, ptrdiff_t channels, const float *scale, const float *offset, int mirrored, float *planes);

/// Turns one plane of `width` × `height` elements of `bytes` bytes (1, 2, 3, 4, 6 or 8). First its axes are exchanged if
/// `transposed` (the target is then `height` × `width`), then the target's columns run from the right if
/// `flipped_columns` and its rows from below if `flipped_rows`.
void unroll_pixels_turn(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, int transposed,
    int flipped_columns, int flipped_rows, uint8_t *target, ptrdiff_t target_stride);
void unroll_pixels_turn_reference(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, int transposed,
    int flipped_columns, int flipped_rows, uint8_t *target, ptrdiff_t target_stride);

/// How brightness and colours become red, green and blue, in 16.16 fixed point. With Y, U, V from 0 to 255
///   red = clip((offset + slope * (r_base + (V * r_from_v >> 16) + Y)) >> 16), and so on,
/// which is the arithmetic of libswscale's C code, so that the bytes are the same.
struct unroll_yuv_matrix {
  int32_t offset, slope;
  int32_t r_base, g_base, b_base;
  int32_t r_from_v, g_from_u, g_from_v, b_from_u;
};

/// Planes of 4:2:2 (U and V half as wide as Y) of an even width into interleaved RGB.
void unroll_pixels_rgb(
    const uint8_t *y, ptrdiff_t y_stride, const uint8_t *u, ptrdiff_t u_stride, const uint8_t *v, ptrdiff_t v_stride,
    ptrdiff_t width, ptrdiff_t height, const struct unroll_yuv_matrix *matrix, uint8_t *rgb, ptrdiff_t stride);
void unroll_pixels_rgb_reference(
    const uint8_t *y, ptrdiff_t y_stride, const uint8_t *u, ptrdiff_t u_stride, const uint8_t *v, ptrdiff_t v_stride,
    ptrdiff_t width, ptrdiff_t height, const struct unroll_yuv_matrix *matrix, uint8_t *rgb, ptrdiff_t stride);

#endif
