#include "fast.h"
#include "include/CPixels.h"

// As in planes.c: the result must not depend on the machine.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

void unroll_pixels_to_difference_planes_reference(
    const uint8_t *before, const uint8_t *pixels, const uint8_t *after, ptrdiff_t stride, ptrdiff_t width,
    ptrdiff_t height, ptrdiff_t channels, const float *scale, const float *offset, int mirrored, float *planes) {
  const ptrdiff_t plane = width * height, picture = channels * plane;
  for (ptrdiff_t c = 0; c < channels; ++c)
    for (ptrdiff_t y = 0; y < height; ++y)
      for (ptrdiff_t x = 0; x < width; ++x) {
        const ptrdiff_t from = y * stride + (mirrored ? width - 1 - x : x) * channels + c;
        float *to = planes + c * plane + y * width + x;
        to[0] = (float)pixels[from] * scale[c] + offset[c];
        to[picture] = (float)(pixels[from] - before[from]) * scale[c];
        to[2 * picture] = (float)(after[from] - pixels[from]) * scale[c];
      }
}

/// A row of one channel out of `channels`, which is a constant where this is called.
UNROLL_INLINE void row_of_channel(
    const uint8_t *restrict before, const uint8_t *restrict pixels, const uint8_t *restrict after, ptrdiff_t width,
    ptrdiff_t channels, float scale, float offset, int mirrored, float *restrict value, float *restrict since,
    float *restrict until) {
  UNROLL_LOOP
  for (ptrdiff_t x = 0; x < width; ++x) {
    const ptrdiff_t to = mirrored ? width - 1 - x : x;
    const int now = pixels[x * channels];
    value[to] = (float)now * scale + offset;
    since[to] = (float)(now - before[x * channels]) * scale;
    until[to] = (float)(after[x * channels] - now) * scale;
  }
}

UNROLL_INLINE void rows_to_differences(
    const uint8_t *before, const uint8_t *pixels, const uint8_t *after, ptrdiff_t stride, ptrdiff_t width,
    ptrdiff_t height, ptrdiff_t channels, const float *scale, const float *offset, int mirrored, float *planes) {
  const ptrdiff_t plane = width * height, picture = channels * plane;
  for (ptrdiff_t y = 0; y < height; ++y)
    for (ptrdiff_t c = 0; c < channels; ++c) {
      float *target = planes + c * plane + y * width;
      const ptrdiff_t from = y * stride + c;
      row_of_channel(
          before + from, pixels + from, after + from, width, channels, scale[c], offset[c], mirrored, target,
          target + picture, target + 2 * picture);
    }
}

UNROLL_FAST void unroll_pixels_to_difference_planes(
    const uint8_t *before, const uint8_t *pixels, const uint8_t *after, ptrdiff_t stride, ptrdiff_t width,
    ptrdiff_t height, ptrdiff_t channels, const float *scale, const float *offset, int mirrored, float *planes) {
  if (channels == 1)
    rows_to_differences(before, pixels, after, stride, width, height, 1, scale, offset, mirrored, planes);
  else if (channels == 3)
    rows_to_differences(before, pixels, after, stride, width, height, 3, scale, offset, mirrored, planes);
  else
    unroll_pixels_to_difference_planes_reference(
        before, pixels, after, stride, width, height, channels, scale, offset, mirrored, planes);
}
