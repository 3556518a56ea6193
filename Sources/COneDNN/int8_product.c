#include "int8_product.h"
#include "engine.h"
#include <stdlib.h>

/// A product for a fixed number of rows. Two are enough: one for the hypotheses of a single sentence, one for all that are more.
struct product {
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive;
};

enum { FEW_ROWS = 8, SIZES = 2 };
static const dnnl_dim_t rows_of[SIZES] = {FEW_ROWS, UNROLL_DNNL_INT8_ROWS};

struct unroll_dnnl_int8 {
  struct product products[SIZES];
  /// One a product, as oneDNN may pack weights in another way for another number of rows.
  dnnl_memory_t weights[SIZES];
};

/// 2.x fills in an operation, which then becomes a primitive descriptor; 3.x has a function that does both.
static dnnl_status_t describe(dnnl_primitive_desc_t *made, descriptor x, descriptor weights, descriptor sums,
                              const_dnnl_primitive_attr_t attributes) {
#if DNNL_VERSION_MAJOR < 3
  dnnl_matmul_desc_t operation;
  TRY(dnnl_matmul_desc_init(&operation, x, weights, NULL, sums));
  return dnnl_primitive_desc_create(made, &operation, attributes, unroll_dnnl_engine(), NULL);
#else
  return dnnl_matmul_primitive_desc_create(made, unroll_dnnl_engine(), x, weights, NULL, sums, attributes);
#endif
}

static descriptor layout(const struct product *p, int argument) {
  return dnnl_primitive_desc_query_md(p->description, dnnl_query_exec_arg_md, argument);
}

static dnnl_status_t make_product(struct product *p, dnnl_dim_t rows, dnnl_dim_t n, dnnl_dim_t k) {
  const dnnl_dims_t x_shape = {rows, k}, weights_shape = {k, n}, sums_shape = {rows, n};
  descriptor x = NULL, weights = NULL, sums = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status = unroll_dnnl_typed_descriptor_make(&x, 2, x_shape, dnnl_s8, dnnl_ab);
  if (!status) status = unroll_dnnl_typed_descriptor_make(&weights, 2, weights_shape, dnnl_s8, dnnl_format_tag_any);
  if (!status) status = unroll_dnnl_typed_descriptor_make(&sums, 2, sums_shape, dnnl_s32, dnnl_ab);
  if (!status) status = dnnl_primitive_attr_create(&attributes);
  // The scratch memory comes from the caller: then a product changes nothing of the matrix.
  if (!status) status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (!status) status = describe(&p->description, x, weights, sums, attributes);
  if (!status) status = dnnl_primitive_create(&p->primitive, p->description);
  dnnl_primitive_attr_destroy(attributes);
  unroll_dnnl_descriptor_free(x);
  unroll_dnnl_descriptor_free(weights);
  unroll_dnnl_descriptor_free(sums);
  return status;
}

/// Copies `plain` [N, K] into the layout that a product wants.
static dnnl_status_t pack(dnnl_memory_t *packed, const struct product *p, descriptor plain, const int8_t *values) {
  TRY(dnnl_memory_create(packed, layout(p, DNNL_ARG_WEIGHTS), unroll_dnnl_engine(), DNNL_MEMORY_ALLOCATE));
  dnnl_memory_t source;
  TRY(dnnl_memory_create(&source, plain, unroll_dnnl_engine(), (void *)values));
  dnnl_status_t status = unroll_dnnl_copy(source, *packed);
  dnnl_memory_destroy(source);
  return status;
}

static dnnl_status_t build(unroll_dnnl_int8 *m, ptrdiff_t n, ptrdiff_t k, const int8_t *weights) {
  for (int size = 0; size < SIZES; size++) TRY(make_product(&m->products[size], rows_of[size], n, k));
  const dnnl_dims_t shape = {k, n};
  descriptor plain = NULL;
  TRY(unroll_dnnl_typed_descriptor_make(&plain, 2, shape, dnnl_s8, dnnl_ba));
  dnnl_status_t status = dnnl_success;
  for (int size = 0; size < SIZES && !status; size++)
    status = pack(&m->weights[size], &m->products[size], plain, weights);
  unroll_dnnl_descriptor_free(plain);
  return status;
}

int unroll_dnnl_int8_create(unroll_dnnl_int8 **made, ptrdiff_t n, ptrdiff_t k, const int8_t *weights) {
  *made = NULL;
  unroll_dnnl_int8 *fresh = calloc(1, sizeof *fresh);
  if (!fresh) return dnnl_out_of_memory;
  dnnl_status_t status = build(fresh, n, k, weights);
  if (status == dnnl_success) {
    *made = fresh;
  } else {
    unroll_dnnl_int8_destroy(fresh);
  }
  return status;
}

size_t unroll_dnnl_int8_scratch(const unroll_dnnl_int8 *m) {
  size_t most = 0;
  for (int size = 0; size < SIZES; size++) {
    descriptor scratch = layout(&m->products[size], DNNL_ARG_SCRATCHPAD);
    size_t bytes = scratch ? dnnl_memory_desc_get_size(scratch) : 0;
    if (bytes > most) most = bytes;
  }
  return most;
}

int unroll_dnnl_int8_multiply(const unroll_dnnl_int8 *m, ptrdiff_t rows, const int8_t *x, int32_t *sums,
                              void *scratch) {
  int size = rows <= FEW_ROWS ? 0 : 1;
  const struct product *p = &m->products[size];
  const struct {
    int number;
    void *data;
  } own[] = {{DNNL_ARG_SRC, (void *)x}, {DNNL_ARG_DST, sums}, {DNNL_ARG_SCRATCHPAD, scratch}};
  enum { OWN = sizeof own / sizeof *own };
  dnnl_exec_arg_t arguments[OWN + 1];
  dnnl_status_t status = dnnl_success;
  int count = 0;
  for (int index = 0; index < OWN && !status; index++) {
    descriptor described = layout(p, own[index].number);
    if (!described || dnnl_memory_desc_get_size(described) == 0) continue;
    dnnl_memory_t memory;
    status = dnnl_memory_create(&memory, described, unroll_dnnl_engine(), own[index].data);
    if (!status) arguments[count++] = (dnnl_exec_arg_t){own[index].number, memory};
  }
  if (!status) {
    arguments[count] = (dnnl_exec_arg_t){DNNL_ARG_WEIGHTS, m->weights[size]};
    status = dnnl_primitive_execute(p->primitive, unroll_dnnl_stream(), count + 1, arguments);
  }
  if (!status) status = dnnl_stream_wait(unroll_dnnl_stream());
  for (int index = 0; index < count; index++) dnnl_memory_destroy(arguments[index].memory);
  return status;
}

void unroll_dnnl_int8_destroy(unroll_dnnl_int8 *m) {
  if (!m) return;
  for (int size = 0; size < SIZES; size++) {
    dnnl_memory_destroy(m->weights[size]);
    dnnl_primitive_destroy(m->products[size].primitive);
    dnnl_primitive_desc_destroy(m->products[size].description);
  }
  free(m);
}
