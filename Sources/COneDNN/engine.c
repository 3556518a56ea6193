#include "engine.h"
#include <pthread.h>

static pthread_once_t engine_once = PTHREAD_ONCE_INIT;
static dnnl_engine_t engine;

static void make_engine(void) {
  if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
}

dnnl_engine_t unroll_dnnl_engine(void) {
  pthread_once(&engine_once, make_engine);
  return engine;
}

dnnl_stream_t unroll_dnnl_stream(void) {
  static _Thread_local dnnl_stream_t stream;
  if (!stream && dnnl_stream_create(&stream, unroll_dnnl_engine(), dnnl_stream_default_flags) != dnnl_success)
    stream = NULL;
  return stream;
}

dnnl_status_t unroll_dnnl_make_reorder(dnnl_primitive_t *made, descriptor from, descriptor to) {
  dnnl_primitive_desc_t description;
  dnnl_engine_t engine = unroll_dnnl_engine();
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(&description, from, engine, to, engine, NULL);
  if (status != dnnl_success) return status;
  status = dnnl_primitive_create(made, description);
  dnnl_primitive_desc_destroy(description);
  return status;
}

dnnl_status_t unroll_dnnl_copy(dnnl_memory_t from, dnnl_memory_t to) {
  descriptor from_layout, to_layout;
  TRY(dnnl_memory_get_memory_desc(from, &from_layout));
  TRY(dnnl_memory_get_memory_desc(to, &to_layout));
  dnnl_primitive_t reorder;
  TRY(unroll_dnnl_make_reorder(&reorder, from_layout, to_layout));
  const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
  dnnl_status_t status = dnnl_primitive_execute(reorder, unroll_dnnl_stream(), 2, arguments);
  if (status == dnnl_success) status = dnnl_stream_wait(unroll_dnnl_stream());
  dnnl_primitive_destroy(reorder);
  return status;
}
