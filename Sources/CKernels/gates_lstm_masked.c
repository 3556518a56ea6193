#include "gates.h"
#include "vector_math.h"

UNROLL_FAST void unroll_lstm_forward_masked(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                            const float *mask, const float *c_prev, float *c, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_i = gates + 4 * at, *gate_f = gate_i + hidden, *gate_g = gate_f + hidden, *gate_o = gate_g + hidden;
    const float *bias_f = bias + hidden, *bias_g = bias + 2 * hidden, *bias_o = bias + 3 * hidden;
    const float *row_mask = mask + at, *row_c_prev = c_prev + at;
    float *row_c = c + at, *row_h = h + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float i = unroll_sigmoidf(gate_i[j] + bias[j]);
      const float f = unroll_sigmoidf(gate_f[j] + bias_f[j]);
      const float g = unroll_tanhf(gate_g[j] + bias_g[j]);
      const float o = unroll_sigmoidf(gate_o[j] + bias_o[j]);
      const float cell = f * row_c_prev[j] + i * (g * row_mask[j]);
      gate_i[j] = i;
      gate_f[j] = f;
      gate_g[j] = g;
      gate_o[j] = o;
      row_c[j] = cell;
      row_h[j] = o * unroll_tanhf(cell);
    }
  }
}

UNROLL_FAST void unroll_lstm_backward_masked(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *mask,
                                             const float *c_prev, const float *c, const float *dh, float *dc) {
  for (ptrdiff_t row = 0; row < n; row++) {
    const ptrdiff_t at = row * hidden;
    float *gate_i = gates + 4 * at, *gate_f = gate_i + hidden, *gate_g = gate_f + hidden, *gate_o = gate_g + hidden;
    const float *row_mask = mask + at, *row_c_prev = c_prev + at, *row_c = c + at, *row_dh = dh + at;
    float *row_dc = dc + at;
    UNROLL_LOOP
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const float i = gate_i[j], f = gate_f[j], g = gate_g[j], o = gate_o[j];
      const float squashed = unroll_tanhf(row_c[j]);
      const float d = row_dc[j] + row_dh[j] * o * (1.0f - squashed * squashed);
      const float kept = d * row_mask[j];
      gate_i[j] = kept * g * i * (1.0f - i);
      gate_f[j] = d * row_c_prev[j] * f * (1.0f - f);
      gate_g[j] = kept * i * (1.0f - g * g);
      gate_o[j] = row_dh[j] * squashed * o * (1.0f - o);
      row_dc[j] = d * f;
    }
  }
}

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

void unroll_lstm_forward_masked_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *bias,
                                          const float *mask, const float *c_prev, float *c, float *h) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 4 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      gate[j] = sigmoid(gate[j] + bias[j]);
      gate[hidden + j] = sigmoid(gate[hidden + j] + bias[hidden + j]);
      gate[2 * hidden + j] = tanhf(gate[2 * hidden + j] + bias[2 * hidden + j]);
      gate[3 * hidden + j] = sigmoid(gate[3 * hidden + j] + bias[3 * hidden + j]);
      c[at] = gate[hidden + j] * c_prev[at] + gate[j] * (gate[2 * hidden + j] * mask[at]);
      h[at] = gate[3 * hidden + j] * tanhf(c[at]);
    }
  }
}

void unroll_lstm_backward_masked_reference(ptrdiff_t n, ptrdiff_t hidden, float *gates, const float *mask,
                                           const float *c_prev, const float *c, const float *dh, float *dc) {
  for (ptrdiff_t row = 0; row < n; row++) {
    float *gate = gates + row * 4 * hidden;
    UNROLL_PLAIN
    for (ptrdiff_t j = 0; j < hidden; j++) {
      const ptrdiff_t at = row * hidden + j;
      const float i = gate[j], f = gate[hidden + j], g = gate[2 * hidden + j], o = gate[3 * hidden + j];
      const float squashed = tanhf(c[at]);
      const float d = dc[at] + dh[at] * o * (1 - squashed * squashed);
      gate[j] = d * mask[at] * g * (i * (1 - i));
      gate[hidden + j] = d * c_prev[at] * (f * (1 - f));
      gate[2 * hidden + j] = d * mask[at] * i * (1 - g * g);
      gate[3 * hidden + j] = dh[at] * squashed * (o * (1 - o));
      dc[at] = d * f;
    }
  }
}
