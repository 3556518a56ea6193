import Diagnostics
package import Foundation
package import TensorCore

/// One saved state of a run: parameters, the optimizer's memory and the progress, in one safetensors file.
package enum Checkpoint {
  /// Writes the whole state.
  package static func write(
    to url: URL, parameters: [NamedParameter], optimizer: Optimizer, progress: LearningProgress
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let state = String(decoding: try encoder.encode(progress), as: UTF8.self)
    var writer = SafetensorsWriter(metadata: ["progress": state, "updates": String(optimizer.updates)])
    for (name, parameter) in parameters {
      writer.add(name, parameter.value)
      for (kind, tensor) in zip(optimizer.rule.memory, optimizer.memory[name] ?? []) {
        writer.add("optimizer.\(kind).\(name)", tensor)
      }
    }
    try writer.write(to: url)
  }

  /// Puts a saved state back.
  ///
  /// - Returns: the progress at that moment.
  /// - Throws: `UnrollError` when the file is damaged or is of another model or optimizer.
  package static func read(
    _ url: URL, into parameters: [NamedParameter], optimizer: inout Optimizer
  ) throws -> LearningProgress {
    let file = try SafetensorsFile(contentsOf: url)
    guard let state = file.metadata["progress"], let updates = file.metadata["updates"].flatMap({ Int($0) }) else {
      throw UnrollError(.badData, file: url.path, "is not a checkpoint: it holds no training progress")
    }
    let progress: LearningProgress
    do {
      progress = try JSONDecoder().decode(LearningProgress.self, from: Data(state.utf8))
    } catch {
      throw UnrollError(.badData, file: url.path, "the training progress cannot be read: \(error)")
    }
    let counts = [progress.step, progress.epoch, progress.position, progress.units, updates]
    guard counts.allSatisfy({ (0..<1 << 48).contains($0) }), progress.learningRate.isFinite, progress.learningRate > 0
    else {
      throw UnrollError(
        .badData, file: url.path, "the training progress makes no sense: \(state)", advice: "use the checkpoint before")
    }
    var memory: [String: [Tensor]] = [:]
    for (name, parameter) in parameters {
      parameter.value = try file.tensor(name, shape: parameter.value.shape)
      // A parameter that no gradient has reached yet has no memory.
      guard let first = optimizer.rule.memory.first, file.contains("optimizer.\(first).\(name)") else { continue }
      memory[name] = try optimizer.rule.memory.map {
        try file.tensor("optimizer.\($0).\(name)", shape: parameter.value.shape)
      }
    }
    optimizer.memory = memory
    optimizer.updates = updates
    return progress
  }
}

extension SafetensorsWriter {
  /// Adds a tensor.
  package mutating func add(_ name: String, _ tensor: Tensor, as precision: Precision = .full) {
    add(name, shape: tensor.shape, as: precision) { body in
      try body(UnsafeBufferPointer(start: tensor.pointer, count: tensor.count))
    }
  }
}

extension SafetensorsFile {
  /// Reads a tensor that must have a certain shape. Throws `UnrollError` naming both shapes when it has another.
  package func tensor(_ name: String, shape expected: [Int]) throws -> Tensor {
    let found = try shape(name)
    guard found == expected else { throw misfit(name, found, expected) }
    let tensor = Tensor(uninitialized: expected)
    try copyFloats(name, into: UnsafeMutableBufferPointer(start: tensor.base, count: tensor.count))
    return tensor
  }

  /// The error for a tensor that belongs to a network of other sizes.
  func misfit(_ name: String, _ found: [Int], _ expected: [Int]) -> UnrollError {
    UnrollError(
      .badData, file: self.name, "tensor '\(name)' has shape \(found), the model needs \(expected)",
      advice: "the weights belong to another architecture")
  }
}
