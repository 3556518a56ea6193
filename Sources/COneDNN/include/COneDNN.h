// A thin C layer over oneDNN. Everything here runs on the calling thread: the library's own
// OpenMP team is switched off per thread by unroll_dnnl_use_one_thread, and Unroll's worker pool splits the work.
#ifndef UNROLL_CONEDNN_H
#define UNROLL_CONEDNN_H
#include "images.h"
#include "int8_product.h"
#include "recurrent.h"
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/// The version of the oneDNN library that is loaded, such as "2.6.3".
const char *unroll_dnnl_version(void);

/// Makes oneDNN calls from the calling thread use that thread alone. Each thread that multiplies calls it once.
void unroll_dnnl_use_one_thread(void);

/// C [m,n] = alpha * op(A) [m,k] * op(B) [k,n] + beta * C, row-major with leading dimensions; op transposes where
/// asked. Returns 0, or oneDNN's status when it refuses the sizes.
int unroll_sgemm(bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, const float *a,
                 ptrdiff_t lda, const float *b, ptrdiff_t ldb, float beta, float *c, ptrdiff_t ldc);

#ifdef __cplusplus
}
#endif
#endif
