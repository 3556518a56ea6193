#include "softmax.h"
#include "vector_reduce.h"

UNROLL_INLINE bool counts(int32_t label, int32_t ignore_label, ptrdiff_t vocabulary) {
  return label != ignore_label && label >= 0 && label < vocabulary;
}

/// sum_v (most - x_v), which smoothing needs. Short runs in float, so that neither the rounding of a whole
/// vocabulary nor logits of 1e30 matter, added up in double.
UNROLL_INLINE double distance_below(ptrdiff_t n, const float *x, float most) {
  UNROLL_SUMS
  double total = 0;
  for (ptrdiff_t start = 0; start < n; start += 1024) {
    const ptrdiff_t end = start + 1024 < n ? start + 1024 : n;
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t i = start; i < end; i++) sum += most - x[i];
    total += sum;
  }
  return total;
}

/// What the loss of a row needs of its logits, read before they turn into exponentials.
struct row_terms {
  float most;          // the largest logit
  double below;        // sum_v (most - x_v), or 0 without smoothing
  double below_label;  // most - x_label
};

UNROLL_INLINE struct row_terms terms_of_row(ptrdiff_t vocabulary, const float *row, int32_t label, float smoothing) {
  struct row_terms terms;
  terms.most = unroll_row_largest(vocabulary, row);
  terms.below = smoothing == 0.0f ? 0.0 : distance_below(vocabulary, row, terms.most);
  terms.below_label = (double)terms.most - row[label];
  return terms;
}

UNROLL_INLINE void add_row_loss(struct row_terms terms, double log_sum, ptrdiff_t vocabulary, float smoothing,
                                double *loss, double *nll) {
  const double row_nll = terms.below_label + log_sum;
  const double row_mean = terms.below / (double)vocabulary + log_sum;
  *nll += row_nll;
  *loss += (1.0 - (double)smoothing) * row_nll + (double)smoothing * row_mean;
}

UNROLL_INLINE float log_sum_exp(ptrdiff_t n, const float *row) {
  const float most = unroll_row_largest(n, row);
  return most + unroll_logf(unroll_row_exp_sum(n, row, most));
}

UNROLL_FAST void unroll_softmax_cross_entropy(ptrdiff_t n, ptrdiff_t vocabulary, float *logits, const int32_t *labels,
                                              int32_t ignore_label, float smoothing, float scale, double *loss,
                                              double *nll, float *log_denominator) {
  UNROLL_SUMS
  *loss = 0;
  *nll = 0;
  const float spread = smoothing / (float)vocabulary * scale;
  for (ptrdiff_t i = 0; i < n; i++) {
    float *row = logits + i * vocabulary;
    if (!counts(labels[i], ignore_label, vocabulary)) {
      if (log_denominator != NULL) log_denominator[i] = log_sum_exp(vocabulary, row);
      memset(row, 0, (size_t)vocabulary * sizeof *row);
      continue;
    }
    const struct row_terms terms = terms_of_row(vocabulary, row, labels[i], smoothing);
    float sum = 0;
    UNROLL_LOOP
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const float e = unroll_expf(row[v] - terms.most);
      row[v] = e;
      sum += e;
    }
    const float factor = scale / sum;
    UNROLL_LOOP
    for (ptrdiff_t v = 0; v < vocabulary; v++) row[v] = row[v] * factor - spread;
    row[labels[i]] -= (1.0f - smoothing) * scale;
    const double log_sum = log((double)sum);
    if (log_denominator != NULL) log_denominator[i] = (float)(terms.most + log_sum);
    add_row_loss(terms, log_sum, vocabulary, smoothing, loss, nll);
  }
}

UNROLL_FAST void unroll_cross_entropy_loss(ptrdiff_t n, ptrdiff_t vocabulary, const float *logits,
                                           const int32_t *labels, int32_t ignore_label, float smoothing, double *loss,
                                           double *nll, float *log_denominator) {
  *loss = 0;
  *nll = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *row = logits + i * vocabulary;
    if (!counts(labels[i], ignore_label, vocabulary)) {
      if (log_denominator != NULL) log_denominator[i] = log_sum_exp(vocabulary, row);
      continue;
    }
    const struct row_terms terms = terms_of_row(vocabulary, row, labels[i], smoothing);
    const double log_sum = log((double)unroll_row_exp_sum(vocabulary, row, terms.most));
    if (log_denominator != NULL) log_denominator[i] = (float)(terms.most + log_sum);
    add_row_loss(terms, log_sum, vocabulary, smoothing, loss, nll);
  }
}

void unroll_cross_entropy_loss_reference(ptrdiff_t n, ptrdiff_t vocabulary, const float *logits, const int32_t *labels,
                                         int32_t ignore_label, float smoothing, double *loss, double *nll,
                                         float *log_denominator) {
  *loss = 0;
  *nll = 0;
  for (ptrdiff_t i = 0; i < n; i++) {
    const float *row = logits + i * vocabulary;
    double most = -INFINITY, sum = 0, mean = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) most = fmax(most, row[v]);
    for (ptrdiff_t v = 0; v < vocabulary; v++) sum += exp(row[v] - most);
    const double log_sum = most + log(sum);
    if (log_denominator != NULL) log_denominator[i] = (float)log_sum;
    if (!counts(labels[i], ignore_label, vocabulary)) continue;
    for (ptrdiff_t v = 0; v < vocabulary; v++) mean += (log_sum - row[v]) / (double)vocabulary;
    *nll += log_sum - row[labels[i]];
    *loss += (1.0 - (double)smoothing) * (log_sum - row[labels[i]]) + (double)smoothing * mean;
  }
}

void unroll_softmax_cross_entropy_reference(ptrdiff_t n, ptrdiff_t vocabulary, float *logits, const int32_t *labels,
                                            int32_t ignore_label, float smoothing, float scale, double *loss,
                                            double *nll, float *log_denominator) {
  unroll_cross_entropy_loss_reference(n, vocabulary, logits, labels, ignore_label, smoothing, loss, nll,
                                      log_denominator);
  for (ptrdiff_t i = 0; i < n; i++) {
    float *row = logits + i * vocabulary;
    const bool counted = counts(labels[i], ignore_label, vocabulary);
    double most = -INFINITY, sum = 0;
    for (ptrdiff_t v = 0; v < vocabulary; v++) most = fmax(most, row[v]);
    for (ptrdiff_t v = 0; v < vocabulary; v++) sum += exp(row[v] - most);
    for (ptrdiff_t v = 0; v < vocabulary; v++) {
      const double target = smoothing / (double)vocabulary + (v == labels[i] ? 1.0 - (double)smoothing : 0.0);
      row[v] = counted ? (float)((exp(row[v] - most) / sum - target) * scale) : 0.0f;
    }
  }
}
