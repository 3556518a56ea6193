#include "batch_norm.h"
#include "kernel.h"

enum {
  /// Columns summed at a time: their sums stay in registers.
  COLUMNS = 64,
  /// Rows summed in single precision before their sums are added up in double precision.
  ROWS = 64
};

UNROLL_INLINE float cut(float x, float low, float high) {
  const float above = x < low ? low : x;
  return above > high ? high : above;
}

/// Sums a tile of at most ROWS by at most COLUMNS; `width` is a constant where the function is called for whole tiles.
UNROLL_INLINE void sum_tile(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t m, const float *x, const float *centre,
                            double *sums, double *squares) {
  float first[COLUMNS] = {0}, second[COLUMNS] = {0};
  for (ptrdiff_t i = 0; i < rows; i++) {
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < width; j++) {
      const float d = x[i * m + j] - centre[j];
      first[j] += d;
      second[j] += d * d;
    }
  }
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < width; j++) {
    sums[j] += first[j];
    squares[j] += second[j];
  }
}

UNROLL_FAST void unroll_channel_sums(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, double *sums,
                                     double *squares) {
  for (ptrdiff_t i = 0; i < n; i += ROWS) {
    const ptrdiff_t rows = n - i < ROWS ? n - i : ROWS;
    const float *from = x + i * m;
    ptrdiff_t j = 0;
    for (; j + COLUMNS <= m; j += COLUMNS) sum_tile(rows, COLUMNS, m, from + j, centre + j, sums + j, squares + j);
    if (j < m) sum_tile(rows, m - j, m, from + j, centre + j, sums + j, squares + j);
  }
}

void unroll_channel_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, double *sums,
                                   double *squares) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) {
      const double d = (double)x[i * m + j] - centre[j];
      sums[j] += d;
      squares[j] += d * d;
    }
  }
}

UNROLL_FAST void unroll_channel_affine(ptrdiff_t n, ptrdiff_t m, const float *x, const float *scale,
                                       const float *shift, const float *residual, float low, float high, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *from = x + i * m;
    float *to = y + i * m;
    if (residual) {
      const float *beside = residual + i * m;
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < m; j++) to[j] = cut(from[j] * scale[j] + shift[j] + beside[j], low, high);
    } else {
      UNROLL_LOOP
      for (ptrdiff_t j = 0; j < m; j++) to[j] = cut(from[j] * scale[j] + shift[j], low, high);
    }
  }
}

void unroll_channel_affine_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *scale, const float *shift,
                                     const float *residual, float low, float high, float *y) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) {
      const float z = x[i * m + j] * scale[j] + shift[j] + (residual ? residual[i * m + j] : 0.0f);
      y[i * m + j] = cut(z, low, high);
    }
  }
}

UNROLL_FAST void unroll_clip(ptrdiff_t n, const float *x, const float *residual, float low, float high, float *y) {
  if (residual) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cut(x[i] + residual[i], low, high);
  } else {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) y[i] = cut(x[i], low, high);
  }
}

void unroll_clip_reference(ptrdiff_t n, const float *x, const float *residual, float low, float high, float *y) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) y[i] = cut(x[i] + (residual ? residual[i] : 0.0f), low, high);
}

UNROLL_FAST void unroll_clip_backward(ptrdiff_t n, const float *y, const float *dy, const float *more, float low,
                                      float high, float *g) {
  if (more) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) g[i] = ((y[i] > low) & (y[i] < high)) ? dy[i] + more[i] : 0.0f;
  } else {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) g[i] = ((y[i] > low) & (y[i] < high)) ? dy[i] : 0.0f;
  }
}

void unroll_clip_backward_reference(ptrdiff_t n, const float *y, const float *dy, const float *more, float low,
                                    float high, float *g) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) g[i] = y[i] > low && y[i] < high ? dy[i] + (more ? more[i] : 0.0f) : 0.0f;
}

/// The same as sum_tile for g and its products.
UNROLL_INLINE void product_tile(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t m, const float *x, const float *centre,
                                const float *g, double *sums, double *products) {
  float first[COLUMNS] = {0}, second[COLUMNS] = {0};
  for (ptrdiff_t i = 0; i < rows; i++) {
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < width; j++) {
      first[j] += g[i * m + j];
      second[j] += g[i * m + j] * (x[i * m + j] - centre[j]);
    }
  }
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < width; j++) {
    sums[j] += first[j];
    products[j] += second[j];
  }
}

UNROLL_FAST void unroll_channel_products(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                         double *sums, double *products) {
  for (ptrdiff_t i = 0; i < n; i += ROWS) {
    const ptrdiff_t rows = n - i < ROWS ? n - i : ROWS;
    const float *from = x + i * m, *up = g + i * m;
    ptrdiff_t j = 0;
    for (; j + COLUMNS <= m; j += COLUMNS)
      product_tile(rows, COLUMNS, m, from + j, centre + j, up + j, sums + j, products + j);
    if (j < m) product_tile(rows, m - j, m, from + j, centre + j, up + j, sums + j, products + j);
  }
}

void unroll_channel_products_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                       double *sums, double *products) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) {
      sums[j] += g[i * m + j];
      products[j] += (double)g[i * m + j] * ((double)x[i * m + j] - centre[j]);
    }
  }
}

UNROLL_FAST void unroll_channel_gradient(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                         const float *a, const float *b, const float *c, float *dx) {
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *from = x + i * m, *up = g + i * m;
    float *to = dx + i * m;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) to[j] = a[j] * up[j] + (b[j] * (from[j] - centre[j]) + c[j]);
  }
}

void unroll_channel_gradient_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *centre, const float *g,
                                       const float *a, const float *b, const float *c, float *dx) {
  for (ptrdiff_t i = 0; i < n; i++) {
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++)
      dx[i * m + j] = a[j] * g[i * m + j] + (b[j] * (x[i * m + j] - centre[j]) + c[j]);
  }
}
