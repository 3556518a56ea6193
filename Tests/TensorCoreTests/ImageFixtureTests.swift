import Foundation
import TensorCore
import TestSupport
import Testing

/// Values and gradients of image networks, against PyTorch's (`Fixtures/images`).
@Suite struct ImageFixtureTests {
  static let cases: [String] = {
    guard let folder = try? Fixture("images").folder,
      let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return files.filter { $0.hasSuffix(".safetensors") }.sorted()
  }()

  @Test func theFixturesAreThere() { #expect(Self.cases.count > 35) }

  @Test(arguments: cases) func agreesWithPyTorch(_ file: String) throws {
    let fixture = try Fixture("images")
    let integers = try fixture.integers(file)
    let tensors = try fixture.tensors(file).mapValues { Tensor($0.values, shape: $0.shape) }
    try Workers.shared.run {
      let network = try ImageCase(String(file.dropLast(".safetensors".count)), tensors, integers)
      let expected = try #require(tensors["out"])
      let tape = Tape()
      let x = tape.watch(network.x)
      let output = network.network(x, frozen: network.isFrozen, on: tape)
      #expect(output.shape == expected.shape)
      expectClose(output.values, expected.values, tolerance: 1e-5, "\(file): out")
      let upstream: Tensor = try #require(tensors["grad_out"])
      tape.backward(from: output, gradient: upstream)
      let gradients = network.parameters.mapValues(\.gradient).merging(["x": tape.gradient(of: x)]) { $1 }
      for (name, gradient) in gradients {
        let gradient = try #require(gradient, "\(file): no gradient for \(name)")
        let expected = try #require(tensors["grad.\(name)"])
        #expect(gradient.shape == expected.shape)
        expectClose(gradient.values, expected.values, tolerance: 3e-5, "\(file): gradient of \(name)")
      }
      for name in ["mean", "variance"] {
        guard let expected = tensors["new_\(name)"], let running = network.running[name] else { continue }
        expectClose(running.value.values, expected.values, tolerance: 1e-5, "\(file): running \(name)")
      }
    }
  }

  /// Without a tape the network runs folded and packed, on running statistics.
  @Test(arguments: cases.filter { !$0.hasPrefix("norm.train") && !$0.hasPrefix("block") })
  func inferenceAgreesToo(_ file: String) throws {
    let fixture = try Fixture("images")
    let integers = try fixture.integers(file)
    let tensors = try fixture.tensors(file).mapValues { Tensor($0.values, shape: $0.shape) }
    try Workers.shared.run {
      let network = try ImageCase(String(file.dropLast(".safetensors".count)), tensors, integers)
      let output = network.network(network.x, on: nil)
      expectClose(output.values, try #require(tensors["out"]).values, tolerance: 1e-5, file)
    }
  }
}

/// A network of a fixture.
struct ImageCase {
  let network: ImageNetwork
  let x: Tensor
  let isFrozen: Bool
  let parameters: [String: Parameter]
  let running: [String: Parameter]

  init(_ name: String, _ tensors: [String: Tensor], _ integers: [String: [Int]]) throws {
    let x = try #require(tensors["x"])
    let parameters = tensors.filter { $0.key != "x" && tensors["grad.\($0.key)"] != nil }.mapValues { Parameter($0) }
    let channels = parameters["shift"]?.value.count ?? 0
    let running = [
      "mean": Parameter(tensors["mean"] ?? Tensor(zeros: [channels])),
      "variance": Parameter(tensors["variance"] ?? Tensor(repeating: 1, [channels])),
    ]
    (self.x, self.parameters, self.running) = (x, parameters, running)
    let words = name.split(separator: ".").map(String.init)
    isFrozen = words[1] == "frozen"
    func parameter(_ name: String) -> Parameter { parameters[name] ?? running[name] ?? Parameter(Tensor(zeros: [0])) }
    network = ImageNetwork(channels: x.shape[1], height: x.shape[2], width: x.shape[3]) { graph in
      let input = graph.input
      let window = integers["window"] ?? []
      let padding = window.isEmpty ? .same : window[2] < 0 ? ImagePadding.same : .symmetric(window[2])
      switch words[0] {
      case "conv":
        return graph.flatten(
          graph.convolution(
            input, weight: parameter("weight"), bias: parameters["bias"], stride: window[1], padding: padding,
            groups: window[3]))
      case "pool":
        let pooled =
          window[3] == 1
          ? graph.maxPool(input, size: window[0], stride: window[1], padding: padding)
          : graph.averagePool(input, size: window[0], stride: window[1], padding: padding)
        return graph.flatten(pooled)
      case "norm":
        let normal = graph.batchNormalization(
          input, weight: parameter("gain"), bias: parameter("shift"), runningMean: parameter("mean"),
          runningVariance: parameter("variance"))
        let rectifiers: [String: ImageActivation] = ["relu": .relu, "relu6": .relu6]
        return graph.globalAverage(rectifiers[words[2]].map { graph.activation($0, normal) } ?? normal)
      default:
        func norm(_ x: ImageValue, _ number: Int) -> ImageValue {
          let (mean, variance) = (Tensor(zeros: [x.channels]), Tensor(repeating: 1, [x.channels]))
          return graph.batchNormalization(
            x, weight: parameter("gain\(number)"), bias: parameter("shift\(number)"), runningMean: Parameter(mean),
            runningVariance: Parameter(variance))
        }
        let stride = integers["stride"]?[0] ?? 1
        var beside = input
        if let weight = parameters["weight3"] {
          beside = norm(graph.convolution(input, weight: weight, stride: stride, padding: .symmetric(0)), 3)
        }
        let first = graph.convolution(input, weight: parameter("weight1"), stride: stride, padding: .symmetric(1))
        let inner = graph.activation(.relu, norm(first, 1))
        let second = graph.convolution(inner, weight: parameter("weight2"), padding: .symmetric(1))
        return graph.globalAverage(graph.activation(.relu, graph.add(norm(second, 2), beside)))
      }
    }
  }
}
