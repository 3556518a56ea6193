package import Workbench

/// The numbers that a decoder computes with.
public enum ComputeType: String, Sendable, CaseIterable {
  /// Single precision, as in training.
  case float32
  /// Weights and what they are multiplied with in 8 bits, each row with a scale of its own, sums in 32 bits (Wu et al., 2016; Bhandare et
  /// al., 2019). Several times as fast where the processor has instructions for it (AVX-512 VNNI), and a little less exact:
  /// what a model loses is measured with `unroll evaluate`.
  case int8
}

extension TranslationModel {
  /// The same model, computing with numbers of a type.
  package func computing(with type: ComputeType) -> TranslationModel {
    switch type {
    case .float32: self
    case .int8: in8Bits()
    }
  }
}
