/// Every kernel of CKernels that has a fast path, beside its plain reference.
///
/// Three readers walk this list: a test that both agree on awkward sizes, a test of the backward kernels against
/// finite differences of the reference (`KernelGradient`), and a benchmark (`KernelBenchmark`). A kernel that is not
/// listed is neither proven nor measured.
package enum KernelCatalogue {
  /// All kernels, family by family.
  package static let kernels: [Kernel] =
    gates + elementwise + reductions + softmax + rows + topK + optimizers + random + half + normalization + attention
    + batchNorm + int8

  /// All backward kernels with the forward they belong to.
  package static let gradients: [KernelGradient] =
    gateGradients + elementwiseGradients + softmaxGradients + normalizationGradients + attentionGradients
    + batchNormGradients
}

/// The header of CKernels that declares a kernel.
package enum KernelFamily: String, Sendable, CaseIterable {
  case gates
  case elementwise
  case reductions
  case softmax
  case rows
  case topk
  case optimizer
  case random
  case half
  case int8
  case normalization
  case attention
  case batchNorm = "batch_norm"
}

/// One kernel: how to make inputs for a size, its two forms, and what it costs.
///
/// All closures get the size as `rows` and `columns`; what these mean (batch and hidden units, tokens and vocabulary)
/// depends on the kernel.
package struct Kernel: Sendable {
  /// The name in CKernels without the prefix `unroll_`.
  package let name: String
  /// The header that declares it.
  package let family: KernelFamily
  /// Allowed difference between the two forms, relative to 1 + |reference|.
  package let tolerance: Double
  /// Makes the arrays of one call, inputs and outputs alike.
  package let arrays: @Sendable (_ rows: Int, _ columns: Int, _ random: inout SplitMix) -> [KernelArray]
  /// Calls the fast path.
  package let fast: @Sendable (_ memory: KernelMemory, _ rows: Int, _ columns: Int) -> Void
  /// Calls the reference.
  package let reference: @Sendable (_ memory: KernelMemory, _ rows: Int, _ columns: Int) -> Void
  /// Bytes that one call must read and write.
  package let bytes: @Sendable (_ rows: Int, _ columns: Int) -> Int
  /// Additions and multiplications of one call, an exponential or a logarithm counted as ten.
  package let operations: @Sendable (_ rows: Int, _ columns: Int) -> Int

  init(
    _ name: String, _ family: KernelFamily, tolerance: Double = 2e-6, bytesPerElement: Int, operationsPerElement: Int,
    arrays: @escaping @Sendable (_ rows: Int, _ columns: Int, _ random: inout SplitMix) -> [KernelArray],
    fast: @escaping @Sendable (_ memory: KernelMemory, _ rows: Int, _ columns: Int) -> Void,
    reference: @escaping @Sendable (_ memory: KernelMemory, _ rows: Int, _ columns: Int) -> Void
  ) {
    self.name = name
    self.family = family
    self.tolerance = tolerance
    self.arrays = arrays
    self.fast = fast
    self.reference = reference
    bytes = { rows, columns in rows * columns * bytesPerElement }
    operations = { rows, columns in rows * columns * operationsPerElement }
  }
}

/// A backward kernel and the forward it belongs to, in a form that finite differences can check.
package struct KernelGradient: Sendable {
  /// The name of the backward kernel in CKernels without the prefix `unroll_`.
  package let name: String
  /// Makes the differentiable inputs of the forward.
  package let inputs: @Sendable (_ rows: Int, _ columns: Int, _ random: inout SplitMix) -> [[Float]]
  /// The outputs of the reference forward.
  package let forward: @Sendable (_ inputs: [[Float]], _ rows: Int, _ columns: Int) -> [[Float]]
  /// The gradient of each input, given the gradient of each output, by the fast kernels.
  package let backward:
    @Sendable (_ inputs: [[Float]], _ outputGradients: [[Float]], _ rows: Int, _ columns: Int) -> [[Float]]
}
