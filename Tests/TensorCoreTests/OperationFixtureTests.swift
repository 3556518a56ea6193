import Foundation
import TensorCore
import TestSupport
import Testing

/// Values and gradients of single operations, against PyTorch's (`Fixtures/operations`).
@Suite struct OperationFixtureTests {
  /// What the file holds beside floats.
  typealias Integers = [String: [Int]]
  typealias Operation = (_ inputs: [String: Tensor], _ integers: Integers, _ numbers: [String: Float]) -> Tensor?

  /// Every file of the folder belongs to an operation here; none is passed over.
  static let cases: [String] = {
    guard let folder = try? Fixture("operations").folder,
      let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return files.filter { $0.hasSuffix(".safetensors") }.sorted()
  }()

  @Test func theFixturesAreThere() { #expect(Self.cases.count > 90) }

  @Test(arguments: cases) func agreesWithPyTorch(_ file: String) throws {
    let fixture = try Fixture("operations")
    let integers = try fixture.integers(file)
    let tensors = try fixture.tensors(file)
    let inputs = tensors.filter { tensors["grad.\($0.key)"] != nil }
    let numbers = tensors.compactMapValues { $0.values.count == 1 ? $0.values[0] : nil }
    try Workers.shared.run {
      let tape = Tape()
      let operands = inputs.mapValues { tape.watch(Tensor($0.values, shape: $0.shape)) }
      let name = String(file.dropLast(".safetensors".count))
      let output = try #require(Self.apply(name, operands, integers, numbers), "no operation for \(file)")
      let expected = try #require(tensors["out"])
      #expect(output.shape == expected.shape || (output.shape == [] && expected.shape == [1]))
      expectClose(output.values, expected.values, tolerance: 5e-6, "\(file): out")
      let upstream = try #require(tensors["grad_out"])
      tape.backward(from: output, gradient: Tensor(upstream.values, shape: output.shape))
      for (name, operand) in operands {
        let gradient = try #require(tape.gradient(of: operand), "\(file): no gradient for \(name)")
        let expected = try #require(tensors["grad.\(name)"])
        #expect(gradient.shape == expected.shape)
        expectClose(gradient.values, expected.values, tolerance: 1e-5, "\(file): gradient of \(name)")
      }
    }
  }

  /// The operation that a case is about, applied.
  private static func apply(
    _ name: String, _ inputs: [String: Tensor], _ integers: Integers, _ numbers: [String: Float]
  ) -> Tensor? {
    let words = name.split(separator: ".").map(String.init)
    func input(_ name: String) -> Tensor { inputs[name] ?? Tensor(zeros: [0]) }
    let (a, b, x) = (input("a"), input("b"), input("x"))
    let (axis, axes) = (integers["axis"]?.first ?? 0, integers["axes"] ?? [])
    let transposes = words.count > 1 ? words[1].map { $0 == "t" } : []
    switch words[0] {
    case "matmul": return a.matmul(b, transposeSelf: transposes[0], transposeOther: transposes[1])
    case "matmul_batched": return a.batchedMatmul(b, transposeSelf: transposes[0], transposeOther: transposes[1])
    case "linear": return x.matmul(input("weight"), transposeOther: true) + input("bias")
    case "add": return a + b
    case "subtract": return a - b
    case "multiply": return a * b
    case "divide": return a / b
    case "sum": return x.sum(axes: axes)
    case "mean": return x.mean(axes: axes)
    case "max": return x.max(axes: axes)
    case "reshape": return x.reshaped([4, 15])
    case "transpose": return x.transposed(axes)
    case "slice": return integers["range"].map { x.slice($0[0]..<$0[1], axis: axis) }
    case "concatenate": return Tensor.concatenate([a, b, input("c")], axis: axis)
    case "stack": return Tensor.stack([a, b, input("c")], axis: axis)
    case "gather": return input("table").gatherRows(ids: (integers["ids"] ?? []).map { Int32($0) }, shape: [4, 3])
    case "scatter_add":
      return x.scatterAddRows(ids: (integers["ids"] ?? []).map { Int32($0) }, rows: integers["rows"]?.first ?? 0)
    case "tanh": return x.tanh()
    case "sigmoid": return x.sigmoid()
    case "relu": return x.relu()
    case "exp": return x.exp()
    case "log": return x.log()
    case "sqrt": return x.sqrt()
    case "softmax": return x.softmax()
    case "log_softmax": return x.logSoftmax()
    case "masked_softmax": return x.softmax(lengths: (integers["lengths"] ?? []).map { Int32($0) })
    case "cross_entropy": return crossEntropy(input("logits"), integers, smoothing: numbers["smoothing"] ?? 0)
    case "layer_norm":
      return x.layerNormalized(weight: input("weight"), bias: input("bias"), epsilon: numbers["epsilon"] ?? 0)
    default: return nil
    }
  }

  private static func crossEntropy(_ logits: Tensor, _ integers: Integers, smoothing: Float) -> Tensor {
    var labels = (integers["targets"] ?? []).map { Int32($0) }
    let batch = logits.shape[1]
    if let lengths = integers["lengths"] {
      for place in labels.indices where place / batch >= lengths[place % batch] { labels[place] = -1 }
    }
    let ignored = integers["ignored"]?.first.map { Int32($0) } ?? -1
    let (loss, likelihood) = logits.crossEntropy(labels: labels, ignoring: ignored, labelSmoothing: smoothing)
    if smoothing == 0 { expectClose(Float(likelihood), loss.scalar, tolerance: 1e-6) }
    return loss
  }
}
