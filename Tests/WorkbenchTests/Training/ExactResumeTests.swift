import Foundation
import TestSupport
import Testing
import Workbench

/// A run that was stopped and resumed ends with the same bits as one that was not: parameters, the optimizer's memory,
/// progress, the best model and the log.
@Suite("Exact resume")
struct ExactResumeTests {
  /// What differs from the tiny recipe: LSTM, dropout, Adam, general attention.
  static let variants: [[String]] = [
    [],
    ["model.cell=gru_reset_after", "model.input_feeding=true", "model.attention=additive", "model.bridge=linear"],
    ["model.cell=gru", "model.attention_placement=next_layer", "model.residual=true", "data.batch_type=token"],
    ["training.average_decay=0.9"],
    ["training.scheduled_sampling={schedule: linear, k: 10, share: 1}", "training.accumulate=2"],
    ["training.scheduled_sampling={schedule: constant, share: 0.5, sampled: true}", "model.input_feeding=true"],
    ["training.accumulate=2", "training.schedule=inverse_sqrt", "training.warmup=6"],
    [
      "training.accumulate=3", "training.optimizer=rmsprop", "training.momentum=0.5",
      "training.gradient_clip_value=0.01",
    ],
    ["training.optimizer=adagrad", "training.schedule=exponential", "training.decay_every=2", "training.warmup=3"],
    ["training.optimizer=adadelta", "training.learning_rate=1", "training.freeze=[encoder.embedding, decoder.rnn]"],
    ["data.vocabulary.joint=true", "model.tie_embeddings=all"],
    ["model.layer_normalization=true", "model.variational_dropout=0.2"],
    ["model.variational_dropout=0.3", "model.recurrent_dropout=0.2", "model.word_dropout=0.1"],
    ["data.level=subword", "data.vocabulary.size=13", "data.sampling={alpha: 0.3}", "training.accumulate=2"],
    ["data.level=subword", "data.vocabulary.size=13", "data.vocabulary.type=bpe", "data.sampling={alpha: 0.4}"],
    ["model.variational_dropout=0.3", "model.cell=gru", "model.input_feeding=true"],
    ["training.optimizer=sgd", "training.momentum=0.9", "training.learning_rate=0.5", "model.attention=none"],
  ]

  @Test("stopped in the middle of a pass", arguments: variants)
  func stopped(overrides: [String]) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: overrides)
      #expect(try tiny.train("straight").outcome == .finished)
      #expect(try tiny.train("stopped", stoppingAfter: 5).outcome == .interrupted)
      #expect(try SavedState.list(tiny.run("stopped")).first?.step == 5)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try SavedState(tiny.run("stopped")).expectSame(as: SavedState(tiny.run("straight")))
    }
  }

  /// The ends of a sitting lie before the first step, on a validation, on a checkpoint, on the end of a pass.
  @Test("stopped anywhere, and more than once", arguments: [[0], [1], [3], [4], [7], [11], [3, 1, 4], [12]])
  func often(sittings: [Int]) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("straight")
      for (index, steps) in sittings.enumerated() {
        let outcome = try tiny.train("stopped", resume: index > 0, stoppingAfter: steps).outcome
        #expect(outcome == (steps == 12 ? .finished : .interrupted))
      }
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try SavedState(tiny.run("stopped")).expectSame(as: SavedState(tiny.run("straight")))
    }
  }

  @Test("with a learning rate that falls on plateaus", arguments: [3, 5, 6])
  func plateau(steps: Int) throws {
    try temporaryFolder { folder in
      // No translation of this model is right, so that the first validation is the best.
      let tiny = try TinyRun(
        in: folder,
        overrides: [
          "training.schedule=plateau", "training.plateau_patience=2", "training.validate_every=1",
          "training.keep_best=bleu", "search.max_length=1",
        ])
      try tiny.train("straight")
      let straight = try SavedState(tiny.run("straight"))
      #expect(straight.progress.bestStep == 1)
      #expect(straight.progress.learningRate == 0.01 / 32)
      #expect(try tiny.train("stopped", stoppingAfter: steps).outcome == .interrupted)
      #expect(try SavedState(tiny.run("stopped")).progress.learningRate < 0.01)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try SavedState(tiny.run("stopped")).expectSame(as: straight)
    }
  }

  @Test("the state is more than the parameters: what these tests can see")
  func differences() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder)
      try tiny.train("straight")
      try tiny.train("again")
      let straight = try SavedState(tiny.run("straight"))
      straight.expectSame(as: try SavedState(tiny.run("again")))
      #expect(straight.tensors.keys.contains("optimizer.mean.encoder.rnn.weight_hh_l1_reverse"))
      #expect(straight.log.count == 10)
      let changes = [
        "training.seed=6", "model.dropout=0", "data.bucket_size=28", "model.word_dropout=0.1",
        "model.variational_dropout=0.3", "model.recurrent_dropout=0.2", "model.residual=true",
        "training.scheduled_sampling={schedule: constant, share: 0.5}",
      ]
      for (index, override) in changes.enumerated() {
        tiny.overrides = [override]
        try tiny.train("other\(index)")
        let other = try SavedState(tiny.run("other\(index)"))
        #expect(other.tensors.keys == straight.tensors.keys)
        #expect(other.tensors.allSatisfy { $1 != straight.tensors[$0] }, "\(override)")
      }
    }
  }

  @Test("subwords cut at random are learnt from in place of the best ones")
  func subwordSampling() throws {
    try temporaryFolder { folder in
      let subwords = ["data.level=subword", "data.vocabulary.size=13"]
      var tiny = try TinyRun(in: folder, overrides: subwords)
      try tiny.train("straight")
      tiny.overrides = subwords + ["data.sampling={alpha: 0.3}"]
      try tiny.train("sampled")
      let (straight, sampled) = (try SavedState(tiny.run("straight")), try SavedState(tiny.run("sampled")))
      #expect(sampled.tensors.allSatisfy { $1 != straight.tensors[$0] })
    }
  }
}
