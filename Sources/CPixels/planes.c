#include "fast.h"
#include "include/CPixels.h"

// Product and sum are rounded one by one in every copy: with a fused multiply-add in some of them, the result would
// depend on the machine.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

void unroll_pixels_to_planes_reference(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes) {
  for (ptrdiff_t c = 0; c < channels; ++c)
    for (ptrdiff_t y = 0; y < height; ++y)
      for (ptrdiff_t x = 0; x < width; ++x) {
        const ptrdiff_t from = mirrored ? width - 1 - x : x;
        planes[(c * height + y) * width + x] = (float)pixels[y * stride + from * channels + c] * scale[c] + offset[c];
      }
}

/// A row of one channel. Mirrored rows are written backwards: reversed stores are cheaper than reversed reads.
UNROLL_INLINE void row_of_one(
    const uint8_t *restrict pixels, ptrdiff_t width, const float *scale, const float *offset, int mirrored,
    float *restrict plane) {
  const float s = scale[0], o = offset[0];
  for (ptrdiff_t x = 0; x < width; ++x) plane[mirrored ? width - 1 - x : x] = (float)pixels[x] * s + o;
}

/// A row of three channels in one go, so that each group of bytes is taken apart once.
UNROLL_INLINE void row_of_three(
    const uint8_t *restrict pixels, ptrdiff_t width, const float *scale, const float *offset, int mirrored,
    float *restrict first, float *restrict second, float *restrict third) {
  const float s0 = scale[0], s1 = scale[1], s2 = scale[2], o0 = offset[0], o1 = offset[1], o2 = offset[2];
  for (ptrdiff_t x = 0; x < width; ++x) {
    const ptrdiff_t to = mirrored ? width - 1 - x : x;
    first[to] = (float)pixels[3 * x] * s0 + o0;
    second[to] = (float)pixels[3 * x + 1] * s1 + o1;
    third[to] = (float)pixels[3 * x + 2] * s2 + o2;
  }
}

/// All rows of one or three channels; `channels` and `mirrored` are constants where it is called.
UNROLL_INLINE void rows_to_planes(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes) {
  const ptrdiff_t plane = width * height;
  for (ptrdiff_t y = 0; y < height; ++y) {
    const uint8_t *row = pixels + y * stride;
    float *target = planes + y * width;
    if (channels == 1)
      row_of_one(row, width, scale, offset, mirrored, target);
    else
      row_of_three(row, width, scale, offset, mirrored, target, target + plane, target + 2 * plane);
  }
}

UNROLL_FAST void unroll_pixels_to_planes(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes) {
  if (channels == 1 && !mirrored)
    rows_to_planes(pixels, stride, width, height, 1, scale, offset, 0, planes);
  else if (channels == 1)
    rows_to_planes(pixels, stride, width, height, 1, scale, offset, 1, planes);
  else if (channels == 3 && !mirrored)
    rows_to_planes(pixels, stride, width, height, 3, scale, offset, 0, planes);
  else if (channels == 3)
    rows_to_planes(pixels, stride, width, height, 3, scale, offset, 1, planes);
  else
    unroll_pixels_to_planes_reference(pixels, stride, width, height, channels, scale, offset, mirrored, planes);
}
