import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import Workbench

@Suite("Training that goes wrong, or ends early")
struct TrainingFaultTests {
  @Test("a loss that is no number stops training with the step's name", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["training.checkpoint_every=1"])
      let (job, run) = try tiny.job("run")
      let sound = job.training
      var steps = 0
      let poisoned = TrainingJob<[Int]>(
        parameters: sound.parameters, batches: sound.batches,
        loss: { batch, tape in
          steps += 1
          if steps == 9, let parameter = sound.parameters.last?.parameter {
            parameter.value = Tensor(repeating: value, parameter.value.shape)
          }
          return try sound.loss(batch, tape)
        }, validate: sound.validate, export: sound.export)
      // Batch 2 of the second pass of 7.
      expectUnrollError(.badData, mentions: "step 9 ", "epoch 2, batch 2", "loss is", "of step 8") {
        try Workers.shared.run {
          try train(poisoned, plan: job.recipe.training, run: run, resume: false, watch: Notes().watch())
        }
      }
      #expect(try SavedState.list(tiny.run("run")).map(\.step) == [8, 7])
    }
  }

  @Test("an update that overflows is neither judged nor saved")
  func overflow() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder,
        overrides: [
          "training.optimizer=sgd", "training.learning_rate=1e39", "training.gradient_clip_norm=null",
          "training.checkpoint_every=1", "training.validate_every=1",
        ])
      expectUnrollError(
        .badData, mentions: "step 1 (epoch 1, batch 1)", "is not finite after the update", "is of step 0"
      ) {
        try tiny.train("run")
      }
      #expect(try SavedState.list(tiny.run("run")).map(\.step) == [0])
    }
  }

  @Test("training stops when so many validations brought nothing better")
  func patience() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder,
        overrides: [
          "training.patience=2", "training.validate_every=2", "training.keep_best=bleu", "search.max_length=1",
        ])
      #expect(try tiny.train("run").outcome == .stoppedEarly)
      let state = try SavedState(tiny.run("run"))
      #expect(state.progress.step == 6)
      #expect(state.progress.bestStep == 2)
      // It stays ended.
      #expect(try tiny.train("run", resume: true).outcome == .stoppedEarly)
      try SavedState(tiny.run("run")).expectSame(as: state)
    }
  }

  @Test("a run ends after its passes")
  func epochs() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["training.steps=null", "training.epochs=2"])
      #expect(try tiny.train("run").outcome == .finished)
      #expect(try SavedState(tiny.run("run")).progress.step == 14)
    }
  }

  @Test("training text of which every pair is too long is an error")
  func noPairs() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["data.max_length=1"])
      expectUnrollError(.badData, mentions: "max_length") { try tiny.train("run") }
    }
  }
}
