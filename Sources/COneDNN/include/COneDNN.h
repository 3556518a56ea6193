#ifndef UNROLL_CONEDNN_H
#define UNROLL_CONEDNN_H
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
const char *unroll_dnnl_version(void);
#ifdef __cplusplus
}
#endif
#endif
