import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing

/// VGG and ResNet against torchvision's, on weights that both sides make by formula.
@Suite struct PublishedNetworkTests {
  @Test(arguments: [(ImageArchitecture.resnet18, 64), (.resnet34, 64), (.vgg16, 32)])
  func agreesWithTorchvision(architecture: ImageArchitecture, size: Int) throws {
    let tensors = try Fixture("networks").tensors("\(architecture.rawValue).safetensors")
    let names = try publishedNames(architecture)
    try Workers.shared.run {
      var blank = Initializer.blank
      let network = try ImageClassifier(architecture, classes: 1000, height: size, width: size, using: &blank)
      let parameters = network.parameters + network.backbone.statistics
      // At 32×32 only the first wide layer of VGG differs from what is published.
      for (name, parameter) in parameters where name != "classifier.0.weight" {
        #expect(names[name] == parameter.value.shape, "\(name) has the shape \(parameter.value.shape)")
      }
      #expect(Set(parameters.map(\.name)) == Set(names.keys))
      fill(parameters, order: try order(architecture))
      let x = scaled(formulaNumbers([2, 3, size, size], 1000), 4)
      let features = network.backbone(x, on: nil)
      expectNear(features, try #require(tensors["features"]), tolerance: 1e-5, "features")
      let logits = try #require(tensors["logits"])
      expectNear(network(x, on: nil), logits, tolerance: 1e-5, "logits")
      expectNear(network.output(network.backbone.prepared()(x), on: nil), logits, tolerance: 1e-5, "prepared")
      guard let expected = tensors["train"] else { return }
      let tape = Tape()
      let output = network(x, on: tape)
      expectNear(output, expected, tolerance: 1e-4, "training")
      tape.backward(from: output, gradient: formulaNumbers(output.shape, 1001))
      let named = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.parameter) })
      for (key, name) in [("first", "conv1.weight"), ("last", "layer4.1.bn2.weight")] {
        let gradient = try #require(named[name]?.gradient)
        expectNear(gradient, try #require(tensors[key]), tolerance: 1e-3, name)
      }
      for (key, name) in [("mean", "layer2.0.bn1.running_mean"), ("variance", "layer2.0.bn1.running_var")] {
        expectClose(
          try #require(named[name]).value.values, try #require(tensors[key]).values, tolerance: 1e-4, name)
      }
      for (name, parameter) in network.parameters { #expect(parameter.gradient != nil, "no gradient for \(name)") }
    }
  }

  /// Numbers of such networks reach a thousand, and each is a sum of values as large: the largest sets the scale.
  private func expectNear(_ tensor: Tensor, _ expected: Fixture.Numbers, tolerance: Float, _ what: String) {
    let scale = 1 / (expected.values.map(abs).max() ?? 1)
    #expect(tensor.shape == expected.shape, "\(what)")
    expectClose(tensor.values.map { $0 * scale }, expected.values.map { $0 * scale }, tolerance: tolerance, what)
  }

  private func order(_ architecture: ImageArchitecture) throws -> [String] {
    try published(architecture).compactMap { $0.first as? String }
  }

  private func published(_ architecture: ImageArchitecture) throws -> [[Any]] {
    let data = try Fixture("networks").data("\(architecture.rawValue).json")
    return try #require(try JSONSerialization.jsonObject(with: data) as? [[Any]])
  }

  private func publishedNames(_ architecture: ImageArchitecture) throws -> [String: [Int]] {
    var names: [String: [Int]] = [:]
    for row in try published(architecture) {
      names[try #require(row.first as? String)] = try #require(row.last as? [Int])
    }
    return names
  }

  /// As `fill` in `make.py`.
  private func fill(_ parameters: [NamedParameter], order: [String]) {
    let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    for (name, parameter) in parameters {
      let shape = parameter.value.shape
      let numbers = formulaNumbers(shape, places[name] ?? 0)
      if name.hasSuffix("running_var") {
        parameter.value = Tensor(numbers.values.map { $0 * 0.5 + 1 }, shape: shape)
      } else if shape.count == 1 {
        let offset: Float = name.hasSuffix(".weight") ? 1 : 0
        parameter.value = Tensor(numbers.values.map { $0 * 0.2 + offset }, shape: shape)
      } else {
        parameter.value = scaled(numbers, Float((24 / Double(shape.dropFirst().reduce(1, *))).squareRoot()))
      }
    }
  }

  private func scaled(_ tensor: Tensor, _ factor: Float) -> Tensor {
    Tensor(tensor.values.map { $0 * factor }, shape: tensor.shape)
  }
}
