#include "reductions.h"
#include "vector_reduce.h"

/// `other` is the element of the row or column vector that meets x[i, j].
#define UNROLL_BROADCAST(name, vector, other, op)                                                                      \
  UNROLL_FAST void unroll_##name(ptrdiff_t n, ptrdiff_t m, const float *x, const float *vector, float *out) {          \
    for (ptrdiff_t i = 0; i < n; i++) {                                                                                \
      const float *from = x + i * m;                                                                                   \
      float *to = out + i * m;                                                                                         \
      UNROLL_LOOP                                                                                                      \
      for (ptrdiff_t j = 0; j < m; j++) to[j] = from[j] op other;                                                      \
    }                                                                                                                  \
  }                                                                                                                    \
  void unroll_##name##_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *vector, float *out) {          \
    for (ptrdiff_t i = 0; i < n; i++) {                                                                                \
      UNROLL_PLAIN                                                                                                     \
      for (ptrdiff_t j = 0; j < m; j++) out[i * m + j] = x[i * m + j] op other;                                        \
    }                                                                                                                  \
  }

UNROLL_BROADCAST(add_row, row, row[j], +)
UNROLL_BROADCAST(multiply_row, row, row[j], *)
UNROLL_BROADCAST(add_column, column, column[i], +)
UNROLL_BROADCAST(multiply_column, column, column[i], *)

UNROLL_FAST void unroll_column_sums(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate) {
  if (!accumulate) memset(out, 0, (size_t)m * sizeof *out);
  ptrdiff_t i = 0;
  // Four rows at a time: a quarter of the traffic to `out`.
  for (; i + 4 <= n; i += 4) {
    const float *a = x + i * m, *b = a + m, *c = b + m, *d = c + m;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) out[j] += (a[j] + b[j]) + (c[j] + d[j]);
  }
  for (; i < n; i++) {
    const float *a = x + i * m;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) out[j] += a[j];
  }
}

void unroll_column_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate) {
  for (ptrdiff_t j = 0; j < m; j++) {
    double sum = accumulate ? out[j] : 0;
    for (ptrdiff_t i = 0; i < n; i++) sum += x[i * m + j];
    out[j] = (float)sum;
  }
}

UNROLL_FAST void unroll_row_sums(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate) {
  UNROLL_SUMS
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *row = x + i * m;
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) sum += row[j];
    out[i] = accumulate ? out[i] + sum : sum;
  }
}

void unroll_row_sums_reference(ptrdiff_t n, ptrdiff_t m, const float *x, float *out, bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    double sum = accumulate ? out[i] : 0;
    for (ptrdiff_t j = 0; j < m; j++) sum += x[i * m + j];
    out[i] = (float)sum;
  }
}

UNROLL_FAST void unroll_row_dots(ptrdiff_t n, ptrdiff_t m, const float *x, const float *y, float *out,
                                 bool accumulate) {
  UNROLL_SUMS
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *a = x + i * m, *b = y + i * m;
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < m; j++) sum += a[j] * b[j];
    out[i] = accumulate ? out[i] + sum : sum;
  }
}

void unroll_row_dots_reference(ptrdiff_t n, ptrdiff_t m, const float *x, const float *y, float *out,
                               bool accumulate) {
  for (ptrdiff_t i = 0; i < n; i++) {
    double sum = accumulate ? out[i] : 0;
    for (ptrdiff_t j = 0; j < m; j++) sum += (double)x[i * m + j] * y[i * m + j];
    out[i] = (float)sum;
  }
}

UNROLL_FAST float unroll_max(ptrdiff_t n, const float *x) { return unroll_row_largest(n, x); }

float unroll_max_reference(ptrdiff_t n, const float *x) {
  float most = -INFINITY;
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) most = x[i] > most ? x[i] : most;
  return most;
}

UNROLL_FAST void unroll_row_argmax(ptrdiff_t n, ptrdiff_t m, const float *x, int32_t *out) {
  const ptrdiff_t block = 256;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *row = x + i * m;
    float most = -INFINITY;
    // Which block holds the largest is found by vectors; only that block is searched element by element.
    ptrdiff_t at = 0, end = 0;
    for (ptrdiff_t j = 0; j < m; j += block) {
      const ptrdiff_t length = m - j < block ? m - j : block;
      const float candidate = unroll_row_largest(length, row + j);
      if (candidate > most) {
        most = candidate;
        at = j;
        end = j + length;
      }
    }
    while (at < end && row[at] != most) at++;
    out[i] = (int32_t)at;
  }
}

void unroll_row_argmax_reference(ptrdiff_t n, ptrdiff_t m, const float *x, int32_t *out) {
  for (ptrdiff_t i = 0; i < n; i++) {
    ptrdiff_t at = 0;
    float most = -INFINITY;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < m; j++) {
      if (x[i * m + j] > most) {
        most = x[i * m + j];
        at = j;
      }
    }
    out[i] = (int32_t)at;
  }
}

/// `term` is what index i adds; every product is taken in double precision, where it is exact.
#define UNROLL_TOTAL(name, parameters, term)                                                                           \
  UNROLL_FAST double unroll_##name parameters {                                                                        \
    UNROLL_SUMS                                                                                                        \
    double total = 0;                                                                                                  \
    UNROLL_LOOP                                                                                                        \
    for (ptrdiff_t i = 0; i < n; i++) total += term;                                                                   \
    return total;                                                                                                      \
  }                                                                                                                    \
  double unroll_##name##_reference parameters {                                                                        \
    double total = 0;                                                                                                  \
    UNROLL_PLAIN                                                                                                       \
    for (ptrdiff_t i = 0; i < n; i++) total += term;                                                                   \
    return total;                                                                                                      \
  }

UNROLL_TOTAL(sum, (ptrdiff_t n, const float *x), (double)x[i])
UNROLL_TOTAL(sum_of_squares, (ptrdiff_t n, const float *x), (double)x[i] * x[i])
UNROLL_TOTAL(dot, (ptrdiff_t n, const float *x, const float *y), (double)x[i] * y[i])
