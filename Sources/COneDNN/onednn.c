#define _GNU_SOURCE
#include "COneDNN.h"
#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.h>
#include <stdio.h>

const char *unroll_dnnl_version(void) {
  static _Thread_local char text[48];
  const dnnl_version_t *v = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", v->major, v->minor, v->patch);
  return text;
}

void unroll_dnnl_use_one_thread(void) {
  // Looked up at run time: the OpenMP runtime is whichever one oneDNN was linked with, and a build of oneDNN
  // without OpenMP has none. The setting belongs to the calling thread.
  void (*set_threads)(int) = (void (*)(int))dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  if (set_threads) set_threads(1);
}

int unroll_sgemm(bool transpose_a, bool transpose_b, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, float alpha, const float *a,
                 ptrdiff_t lda, const float *b, ptrdiff_t ldb, float beta, float *c, ptrdiff_t ldc) {
  return (int)dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
