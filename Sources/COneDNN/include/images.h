// oneDNN's convolutions and poolings over a batch of images, each as one operation that is made once for its sizes and then run on any arrays. An operation is never changed by a run: several threads may run the same one
// at once, each alone after unroll_dnnl_use_one_thread. All sizes are in elements of float32 unless they say bytes.
#ifndef UNROLL_CONEDNN_IMAGES_H
#define UNROLL_CONEDNN_IMAGES_H
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/// How the values of a batch of N images with C channels lie in memory. Image i always begins at i·C·H·W.
typedef enum {
  /// [N, H, W, C]: the channels of a pixel side by side.
  UNROLL_DNNL_PIXELS,
  /// [N, C/16, H, W, 16]; C is a multiple of 16.
  UNROLL_DNNL_BLOCKS
} unroll_dnnl_layout;

/// Which way an operation goes.
typedef enum {
  UNROLL_DNNL_INFERENCE,
  /// The same numbers, with what the way back needs.
  UNROLL_DNNL_FORWARD,
  /// From the gradient of the results to that of what went in.
  UNROLL_DNNL_BACKWARD,
  /// From the gradient of the results to that of weights and biases.
  UNROLL_DNNL_BACKWARD_WEIGHTS
} unroll_dnnl_way;

/// What happens to each result of a convolution before it is written.
typedef enum { UNROLL_DNNL_IDENTITY, UNROLL_DNNL_RELU, UNROLL_DNNL_RELU6 } unroll_dnnl_activation;

/// A window that moves over images of in_channels × in_height × in_width; rows and columns of nothing lie around them.
typedef struct {
  ptrdiff_t images, in_channels, in_height, in_width, out_channels, out_height, out_width;
  ptrdiff_t height, width, stride, top, left, bottom, right;
  unroll_dnnl_layout layout;
} unroll_dnnl_window;

/// What a convolution does beside its sums.
typedef struct {
  ptrdiff_t groups;
  bool bias;
  /// Adds what the output array held before.
  bool residual;
  unroll_dnnl_activation activation;
  /// By the minimal filtering of Winograd (Lavin and Gray, 2016); blocks only, and not offered by every oneDNN.
  bool winograd;
} unroll_dnnl_convolution;

/// The arrays of an operation. A gradient takes the place of what it is the gradient of.
typedef enum {
  UNROLL_DNNL_INPUT,
  UNROLL_DNNL_OUTPUT,
  UNROLL_DNNL_WEIGHTS,
  UNROLL_DNNL_BIAS,
  /// Where a maximum was found: written by the way forth, read by the way back.
  UNROLL_DNNL_PLACES,
  UNROLL_DNNL_SCRATCH,
  UNROLL_DNNL_ARRAYS
} unroll_dnnl_array;

/// One operation for one size.
typedef struct unroll_dnnl_operation unroll_dnnl_operation;

/// Each makes an operation; returns 0, or oneDNN's status and no operation.
int unroll_dnnl_make_convolution(unroll_dnnl_operation **made, unroll_dnnl_way way, const unroll_dnnl_window *window,
                                 const unroll_dnnl_convolution *convolution);
/// The largest value under the window, or the mean of those that are inside the image.
int unroll_dnnl_make_pooling(unroll_dnnl_operation **made, unroll_dnnl_way way, const unroll_dnnl_window *window,
                             bool maximum);
/// How many floats an array takes; 0 for one that the operation does not have.
size_t unroll_dnnl_array_count(const unroll_dnnl_operation *operation, unroll_dnnl_array array);

/// Runs an operation; arrays that it does not have are ignored. Returns 0 or oneDNN's status.
int unroll_dnnl_run(const unroll_dnnl_operation *operation, float *const arrays[UNROLL_DNNL_ARRAYS]);

/// Copies weights [O, I/groups, height, width] into the order that a convolution wants.
int unroll_dnnl_pack_weights(const unroll_dnnl_operation *operation, const float *weights, float *packed);
/// Copies the gradient that a convolution made back into the order of [O, I/groups, height, width].
int unroll_dnnl_unpack_weights(const unroll_dnnl_operation *operation, const float *packed, float *weights);
/// Whether two convolutions want their weights in the same order.
bool unroll_dnnl_same_weights(const unroll_dnnl_operation *one, const unroll_dnnl_operation *other);

/// The name of the kernel that oneDNN chose, such as "jit:avx512_core"; lives as long as the operation.
const char *unroll_dnnl_kernel_name(const unroll_dnnl_operation *operation);

/// Frees an operation; nothing happens for NULL.
void unroll_dnnl_free_operation(unroll_dnnl_operation *operation);

#ifdef __cplusplus
}
#endif
#endif
