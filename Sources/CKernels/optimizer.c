#include "optimizer.h"
#include "vector_math.h"

UNROLL_FAST void unroll_adam(ptrdiff_t n, float *parameter, const float *gradient, float *m, float *v, ptrdiff_t t,
                             float learning_rate, float beta1, float beta2, float epsilon, float weight_decay,
                             bool decoupled, float gradient_scale) {
  const float rate = (float)(learning_rate / (1.0 - pow((double)beta1, (double)t)));
  const float root = (float)(1.0 / sqrt(1.0 - pow((double)beta2, (double)t)));
  const float fresh1 = (float)(1.0 - (double)beta1), fresh2 = (float)(1.0 - (double)beta2);
  const float coupled = decoupled ? 0.0f : weight_decay;
  const float keep = decoupled ? (float)(1.0 - (double)learning_rate * weight_decay) : 1.0f;
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float p = parameter[i];
    const float g = gradient[i] * gradient_scale + coupled * p;
    const float mean = beta1 * m[i] + fresh1 * g;
    const float square = beta2 * v[i] + fresh2 * g * g;
    m[i] = mean;
    v[i] = square;
    parameter[i] = p * keep - rate * mean / (unroll_sqrtf(square) * root + epsilon);
  }
}

void unroll_adam_reference(ptrdiff_t n, float *parameter, const float *gradient, float *m, float *v, ptrdiff_t t,
                           float learning_rate, float beta1, float beta2, float epsilon, float weight_decay,
                           bool decoupled, float gradient_scale) {
  const double correction1 = 1 - pow((double)beta1, (double)t), correction2 = 1 - pow((double)beta2, (double)t);
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    double g = (double)gradient[i] * gradient_scale;
    double p = parameter[i];
    if (decoupled) {
      p -= (double)learning_rate * weight_decay * p;
    } else {
      g += weight_decay * p;
    }
    const double mean = (double)beta1 * m[i] + (1 - (double)beta1) * g;
    const double square = (double)beta2 * v[i] + (1 - (double)beta2) * g * g;
    m[i] = (float)mean;
    v[i] = (float)square;
    parameter[i] = (float)(p - learning_rate / correction1 * mean / (sqrt(square) / sqrt(correction2) + epsilon));
  }
}

UNROLL_FAST void unroll_sgd(ptrdiff_t n, float *parameter, const float *gradient, float *velocity, float learning_rate,
                            float momentum, float weight_decay, bool nesterov, float gradient_scale) {
  if (velocity == NULL) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) {
      const float g = gradient[i] * gradient_scale + weight_decay * parameter[i];
      parameter[i] -= learning_rate * g;
    }
    return;
  }
  // p -= lr (direct g + through velocity) covers both forms.
  const float direct = nesterov ? 1.0f : 0.0f, through = nesterov ? momentum : 1.0f;
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale + weight_decay * parameter[i];
    const float speed = momentum * velocity[i] + g;
    velocity[i] = speed;
    parameter[i] -= learning_rate * (direct * g + through * speed);
  }
}

void unroll_sgd_reference(ptrdiff_t n, float *parameter, const float *gradient, float *velocity, float learning_rate,
                          float momentum, float weight_decay, bool nesterov, float gradient_scale) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    float g = gradient[i] * gradient_scale;
    g += weight_decay * parameter[i];
    if (velocity != NULL) {
      velocity[i] = momentum * velocity[i] + g;
      g = nesterov ? g + momentum * velocity[i] : velocity[i];
    }
    parameter[i] -= learning_rate * g;
  }
}

UNROLL_FAST void unroll_adagrad(ptrdiff_t n, float *parameter, const float *gradient, float *sum, float learning_rate,
                                float epsilon, float gradient_scale) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale;
    const float total = sum[i] + g * g;
    sum[i] = total;
    parameter[i] -= learning_rate * g / (unroll_sqrtf(total) + epsilon);
  }
}

void unroll_adagrad_reference(ptrdiff_t n, float *parameter, const float *gradient, float *sum, float learning_rate,
                              float epsilon, float gradient_scale) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    const double g = (double)gradient[i] * gradient_scale;
    const double total = sum[i] + g * g;
    sum[i] = (float)total;
    parameter[i] = (float)(parameter[i] - learning_rate * g / (sqrt(total) + epsilon));
  }
}

UNROLL_FAST void unroll_rmsprop(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *velocity,
                                float learning_rate, float alpha, float epsilon, float momentum, float gradient_scale) {
  const float fresh = (float)(1.0 - (double)alpha);
  if (velocity == NULL) {
    UNROLL_LOOP
    for (ptrdiff_t i = 0; i < n; i++) {
      const float g = gradient[i] * gradient_scale;
      const float mean = alpha * square[i] + fresh * g * g;
      square[i] = mean;
      parameter[i] -= learning_rate * g / (unroll_sqrtf(mean) + epsilon);
    }
    return;
  }
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale;
    const float mean = alpha * square[i] + fresh * g * g;
    const float speed = momentum * velocity[i] + g / (unroll_sqrtf(mean) + epsilon);
    square[i] = mean;
    velocity[i] = speed;
    parameter[i] -= learning_rate * speed;
  }
}

void unroll_rmsprop_reference(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *velocity,
                              float learning_rate, float alpha, float epsilon, float momentum, float gradient_scale) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    const double g = (double)gradient[i] * gradient_scale;
    const double mean = (double)alpha * square[i] + (1 - (double)alpha) * g * g;
    double step = g / (sqrt(mean) + epsilon);
    square[i] = (float)mean;
    if (velocity != NULL) {
      step += (double)momentum * velocity[i];
      velocity[i] = (float)step;
    }
    parameter[i] = (float)(parameter[i] - learning_rate * step);
  }
}

UNROLL_FAST void unroll_adadelta(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *change,
                                 float learning_rate, float rho, float epsilon, float gradient_scale) {
  const float fresh = (float)(1.0 - (double)rho);
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale;
    const float mean = rho * square[i] + fresh * g * g;
    const float step = unroll_sqrtf(change[i] + epsilon) / unroll_sqrtf(mean + epsilon) * g;
    square[i] = mean;
    change[i] = rho * change[i] + fresh * step * step;
    parameter[i] -= learning_rate * step;
  }
}

void unroll_adadelta_reference(ptrdiff_t n, float *parameter, const float *gradient, float *square, float *change,
                               float learning_rate, float rho, float epsilon, float gradient_scale) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) {
    const double g = (double)gradient[i] * gradient_scale;
    const double mean = (double)rho * square[i] + (1 - (double)rho) * g * g;
    const double step = sqrt(change[i] + (double)epsilon) / sqrt(mean + epsilon) * g;
    square[i] = (float)mean;
    change[i] = (float)((double)rho * change[i] + (1 - (double)rho) * step * step);
    parameter[i] = (float)(parameter[i] - learning_rate * step);
  }
}

UNROLL_FAST void unroll_clamp_gradient(ptrdiff_t n, float *gradient, float limit, float gradient_scale) {
  UNROLL_LOOP
  for (ptrdiff_t i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale;
    gradient[i] = g > limit ? limit : g < -limit ? -limit : g;
  }
}

void unroll_clamp_gradient_reference(ptrdiff_t n, float *gradient, float limit, float gradient_scale) {
  UNROLL_PLAIN
  for (ptrdiff_t i = 0; i < n; i++) gradient[i] = fminf(limit, fmaxf(-limit, gradient[i] * gradient_scale));
}
