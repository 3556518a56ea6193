import COneDNN

/// One convolution or pooling of oneDNN for one number of images, in one direction. Never changed by a run, so that
/// several threads may run it at once.
final class ImageOperation {
  /// The arrays of a run; those that the operation does not have are ignored.
  struct Arrays {
    var input: UnsafeMutablePointer<Float>?
    var output: UnsafeMutablePointer<Float>?
    var weights: UnsafeMutablePointer<Float>?
    var bias: UnsafeMutablePointer<Float>?
    var places: UnsafeMutablePointer<Float>?
  }

  private let handle: OpaquePointer
  /// Floats of packed weights, of a pooling's places, and of scratch memory.
  let weightCount: Int
  let placeCount: Int
  private let scratchCount: Int

  private init(_ handle: OpaquePointer) {
    self.handle = handle
    weightCount = unroll_dnnl_array_count(handle, UNROLL_DNNL_WEIGHTS)
    placeCount = unroll_dnnl_array_count(handle, UNROLL_DNNL_PLACES)
    scratchCount = unroll_dnnl_array_count(handle, UNROLL_DNNL_SCRATCH)
  }

  deinit { unroll_dnnl_free_operation(handle) }

  /// A convolution of `images` images from `input` to `output`; `residual` and `activation` count on the way forth.
  convenience init(
    _ convolution: ImageConvolution, _ way: unroll_dnnl_way, images: Int, from input: ImageValue,
    to output: ImageValue, layout: ImageLayout, bias: Bool, residual: Bool, activation: ImageActivation
  ) {
    var window = Self.window(convolution.window, images, input, output, layout)
    var made: OpaquePointer?
    var status: Int32 = 0
    let winograd = layout == .blocks && convolution.isForWinograd(from: input, to: output)
    for winograd in winograd ? [true, false] : [false] where made == nil {
      var kind = unroll_dnnl_convolution(
        groups: convolution.groups, bias: bias, residual: residual, activation: activation.nameInOneDNN,
        winograd: winograd)
      status = unroll_dnnl_make_convolution(&made, way, &window, &kind)
    }
    guard let made else {
      preconditionFailure(
        "oneDNN refused a convolution of \(images) images \(input) to \(output), \(convolution.window) "
          + "(status \(status))")
    }
    self.init(made)
  }

  /// A pooling of `images` images from `input` to `output`.
  convenience init(
    _ pooling: ImagePooling, _ way: unroll_dnnl_way, images: Int, from input: ImageValue, to output: ImageValue,
    layout: ImageLayout
  ) {
    var window = Self.window(pooling.window, images, input, output, layout)
    var made: OpaquePointer?
    let status = unroll_dnnl_make_pooling(&made, way, &window, pooling.maximum)
    guard let made else {
      preconditionFailure(
        "oneDNN refused a pooling of \(images) images \(input) to \(output), \(pooling.window) (status \(status))")
    }
    self.init(made)
  }

  private static func window(
    _ window: ImageWindow, _ images: Int, _ input: ImageValue, _ output: ImageValue, _ layout: ImageLayout
  ) -> unroll_dnnl_window {
    unroll_dnnl_window(
      images: images, in_channels: input.channels, in_height: input.height, in_width: input.width,
      out_channels: output.channels, out_height: output.height, out_width: output.width, height: window.height,
      width: window.width, stride: window.stride, top: window.top, left: window.left, bottom: window.bottom,
      right: window.right, layout: layout.nameInOneDNN)
  }

  /// Runs the operation on this thread.
  func run(_ arrays: Arrays) {
    let scratch = scratchCount > 0 ? Tensor(uninitialized: [scratchCount]) : nil
    let pointers = [arrays.input, arrays.output, arrays.weights, arrays.bias, arrays.places, scratch?.base]
    let status = unroll_dnnl_run(handle, pointers)
    precondition(status == 0, "oneDNN could not run \(kernelName) (status \(status))")
    withExtendedLifetime(scratch) {}
  }

  /// Copies weights `[O, I/groups, height, width]` into the order of the operation.
  func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
    let status = unroll_dnnl_pack_weights(handle, weights, packed)
    precondition(status == 0, "oneDNN could not reorder weights (status \(status))")
  }

  /// Copies a gradient of weights out of the order of the operation.
  func unpack(_ packed: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>) {
    let status = unroll_dnnl_unpack_weights(handle, packed, weights)
    precondition(status == 0, "oneDNN could not reorder weights (status \(status))")
  }

  /// Whether weights packed for `other` will do.
  func hasWeights(like other: ImageOperation) -> Bool { unroll_dnnl_same_weights(handle, other.handle) }

  /// The kernel that oneDNN chose, such as `jit:avx512_core`.
  var kernelName: String { String(cString: unroll_dnnl_kernel_name(handle)) }

  /// Whether this oneDNN has Winograd's convolutions for this processor, asked once.
  static let hasWinograd: Bool = {
    var window = unroll_dnnl_window(
      images: 1, in_channels: 64, in_height: 28, in_width: 28, out_channels: 64, out_height: 28, out_width: 28,
      height: 3, width: 3, stride: 1, top: 1, left: 1, bottom: 1, right: 1, layout: UNROLL_DNNL_BLOCKS)
    var kind = unroll_dnnl_convolution(
      groups: 1, bias: false, residual: false, activation: UNROLL_DNNL_IDENTITY, winograd: true)
    var made: OpaquePointer?
    guard unroll_dnnl_make_convolution(&made, UNROLL_DNNL_FORWARD, &window, &kind) == 0 else { return false }
    unroll_dnnl_free_operation(made)
    return true
  }()
}

extension ImageActivation {
  fileprivate var nameInOneDNN: unroll_dnnl_activation {
    switch self {
    case .identity: UNROLL_DNNL_IDENTITY
    case .relu: UNROLL_DNNL_RELU
    case .relu6: UNROLL_DNNL_RELU6
    }
  }
}
