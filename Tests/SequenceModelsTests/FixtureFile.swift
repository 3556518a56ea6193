import SequenceModels
import TensorCore
import TestSupport
import Testing
import Workbench

/// One safetensors file of a fixture, read whole: inputs, outputs and gradients by the names of its README.
struct FixtureFile {
  let tensors: [String: Tensor]
  let integers: [String: [Int]]

  /// Reads `Fixtures/FOLDER/CASE.safetensors`.
  init(_ folder: String, _ name: String) throws {
    let file = try SafetensorsFile(contentsOf: Fixture(folder).url("\(name).safetensors"))
    var tensors: [String: Tensor] = [:]
    var integers: [String: [Int]] = [:]
    for entry in file.entries {
      if entry.type == .signed32 {
        integers[entry.name] = try file.integers(entry.name)
      } else {
        tensors[entry.name] = Tensor(try file.floats(entry.name), shape: entry.shape)
      }
    }
    (self.tensors, self.integers) = (tensors, integers)
  }

  func tensor(_ name: String) throws -> Tensor { try #require(tensors[name], "no tensor '\(name)' in the fixture") }

  func integers(_ name: String) throws -> [Int] { try #require(integers[name], "no integers '\(name)' in the fixture") }

  /// Fills parameters, which must have exactly the names of the fixture's differentiated tensors other than `inputs`.
  func fill(_ parameters: [NamedParameter], inputs: Set<String> = []) throws {
    let stored = Set(tensors.keys.filter { $0.hasPrefix("grad.") }.map { String($0.dropFirst(5)) }).subtracting(inputs)
    #expect(Set(parameters.map(\.name)) == stored)
    for (name, parameter) in parameters { parameter.value = try tensor(name) }
  }
}

extension [NamedParameter] {
  /// The gradients that reached these parameters, under the names that a fixture gives them.
  var gradients: [String: Tensor] {
    reduce(into: [:]) { found, named in found["grad.\(named.name)"] = named.parameter.gradient }
  }
}

/// Expects tensors to have the shapes and, nearly, the values of others under the same names.
func expectClose(
  _ found: [String: Tensor], _ expected: [String: Tensor], names: some Collection<String>, tolerance: Float,
  _ title: String = ""
) {
  for name in names.sorted() {
    guard let a = found[name], let b = expected[name] else {
      Issue.record("\(title) \(name): \(found[name] == nil ? "was not computed" : "is not in the reference")")
      continue
    }
    #expect(a.shape == b.shape, "\(title) \(name)")
    expectClose(a.values, b.values, tolerance: tolerance, "\(title) \(name)")
  }
}
