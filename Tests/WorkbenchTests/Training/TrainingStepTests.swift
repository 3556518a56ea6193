import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("A step from several batches, and from frozen parts")
struct TrainingStepTests {
  @Test("the batches of a step count as one")
  func accumulated() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["model.dropout=0", "training.label_smoothing=0.1"])
      let job = try tiny.job("run").0.training
      var plan = TrainingSection()
      plan.accumulate = 3
      // Batches of unequal units.
      let parts = Array(try job.batches(0).prefix(3))
      let (parted, whole) = try Workers.shared.run {
        func gradients(_ batches: [[Int]]) throws -> (loss: StepLoss, norm: Double, gradients: [String: [Float]]) {
          let loss = try job.learn(from: batches[...], plan, step: 0)
          let norm = gradientNorm(job.parameters) * Double(loss.share)
          var found: [String: [Float]] = [:]
          for (name, parameter) in job.parameters {
            found[name] = parameter.gradient?.values.map { $0 * loss.share }
            parameter.gradient = nil
          }
          return (loss, norm, found)
        }
        return (try gradients(parts), try gradients([parts.flatMap { $0 }]))
      }
      #expect(parted.loss.units == whole.loss.units)
      #expect(parted.loss.share == 1 / Float(whole.loss.units) && whole.loss.share == 1)
      expectClose(parted.loss.mean, whole.loss.mean, tolerance: 1e-6)
      expectClose(parted.norm, whole.norm, tolerance: 1e-5)
      #expect(parted.gradients.keys == whole.gradients.keys && whole.gradients.count == job.parameters.count)
      for (name, values) in whole.gradients {
        expectClose(parted.gradients[name] ?? [], values, tolerance: 1e-6, name)
      }
    }
  }

  @Test("a pass of 7 batches makes 3 steps of 3, and each batch is learnt from once")
  func stepsOfAPass() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder, overrides: ["training.accumulate=3", "training.steps=null", "training.epochs=2"])
      #expect(try tiny.train("run").outcome == .finished)
      let progress = try SavedState(tiny.run("run")).progress
      #expect(progress.step == 6 && progress.plannedTotal == 6)
      let single = try TinyRun(in: folder, overrides: ["training.steps=null", "training.epochs=2"])
      try single.train("single")
      #expect(try SavedState(single.run("single")).progress.units == progress.units)
    }
  }

  @Test("every batch of a step has masks of its own, the same whenever the step is taken")
  func masks() throws {
    try temporaryFolder { folder in
      let job = try TinyRun(in: folder).job("run").0.training
      var plan = TrainingSection()
      plan.accumulate = 2
      let batch = try job.batches(0)[0]
      let losses = try Workers.shared.run {
        func loss(_ batches: [[Int]], step: Int) throws -> Double {
          try job.learn(from: batches[...], plan, step: step).mean
        }
        return [
          try loss([batch], step: 0), try loss([batch, batch], step: 0), try loss([batch, batch], step: 0),
          try loss([batch], step: 1),
        ]
      }
      #expect(losses[0] != losses[1] && losses[1] == losses[2] && losses[0] != losses[3])
    }
  }

  @Test("frozen parts stay as they were, and all else learns")
  func frozen() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["training.freeze=[encoder, decoder.embedding]"])
      let before = try tiny.job("job").0.training.parameters
      try tiny.train("run")
      let after = try SavedState(tiny.run("run"))
      for (name, parameter) in before {
        let isFrozen = name.hasPrefix("encoder") || name.hasPrefix("decoder.embedding")
        let bytes = parameter.value.values.withUnsafeBytes { Array($0) }
        #expect((after.tensors[name] == bytes) == isFrozen, "\(name)")
        #expect(after.tensors.keys.contains("optimizer.mean.\(name)") == !isFrozen)
      }
    }
  }

  @Test("what is to be frozen must be there, and something must be left")
  func frozenMistakes() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder, overrides: ["training.freeze=[encoder, decoder.embeding]"])
      expectUnrollError(
        .badData, mentions: "training.freeze: no parameter's name begins with decoder.embeding", "decoder.embedding"
      ) { try tiny.train("run") }
      tiny.overrides = ["training.freeze=[encoder, decoder]"]
      expectUnrollError(.badData, mentions: "leaves nothing to learn") { try tiny.train("other") }
    }
  }
}
