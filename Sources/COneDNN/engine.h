// The processor as oneDNN sees it, and copies between layouts: what all operations that are kept share.
#ifndef UNROLL_ENGINE_H
#define UNROLL_ENGINE_H
#include "recurrent_versions.h"

/// One engine for all, as oneDNN asks of operations that share arrays: it is the processor, and holds nothing.
dnnl_engine_t unroll_dnnl_engine(void);
/// A stream of this thread, which lives as long as the thread.
dnnl_stream_t unroll_dnnl_stream(void);

/// Makes the operation that copies an array from one layout into another.
dnnl_status_t unroll_dnnl_make_reorder(dnnl_primitive_t *made, descriptor from, descriptor to);

#endif
