// Products with a matrix of weights in 8 bits. A matrix is never changed by a product: several threads may use the same one at
// once, each alone after unroll_dnnl_use_one_thread.
#ifndef UNROLL_CONEDNN_INT8_H
#define UNROLL_CONEDNN_INT8_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Weights [N, K], packed as the products want them.
typedef struct unroll_dnnl_int8 unroll_dnnl_int8;

/// Rows of one product, at most.
enum { UNROLL_DNNL_INT8_ROWS = 32 };

/// Packs `weights` [N, K]. Returns 0, or oneDNN's status and no matrix.
int unroll_dnnl_int8_create(unroll_dnnl_int8 **made, ptrdiff_t n, ptrdiff_t k, const int8_t *weights);

/// Bytes of scratch memory that a product takes; it begins on a boundary of 64.
size_t unroll_dnnl_int8_scratch(const unroll_dnnl_int8 *matrix);

/// sums [rows, N] = x [rows, K] · weightsᵀ. Both arrays have room for UNROLL_DNNL_INT8_ROWS rows, whatever `rows` is; what lies in
/// those of `x` that do not count does not matter. Returns 0 or oneDNN's status.
int unroll_dnnl_int8_multiply(const unroll_dnnl_int8 *matrix, ptrdiff_t rows, const int8_t *x, int32_t *sums,
                              void *scratch);

/// Frees a matrix; nothing happens for NULL.
void unroll_dnnl_int8_destroy(unroll_dnnl_int8 *matrix);

#ifdef __cplusplus
}
#endif
#endif
