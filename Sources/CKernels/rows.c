#include "rows.h"
#include "kernel.h"

UNROLL_INLINE void add_to_row(ptrdiff_t m, const float *from, float *to) {
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < m; j++) to[j] += from[j];
}

UNROLL_FAST void unroll_gather_rows(ptrdiff_t n, ptrdiff_t m, const float *table, const int32_t *ids, float *out) {
  for (ptrdiff_t i = 0; i < n; i++) {
    if (ids[i] < 0) {
      memset(out + i * m, 0, (size_t)m * sizeof *out);
    } else {
      memcpy(out + i * m, table + ids[i] * m, (size_t)m * sizeof *out);
    }
  }
}

void unroll_gather_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *table, const int32_t *ids, float *out) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) out[i * m + j] = ids[i] < 0 ? 0.0f : table[ids[i] * m + j];
  }
}

UNROLL_FAST void unroll_scatter_add_rows(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *ids, float *table) {
  for (ptrdiff_t i = 0; i < n; i++) {
    if (ids[i] >= 0) add_to_row(m, x + i * m, table + ids[i] * m);
  }
}

void unroll_scatter_add_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const int32_t *ids, float *table) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; ids[i] >= 0 && j < m; j++) table[ids[i] * m + j] += x[i * m + j];
  }
}

UNROLL_FAST void unroll_copy_rows(ptrdiff_t n, ptrdiff_t m, const float *from, ptrdiff_t from_stride, float *to,
                                  ptrdiff_t to_stride, bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    if (accumulate) {
      add_to_row(m, from + i * from_stride, to + i * to_stride);
    } else {
      memcpy(to + i * to_stride, from + i * from_stride, (size_t)m * sizeof *to);
    }
  }
}

void unroll_copy_rows_reference(ptrdiff_t n, ptrdiff_t m, const float *from, ptrdiff_t from_stride, float *to,
                                ptrdiff_t to_stride, bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) {
      const float x = from[i * from_stride + j];
      to[i * to_stride + j] = accumulate ? to[i * to_stride + j] + x : x;
    }
  }
}

UNROLL_FAST void unroll_transpose(ptrdiff_t n, ptrdiff_t m, const float *from, float *to) {
  // The colours of an image: whole vectors of each are woven together.
  if (n == 3) {
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) {
      to[3 * j] = from[j];
      to[3 * j + 1] = from[m + j];
      to[3 * j + 2] = from[2 * m + j];
    }
    return;
  }
  // Tiles of 16 x 16 keep both sides in the first-level cache.
  for (ptrdiff_t row = 0; row < n; row += 16) {
    const ptrdiff_t last_row = row + 16 < n ? row + 16 : n;
    for (ptrdiff_t column = 0; column < m; column += 16) {
      const ptrdiff_t last_column = column + 16 < m ? column + 16 : m;
      for (ptrdiff_t j = column; j < last_column; j++) {
        for (ptrdiff_t i = row; i < last_row; i++) to[j * n + i] = from[i * m + j];
      }
    }
  }
}

void unroll_transpose_reference(ptrdiff_t n, ptrdiff_t m, const float *from, float *to) {
  for (ptrdiff_t i = 0; i < n; i++) {
    for (ptrdiff_t j = 0; j < m; j++) to[j * n + i] = from[i * m + j];
  }
}
