#include "gates.h"
#include "vector_math.h"

UNROLL_INLINE void gru_after_forward_row(ptrdiff_t hidden, float *gates, float *hn, const float *bias,
                                         const float *bias_hn, const float *h_prev, float *h, bool biased,
                                         bool hn_biased) {
  float *gate_r = gates, *gate_z = gates + hidden, *gate_n = gates + 2 * hidden;
  const float *bias_r = bias, *bias_z = bias, *bias_n = bias;
  if (biased) {
    bias_z = bias + hidden;
    bias_n = bias + 2 * hidden;
  }
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < hidden; j++) {
    const float r = unroll_sigmoidf(biased ? gate_r[j] + bias_r[j] : gate_r[j]);
    const float z = unroll_sigmoidf(biased ? gate_z[j] + bias_z[j] : gate_z[j]);
    const float recurrent = hn_biased ? hn[j] + bias_hn[j] : hn[j];
    const float n = unroll_tanhf((biased ? gate_n[j] + bias_n[j] : gate_n[j]) + r * recurrent);
    gate_r[j] = r;
    gate_z[j] = z;
    gate_n[j] = n;
    hn[j] = recurrent;
    h[j] = (1.0f - z) * n + z * h_prev[j];
  }
}

UNROLL_FAST void unroll_gru_after_forward(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *bias,
                                          const float *bias_hn, const float *h_prev, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *row_gates = gates + 3 * at, *row_hn = hn + at, *row_h = h + at;
    const float *row_h_prev = h_prev + at;
    if (bias != NULL && bias_hn != NULL) {
      gru_after_forward_row(hidden, row_gates, row_hn, bias, bias_hn, row_h_prev, row_h, true, true);
    } else if (bias != NULL) {
      gru_after_forward_row(hidden, row_gates, row_hn, bias, NULL, row_h_prev, row_h, true, false);
    } else if (bias_hn != NULL) {
      gru_after_forward_row(hidden, row_gates, row_hn, NULL, bias_hn, row_h_prev, row_h, false, true);
    } else {
      gru_after_forward_row(hidden, row_gates, row_hn, NULL, NULL, row_h_prev, row_h, false, false);
    }
  }
}

UNROLL_FAST void unroll_gru_after_backward(ptrdiff_t n, ptrdiff_t hidden, float *gates, float *hn, const float *h_prev,
                                           const float *dh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_r = gates + 3 * at, *gate_z = gate_r + hidden, *gate_n = gate_z + hidden;
    float *row_hn = hn + at, *row_dh_prev = dh_prev + at;
    const float *row_h_prev = h_prev + at, *row_dh = dh + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float r = gate_r[j], z = gate_z[j], candidate = gate_n[j], d = row_dh[j];
      const float dn = d * (1.0f - z) * (1.0f - candidate * candidate);
      gate_r[j] = dn * row_hn[j] * r * (1.0f - r);
      gate_z[j] = d * (row_h_prev[j] - candidate) * z * (1.0f - z);
      gate_n[j] = dn;
      row_hn[j] = dn * r;
      row_dh_prev[j] = d * z;
    }
  }
}

UNROLL_INLINE void gru_before_reset_row(ptrdiff_t hidden, float *gates, const float *bias, const float *h_prev,
                                        float *rh, bool biased) {
  float *gate_r = gates, *gate_z = gates + hidden;
  const float *bias_r = bias, *bias_z = biased ? bias + hidden : bias;
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < hidden; j++) {
    const float r = unroll_sigmoidf(biased ? gate_r[j] + bias_r[j] : gate_r[j]);
    const float z = unroll_sigmoidf(biased ? gate_z[j] + bias_z[j] : gate_z[j]);
    gate_r[j] = r;
    gate_z[j] = z;
    rh[j] = r * h_prev[j];
  }
}

UNROLL_FAST void unroll_gru_before_reset(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                         const float *h_prev, float *rh) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    if (bias != NULL) {
      gru_before_reset_row(hidden, gates + 3 * at, bias, h_prev + at, rh + at, true);
    } else {
      gru_before_reset_row(hidden, gates + 3 * at, NULL, h_prev + at, rh + at, false);
    }
  }
}

UNROLL_INLINE void gru_before_output_row(ptrdiff_t hidden, float *gates, const float *bias, const float *h_prev,
                                         float *h, bool biased) {
  float *gate_z = gates + hidden, *gate_n = gates + 2 * hidden;
  const float *bias_n = biased ? bias + 2 * hidden : bias;
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < hidden; j++) {
    const float z = gate_z[j];
    const float n = unroll_tanhf(biased ? gate_n[j] + bias_n[j] : gate_n[j]);
    gate_n[j] = n;
    h[j] = (1.0f - z) * n + z * h_prev[j];
  }
}

UNROLL_FAST void unroll_gru_before_output(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                          const float *h_prev, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    if (bias != NULL) {
      gru_before_output_row(hidden, gates + 3 * at, bias, h_prev + at, h + at, true);
    } else {
      gru_before_output_row(hidden, gates + 3 * at, NULL, h_prev + at, h + at, false);
    }
  }
}

UNROLL_FAST void unroll_gru_before_backward_output(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                   const float *dh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_z = gates + 3 * at + hidden, *gate_n = gate_z + hidden, *row_dh_prev = dh_prev + at;
    const float *row_h_prev = h_prev + at, *row_dh = dh + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float z = gate_z[j], candidate = gate_n[j], d = row_dh[j];
      gate_z[j] = d * (row_h_prev[j] - candidate) * z * (1.0f - z);
      gate_n[j] = d * (1.0f - z) * (1.0f - candidate * candidate);
      row_dh_prev[j] = d * z;
    }
  }
}

UNROLL_FAST void unroll_gru_before_backward_reset(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *h_prev,
                                                  const float *drh, float *dh_prev) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_r = gates + 3 * at, *row_dh_prev = dh_prev + at;
    const float *row_h_prev = h_prev + at, *row_drh = drh + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float r = gate_r[j], d = row_drh[j];
      gate_r[j] = d * row_h_prev[j] * r * (1.0f - r);
      row_dh_prev[j] += d * r;
    }
  }
}
