#include "fast.h"
#include "include/CPixels.h"

static inline uint8_t clipped(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

void unroll_pixels_rgb_reference(
    const uint8_t *y, ptrdiff_t y_stride, const uint8_t *u, ptrdiff_t u_stride, const uint8_t *v, ptrdiff_t v_stride,
    ptrdiff_t width, ptrdiff_t height, const struct unroll_yuv_matrix *m, uint8_t *rgb, ptrdiff_t stride) {
  for (ptrdiff_t row = 0; row < height; ++row)
    for (ptrdiff_t x = 0; x < width; ++x) {
      const int32_t brightness = y[row * y_stride + x];
      const int32_t blue = u[row * u_stride + x / 2], red = v[row * v_stride + x / 2];
      const int32_t r = m->r_base + ((red * m->r_from_v) >> 16);
      const int32_t g = m->g_base + ((blue * m->g_from_u) >> 16) + ((red * m->g_from_v) >> 16);
      const int32_t b = m->b_base + ((blue * m->b_from_u) >> 16);
      uint8_t *pixel = rgb + row * stride + 3 * x;
      pixel[0] = clipped((m->offset + m->slope * (r + brightness)) >> 16);
      pixel[1] = clipped((m->offset + m->slope * (g + brightness)) >> 16);
      pixel[2] = clipped((m->offset + m->slope * (b + brightness)) >> 16);
    }
}

// So many pixels at a time that their intermediate values stay in the nearest cache.
enum { block = 64 };

/// `shift[x / 2]` for each pixel x, added to its brightness, as a byte of one channel.
static inline __attribute__((always_inline)) void channel(
    const uint8_t *y, const int32_t *shift, const struct unroll_yuv_matrix *m, ptrdiff_t pairs, uint8_t *bytes) {
  for (ptrdiff_t i = 0; i < pairs; ++i) {
    bytes[2 * i] = clipped((m->offset + m->slope * (shift[i] + y[2 * i])) >> 16);
    bytes[2 * i + 1] = clipped((m->offset + m->slope * (shift[i] + y[2 * i + 1])) >> 16);
  }
}

static inline __attribute__((always_inline)) void pixels(
    const uint8_t *y, const uint8_t *u, const uint8_t *v, const struct unroll_yuv_matrix *m, ptrdiff_t pairs,
    uint8_t *rgb) {
  int32_t r[block / 2], g[block / 2], b[block / 2];
  uint8_t red[block], green[block], blue[block];
  for (ptrdiff_t i = 0; i < pairs; ++i) {
    r[i] = m->r_base + ((v[i] * m->r_from_v) >> 16);
    g[i] = m->g_base + ((u[i] * m->g_from_u) >> 16) + ((v[i] * m->g_from_v) >> 16);
    b[i] = m->b_base + ((u[i] * m->b_from_u) >> 16);
  }
  channel(y, r, m, pairs, red);
  channel(y, g, m, pairs, green);
  channel(y, b, m, pairs, blue);
  for (ptrdiff_t x = 0; x < 2 * pairs; ++x) {
    rgb[3 * x] = red[x];
    rgb[3 * x + 1] = green[x];
    rgb[3 * x + 2] = blue[x];
  }
}

UNROLL_FAST void unroll_pixels_rgb(
    const uint8_t *y, ptrdiff_t y_stride, const uint8_t *u, ptrdiff_t u_stride, const uint8_t *v, ptrdiff_t v_stride,
    ptrdiff_t width, ptrdiff_t height, const struct unroll_yuv_matrix *matrix, uint8_t *rgb, ptrdiff_t stride) {
  // A copy that no output can overlap.
  const struct unroll_yuv_matrix m = *matrix;
  for (ptrdiff_t row = 0; row < height; ++row) {
    const uint8_t *ys = y + row * y_stride, *us = u + row * u_stride, *vs = v + row * v_stride;
    uint8_t *target = rgb + row * stride;
    ptrdiff_t x = 0;
    for (; x + block <= width; x += block) pixels(ys + x, us + x / 2, vs + x / 2, &m, block / 2, target + 3 * x);
    if (x < width) pixels(ys + x, us + x / 2, vs + x / 2, &m, (width - x) / 2, target + 3 * x);
  }
}
