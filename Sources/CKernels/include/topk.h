/// The best entries of rows of logits: what a search needs of a softmax, without writing the softmax out.
#ifndef UNROLL_TOPK_H
#define UNROLL_TOPK_H

#include <stddef.h>
#include <stdint.h>

/// logits [rows,V], not normalised; -infinity marks an entry that cannot be chosen. Writes to row r of ids [rows,n] and
/// log_probabilities [rows,n] the n greatest finite entries, best first and the lower id first among equals, as
/// x - log(sum of e^x over the row). counts [rows] is how many there are (n, or fewer when the row has fewer finite
/// entries; what lies beyond is left alone), or -1 when the row has no softmax: it holds a NaN or +infinity, or
/// nothing finite. What is written to such a row is undefined.
void unroll_top_candidates(ptrdiff_t rows, ptrdiff_t vocabulary, const float *logits, ptrdiff_t n, int32_t *ids,
                           float *log_probabilities, int32_t *counts);
void unroll_top_candidates_reference(ptrdiff_t rows, ptrdiff_t vocabulary, const float *logits, ptrdiff_t n,
                                     int32_t *ids, float *log_probabilities, int32_t *counts);

#endif
