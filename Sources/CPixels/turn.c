#include <string.h>

#include "include/CPixels.h"

void unroll_pixels_turn_reference(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, int transposed,
    int flipped_columns, int flipped_rows, uint8_t *target, ptrdiff_t target_stride) {
  const ptrdiff_t columns = transposed ? height : width, rows = transposed ? width : height;
  for (ptrdiff_t y = 0; y < rows; ++y)
    for (ptrdiff_t x = 0; x < columns; ++x) {
      const ptrdiff_t across = flipped_columns ? columns - 1 - x : x, down = flipped_rows ? rows - 1 - y : y;
      const ptrdiff_t from_x = transposed ? down : across, from_y = transposed ? across : down;
      memcpy(target + y * target_stride + x * bytes, source + from_y * source_stride + from_x * bytes, (size_t)bytes);
    }
}

void unroll_pixels_turn(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, int transposed,
    int flipped_columns, int flipped_rows, uint8_t *target, ptrdiff_t target_stride) {
  unroll_pixels_turn_reference(
      source, source_stride, width, height, bytes, transposed, flipped_columns, flipped_rows, target, target_stride);
}
