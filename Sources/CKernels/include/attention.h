/// Additive attention (Bahdanau 2015) for one sequence of a batch. Strides count elements between the rows of one
/// sequence, so that a row of a time-major [T,B,A] tensor is used where it lies (stride B A).
#ifndef UNROLL_ATTENTION_H
#define UNROLL_ATTENTION_H

#include <stddef.h>

/// scores[t, s] = sum_a energy[a] tanh(query[t, a] + key[s, a]) for T target steps and the S valid source positions;
/// energy [A]. What lies beyond column S is left alone.
void unroll_additive_scores(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width, const float *query,
                            ptrdiff_t query_stride, const float *key, ptrdiff_t key_stride, const float *energy,
                            float *scores, ptrdiff_t scores_stride);
void unroll_additive_scores_reference(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width, const float *query,
                                      ptrdiff_t query_stride, const float *key, ptrdiff_t key_stride,
                                      const float *energy, float *scores, ptrdiff_t scores_stride);

/// Adds the gradients of query, key and energy, given that of the scores; the tanh is computed again rather than kept.
void unroll_additive_scores_backward(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width, const float *query,
                                     ptrdiff_t query_stride, const float *key, ptrdiff_t key_stride,
                                     const float *energy, const float *dscores, ptrdiff_t dscores_stride,
                                     float *dquery, ptrdiff_t dquery_stride, float *dkey, ptrdiff_t dkey_stride,
                                     float *denergy);
void unroll_additive_scores_backward_reference(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width,
                                               const float *query, ptrdiff_t query_stride, const float *key,
                                               ptrdiff_t key_stride, const float *energy, const float *dscores,
                                               ptrdiff_t dscores_stride, float *dquery, ptrdiff_t dquery_stride,
                                               float *dkey, ptrdiff_t dkey_stride, float *denergy);

#endif
