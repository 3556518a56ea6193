#include "gates.h"
#include "vector_math.h"

UNROLL_INLINE void lstm_forward_row(ptrdiff_t hidden, float *gates, const float *bias, const float *c_prev, float *c,
                                    float *h, bool biased) {
  float *gate_i = gates, *gate_f = gates + hidden, *gate_g = gates + 2 * hidden, *gate_o = gates + 3 * hidden;
  const float *bias_i = bias, *bias_f = bias, *bias_g = bias, *bias_o = bias;
  if (biased) {
    bias_f = bias + hidden;
    bias_g = bias + 2 * hidden;
    bias_o = bias + 3 * hidden;
  }
  UNROLL_LOOP
  for (ptrdiff_t j = 0; j < hidden; j++) {
    const float i = unroll_sigmoidf(biased ? gate_i[j] + bias_i[j] : gate_i[j]);
    const float f = unroll_sigmoidf(biased ? gate_f[j] + bias_f[j] : gate_f[j]);
    const float g = unroll_tanhf(biased ? gate_g[j] + bias_g[j] : gate_g[j]);
    const float o = unroll_sigmoidf(biased ? gate_o[j] + bias_o[j] : gate_o[j]);
    const float cell = f * c_prev[j] + i * g;
    gate_i[j] = i;
    gate_f[j] = f;
    gate_g[j] = g;
    gate_o[j] = o;
    c[j] = cell;
    h[j] = o * unroll_tanhf(cell);
  }
}

UNROLL_FAST void unroll_lstm_forward(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                     const float *c_prev, float *c, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    if (bias != NULL) {
      lstm_forward_row(hidden, gates + 4 * at, bias, c_prev + at, c + at, h + at, true);
    } else {
      lstm_forward_row(hidden, gates + 4 * at, NULL, c_prev + at, c + at, h + at, false);
    }
  }
}

UNROLL_FAST void unroll_lstm_backward(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *c_prev, const float *c,
                                      const float *dh, float *dc) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_i = gates + 4 * at, *gate_f = gate_i + hidden, *gate_g = gate_f + hidden, *gate_o = gate_g + hidden;
    const float *row_c_prev = c_prev + at, *row_c = c + at, *row_dh = dh + at;
    float *row_dc = dc + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float i = gate_i[j], f = gate_f[j], g = gate_g[j], o = gate_o[j];
      const float squashed = unroll_tanhf(row_c[j]);
      const float d = row_dc[j] + row_dh[j] * o * (1.0f - squashed * squashed);
      gate_i[j] = d * g * i * (1.0f - i);
      gate_f[j] = d * row_c_prev[j] * f * (1.0f - f);
      gate_g[j] = d * i * (1.0f - g * g);
      gate_o[j] = row_dh[j] * squashed * o * (1.0f - o);
      row_dc[j] = d * f;
    }
  }
}

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

void unroll_lstm_forward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias, const float *c_prev,
                                   float *c, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 4 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; bias != NULL && j < 4 * hidden; j++) gate[j] += bias[j];
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float i = sigmoid(gate[j]);
      const float f = sigmoid(gate[hidden + j]);
      const float g = tanhf(gate[2 * hidden + j]);
      const float o = sigmoid(gate[3 * hidden + j]);
      gate[j] = i;
      gate[hidden + j] = f;
      gate[2 * hidden + j] = g;
      gate[3 * hidden + j] = o;
      c[at] = f * c_prev[at] + i * g;
      h[at] = o * tanhf(c[at]);
    }
  }
}

void unroll_lstm_backward_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *c_prev, const float *c,
                                    const float *dh, float *dc) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 4 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float i = gate[j], f = gate[hidden + j], g = gate[2 * hidden + j], o = gate[3 * hidden + j];
      const float squashed = tanhf(c[at]);
      const float d = dc[at] + dh[at] * o * (1 - squashed * squashed);
      gate[j] = d * g * (i * (1 - i));
      gate[hidden + j] = d * c_prev[at] * (f * (1 - f));
      gate[2 * hidden + j] = d * i * (1 - g * g);
      gate[3 * hidden + j] = dh[at] * squashed * (o * (1 - o));
      dc[at] = d * f;
    }
  }
}
