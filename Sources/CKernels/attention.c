#include "attention.h"
#include "vector_math.h"

UNROLL_FAST void unroll_additive_scores(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width, const float *query,
                                        ptrdiff_t query_stride, const float *key, ptrdiff_t key_stride,
                                        const float *energy, float *scores, ptrdiff_t scores_stride) {
  UNROLL_SUMS
  for (ptrdiff_t t = 0; t < targets; t++) {
    const float *q = query + t * query_stride;
    for (ptrdiff_t s = 0; s < sources; s++) {
      const float *k = key + s * key_stride;
      float sum = 0;
      UNROLL_LOOP
      for (ptrdiff_t a = 0; a < width; a++) sum += energy[a] * unroll_tanhf(q[a] + k[a]);
      scores[t * scores_stride + s] = sum;
    }
  }
}

UNROLL_FAST void unroll_additive_scores_backward(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width,
                                                 const float *query, ptrdiff_t query_stride, const float *key,
                                                 ptrdiff_t key_stride, const float *energy, const float *dscores,
                                                 ptrdiff_t dscores_stride, float *dquery, ptrdiff_t dquery_stride,
                                                 float *dkey, ptrdiff_t dkey_stride, float *denergy) {
  for (ptrdiff_t t = 0; t < targets; t++) {
    const float *q = query + t * query_stride;
    float *dq = dquery + t * dquery_stride;
    for (ptrdiff_t s = 0; s < sources; s++) {
      const float *k = key + s * key_stride;
      float *dk = dkey + s * dkey_stride;
      const float d = dscores[t * dscores_stride + s];
      UNROLL_LOOP
      for (ptrdiff_t a = 0; a < width; a++) {
        const float squashed = unroll_tanhf(q[a] + k[a]);
        const float inner = d * energy[a] * (1.0f - squashed * squashed);
        dq[a] += inner;
        dk[a] += inner;
        denergy[a] += d * squashed;
      }
    }
  }
}

void unroll_additive_scores_reference(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width, const float *query,
                                      ptrdiff_t query_stride, const float *key, ptrdiff_t key_stride,
                                      const float *energy, float *scores, ptrdiff_t scores_stride) {
  for (ptrdiff_t t = 0; t < targets; t++) {
    for (ptrdiff_t s = 0; s < sources; s++) {
      double sum = 0;
      for (ptrdiff_t a = 0; a < width; a++) {
        sum += energy[a] * tanhf(query[t * query_stride + a] + key[s * key_stride + a]);
      }
      scores[t * scores_stride + s] = (float)sum;
    }
  }
}

void unroll_additive_scores_backward_reference(ptrdiff_t targets, ptrdiff_t sources, ptrdiff_t width,
                                               const float *query, ptrdiff_t query_stride, const float *key,
                                               ptrdiff_t key_stride, const float *energy, const float *dscores,
                                               ptrdiff_t dscores_stride, float *dquery, ptrdiff_t dquery_stride,
                                               float *dkey, ptrdiff_t dkey_stride, float *denergy) {
  for (ptrdiff_t t = 0; t < targets; t++) {
    for (ptrdiff_t s = 0; s < sources; s++) {
      const float d = dscores[t * dscores_stride + s];
      for (ptrdiff_t a = 0; a < width; a++) {
        const float squashed = tanhf(query[t * query_stride + a] + key[s * key_stride + a]);
        const float inner = d * energy[a] * (1 - squashed * squashed);
        dquery[t * dquery_stride + a] += inner;
        dkey[s * dkey_stride + a] += inner;
        denergy[a] += d * squashed;
      }
    }
  }
}
