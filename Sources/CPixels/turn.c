#include <string.h>

#include "fast.h"
#include "include/CPixels.h"
#include "tile.h"

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

/// One row from right to left. Elements of three parts are moved part by part: that becomes vectors, while moving them
/// whole does not.
UNROLL_INLINE void reverse_row(const uint8_t *source, ptrdiff_t width, ptrdiff_t bytes, uint8_t *target) {
  const ptrdiff_t parts = bytes % 3 == 0 ? 3 : 1, part = bytes / parts;
  UNROLL_LOOP
  for (ptrdiff_t x = 0; x < width; ++x)
    for (ptrdiff_t p = 0; p < parts; ++p)
      memcpy(target + ((width - 1 - x) * parts + p) * part, source + (x * parts + p) * part, (size_t)part);
}

UNROLL_INLINE void reverse_rows(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, uint8_t *target,
    ptrdiff_t target_stride) {
  for (ptrdiff_t y = 0; y < height; ++y)
    reverse_row(source + y * source_stride, width, bytes, target + y * target_stride);
}

static void copy_rows(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t row, ptrdiff_t height, uint8_t *target,
    ptrdiff_t target_stride) {
  for (ptrdiff_t y = 0; y < height; ++y) memcpy(target + y * target_stride, source + y * source_stride, (size_t)row);
}

/// A block that stays in the cache, or what is left of one at the border.
UNROLL_INLINE void transpose_block(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, uint8_t *target,
    ptrdiff_t target_stride) {
  const ptrdiff_t edge = UNROLL_TILE_EDGE(bytes);
  const ptrdiff_t whole_width = edge ? width / edge * edge : 0, whole_height = edge ? height / edge * edge : 0;
  for (ptrdiff_t x = 0; x < whole_width; x += edge)
    for (ptrdiff_t y = 0; y < whole_height; y += edge)
      transpose_tile(
          source + y * source_stride + x * bytes, source_stride, bytes, target + x * target_stride + y * bytes,
          target_stride);
  for (ptrdiff_t x = 0; x < width; ++x)
    for (ptrdiff_t y = x < whole_width ? whole_height : 0; y < height; ++y)
      memcpy(target + x * target_stride + y * bytes, source + y * source_stride + x * bytes, (size_t)bytes);
}

/// Block by block: source and target of one lie in the cache together, so that each line of memory moves once.
UNROLL_INLINE void transpose(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, uint8_t *target,
    ptrdiff_t target_stride) {
  const ptrdiff_t block = 64;
  for (ptrdiff_t x = 0; x < width; x += block)
    for (ptrdiff_t y = 0; y < height; y += block)
      transpose_block(
          source + y * source_stride + x * bytes, source_stride, width - x < block ? width - x : block,
          height - y < block ? height - y : block, bytes, target + x * target_stride + y * bytes, target_stride);
}

/// Calls `loop` with the size of an element as a constant.
#define FOR_CONSTANT_BYTES(loop, source, source_stride, width, height, bytes, target, target_stride) \
  switch (bytes) {                                                                                   \
    case 1: loop(source, source_stride, width, height, 1, target, target_stride); break;             \
    case 2: loop(source, source_stride, width, height, 2, target, target_stride); break;             \
    case 3: loop(source, source_stride, width, height, 3, target, target_stride); break;             \
    case 4: loop(source, source_stride, width, height, 4, target, target_stride); break;             \
    case 6: loop(source, source_stride, width, height, 6, target, target_stride); break;             \
    default: loop(source, source_stride, width, height, 8, target, target_stride); break;            \
  }

UNROLL_FAST void unroll_pixels_turn(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t width, ptrdiff_t height, ptrdiff_t bytes, int transposed,
    int flipped_columns, int flipped_rows, uint8_t *target, ptrdiff_t target_stride) {
  // Rows from below are rows with a negative stride; so are the target's columns from the right when the axes are
  // exchanged, because they are the source's rows.
  if (flipped_rows) {
    target += ((transposed ? width : height) - 1) * target_stride;
    target_stride = -target_stride;
  }
  if (transposed && flipped_columns) {
    source += (height - 1) * source_stride;
    source_stride = -source_stride;
  }
  if (transposed) {
    FOR_CONSTANT_BYTES(transpose, source, source_stride, width, height, bytes, target, target_stride)
  } else if (flipped_columns) {
    FOR_CONSTANT_BYTES(reverse_rows, source, source_stride, width, height, bytes, target, target_stride)
  } else {
    copy_rows(source, source_stride, width * bytes, height, target, target_stride);
  }
}
