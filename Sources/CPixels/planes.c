#include "include/CPixels.h"

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

void unroll_pixels_to_planes(
    const uint8_t *pixels, ptrdiff_t stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t channels, const float *scale,
    const float *offset, int mirrored, float *planes) {
  unroll_pixels_to_planes_reference(pixels, stride, width, height, channels, scale, offset, mirrored, planes);
}
