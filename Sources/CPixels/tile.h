// A small square of elements, transposed in registers of 16 bytes.
#ifndef UNROLL_PIXELS_TILE_H
#define UNROLL_PIXELS_TILE_H

#include <stdint.h>
#include <string.h>

#include "fast.h"

typedef uint8_t unroll_bytes __attribute__((vector_size(16)));
typedef uint16_t unroll_words __attribute__((vector_size(16)));

/// Rows and columns of a tile of elements of `bytes` bytes; 0 where there is no tile of this size.
#define UNROLL_TILE_EDGE(bytes) ((bytes) == 1 ? 16 : (bytes) == 2 ? 8 : 0)

/// Transposes by zipping: each round puts the elements of row i and of row i + half in turn, lower part into row 2i and
/// upper part into row 2i + 1. After log2(edge) rounds every element is where it belongs.
UNROLL_INLINE void transpose_tile_of_bytes(
    const uint8_t *source, ptrdiff_t source_stride, uint8_t *target, ptrdiff_t target_stride) {
  unroll_bytes rows[16], zipped[16];
  for (int i = 0; i < 16; ++i) memcpy(&rows[i], source + i * source_stride, 16);
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i) {
      zipped[2 * i] = __builtin_shufflevector(
          rows[i], rows[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      zipped[2 * i + 1] = __builtin_shufflevector(
          rows[i], rows[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    memcpy(rows, zipped, sizeof rows);
  }
  for (int i = 0; i < 16; ++i) memcpy(target + i * target_stride, &rows[i], 16);
}

/// The same for elements of two bytes.
UNROLL_INLINE void transpose_tile_of_words(
    const uint8_t *source, ptrdiff_t source_stride, uint8_t *target, ptrdiff_t target_stride) {
  unroll_words rows[8], zipped[8];
  for (int i = 0; i < 8; ++i) memcpy(&rows[i], source + i * source_stride, 16);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      zipped[2 * i] = __builtin_shufflevector(rows[i], rows[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
      zipped[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
    memcpy(rows, zipped, sizeof rows);
  }
  for (int i = 0; i < 8; ++i) memcpy(target + i * target_stride, &rows[i], 16);
}

/// A tile of `UNROLL_TILE_EDGE(bytes)` rows and columns; `bytes` is 1 or 2.
UNROLL_INLINE void transpose_tile(
    const uint8_t *source, ptrdiff_t source_stride, ptrdiff_t bytes, uint8_t *target, ptrdiff_t target_stride) {
  if (bytes == 1)
    transpose_tile_of_bytes(source, source_stride, target, target_stride);
  else
    transpose_tile_of_words(source, source_stride, target, target_stride);
}

#endif
