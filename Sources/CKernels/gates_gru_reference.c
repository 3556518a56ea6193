#include "gates.h"
#include "kernel.h"

#include <math.h>

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

static float biased(float x, const float *bias, ptrdiff_t j) { return bias == NULL ? x : x + bias[j]; }

void unroll_gru_after_forward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *bias,
                                        const float *bias_hn, const float *h_prev, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j, r = j, z = hidden + j, candidate = 2 * hidden + j;
      gate[r] = sigmoid(biased(gate[r], bias, r));
      gate[z] = sigmoid(biased(gate[z], bias, z));
      hn[at] = biased(hn[at], bias_hn, j);
      gate[candidate] = tanhf(biased(gate[candidate], bias, candidate) + gate[r] * hn[at]);
      h[at] = (1 - gate[z]) * gate[candidate] + gate[z] * h_prev[at];
    }
  }
}

void unroll_gru_after_backward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *h_prev,
                                         const float *dh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float r = gate[j], z = gate[hidden + j], candidate = gate[2 * hidden + j], d = dh[at];
      const float dn = d * (1 - z) * (1 - candidate * candidate);
      gate[j] = dn * hn[at] * (r * (1 - r));
      gate[hidden + j] = d * (h_prev[at] - candidate) * (z * (1 - z));
      gate[2 * hidden + j] = dn;
      hn[at] = dn * r;
      dh_prev[at] = d * z;
    }
  }
}

void unroll_gru_before_reset_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                       const float *h_prev, float *rh) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    for (ptrdiff_t j = 0; j < 2 * hidden; j++) gate[j] = sigmoid(biased(gate[j], bias, j));
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) rh[row * hidden + j] = gate[j] * h_prev[row * hidden + j];
  }
}

void unroll_gru_before_output_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                        const float *h_prev, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j, candidate = 2 * hidden + j;
      const float z = gate[hidden + j];
      gate[candidate] = tanhf(biased(gate[candidate], bias, candidate));
      h[at] = (1 - z) * gate[candidate] + z * h_prev[at];
    }
  }
}

void unroll_gru_before_backward_output_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                 const float *dh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float z = gate[hidden + j], candidate = gate[2 * hidden + j], d = dh[at];
      gate[hidden + j] = d * (h_prev[at] - candidate) * (z * (1 - z));
      gate[2 * hidden + j] = d * (1 - z) * (1 - candidate * candidate);
      dh_prev[at] = d * z;
    }
  }
}

void unroll_gru_before_backward_reset_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                const float *drh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 3 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float r = gate[j], d = drh[at];
      gate[j] = d * h_prev[at] * (r * (1 - r));
      dh_prev[at] += d * r;
    }
  }
}
