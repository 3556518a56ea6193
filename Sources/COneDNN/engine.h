// The processor as oneDNN sees it, and copies between layouts: what all operations share.
#ifndef UNROLL_ENGINE_H
#define UNROLL_ENGINE_H
#include "recurrent_versions.h"

/// Gives the status of a call to the caller unless it is success.
#define TRY(call)                                \
  do {                                           \
    dnnl_status_t status_ = (call);              \
    if (status_ != dnnl_success) return status_; \
  } while (0)

/// One engine for all, as oneDNN asks of operations that share arrays: it is the processor, and holds nothing.
dnnl_engine_t unroll_dnnl_engine(void);
/// A stream of this thread, which lives as long as the thread.
dnnl_stream_t unroll_dnnl_stream(void);

/// Makes the operation that copies an array from one layout into another.
dnnl_status_t unroll_dnnl_make_reorder(dnnl_primitive_t *made, descriptor from, descriptor to);
/// Copies an array into another layout, once.
dnnl_status_t unroll_dnnl_copy(dnnl_memory_t from, dnnl_memory_t to);

#endif
