#include "topk.h"

#include "vector_reduce.h"

#include <float.h>

/// Entries that share one look at the running maximum; a row is read once, block by block, from memory.
#define BLOCK 256
/// Entries that share one look at the n-th best: a group without a better one costs a compare a vector.
#define GROUP 16

UNROLL_INLINE int any_above(const float *x, ptrdiff_t count, float threshold) {
  int any = 0;
  for (ptrdiff_t i = 0; i < count; i++) any |= x[i] > threshold;
  return any;
}

/// Puts x into the `found` best so far, sorted, of which the last falls out when there are n. Ids come in rising
/// order, so standing behind its equals is where x belongs.
UNROLL_INLINE ptrdiff_t insert(float x, int32_t id, ptrdiff_t n, ptrdiff_t found, int32_t *ids, float *best) {
  ptrdiff_t at = found < n ? found : n - 1;
  for (; at > 0 && best[at - 1] < x; at--) {
    best[at] = best[at - 1];
    ids[at] = ids[at - 1];
  }
  best[at] = x;
  ids[at] = id;
  return found < n ? found + 1 : n;
}

UNROLL_INLINE int32_t top_of_row(ptrdiff_t vocabulary, const float *x, ptrdiff_t n, int32_t *ids, float *best) {
  float shift = -FLT_MAX;
  double sum = 0.0;
  ptrdiff_t found = 0;
  float threshold = -INFINITY;
  for (ptrdiff_t start = 0; start < vocabulary; start += BLOCK) {
    const ptrdiff_t end = start + BLOCK < vocabulary ? start + BLOCK : vocabulary;
    const float block_greatest = unroll_row_largest(end - start, x + start);  // a NaN is found by the sum
    if (block_greatest > shift) {
      sum *= exp((double)shift - (double)block_greatest);
      shift = block_greatest;
    }
    sum += unroll_row_exp_sum(end - start, x + start, shift);
    if (n == 0 || !(block_greatest > threshold)) continue;
    for (ptrdiff_t group = start; group < end; group += GROUP) {
      const ptrdiff_t size = group + GROUP < end ? GROUP : end - group;
      if (!(size == GROUP ? any_above(x + group, GROUP, threshold) : any_above(x + group, size, threshold))) continue;
      for (ptrdiff_t i = group; i < group + size; i++) {
        if (!(x[i] > threshold)) continue;
        found = insert(x[i], (int32_t)i, n, found, ids, best);
        if (found == n) threshold = best[n - 1];
      }
    }
  }
  if (!(sum > 0.0 && sum < INFINITY)) return -1;
  const double log_of_sum = log(sum);
  for (ptrdiff_t i = 0; i < found; i++) best[i] = (float)((double)best[i] - (double)shift - log_of_sum);
  return (int32_t)found;
}

UNROLL_FAST void unroll_top_candidates(ptrdiff_t rows, ptrdiff_t vocabulary, const float *logits, ptrdiff_t n,
                                       int32_t *ids, float *log_probabilities, int32_t *counts) {
  for (ptrdiff_t row = 0; row < rows; row++)
    counts[row] = top_of_row(vocabulary, logits + row * vocabulary, n, ids + row * n, log_probabilities + row * n);
}

void unroll_top_candidates_reference(ptrdiff_t rows, ptrdiff_t vocabulary, const float *logits, ptrdiff_t n,
                                     int32_t *ids, float *log_probabilities, int32_t *counts) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    const float *x = logits + row * vocabulary;
    float greatest = -INFINITY;
    UNROLL_PLAIN
    for (ptrdiff_t i = 0; i < vocabulary; i++) greatest = x[i] > greatest ? x[i] : greatest;
    double sum = 0.0;
    UNROLL_PLAIN
    for (ptrdiff_t i = 0; i < vocabulary; i++) sum += exp((double)x[i] - (double)greatest);
    if (!(sum > 0.0 && sum < INFINITY)) {
      counts[row] = -1;
      continue;
    }
    // Each further one is the first of the greatest entries that come after the one before: smaller, or equal with a
    // higher id.
    int32_t found = 0;
    float last = INFINITY;
    ptrdiff_t last_id = -1;
    while (found < n) {
      ptrdiff_t best = -1;
      UNROLL_PLAIN
      for (ptrdiff_t i = 0; i < vocabulary; i++) {
        const int after = x[i] < last || (x[i] == last && i > last_id);
        if (after && x[i] > -INFINITY && (best < 0 || x[i] > x[best])) best = i;
      }
      if (best < 0) break;
      last = x[best];
      last_id = best;
      ids[row * n + found] = (int32_t)best;
      log_probabilities[row * n + found] = (float)((double)last - (double)greatest - log(sum));
      found++;
    }
    counts[row] = found;
  }
}
