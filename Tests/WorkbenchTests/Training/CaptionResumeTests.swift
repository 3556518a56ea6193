import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// A run of captions that was stopped ends with the same bits as one that was not.
@Suite("Exact resume of captions")
struct CaptionResumeTests {
  /// The five ways from frames to words, and what else leaves something behind between steps.
  static let variants: [[String]] = [
    ["data.cache_megabytes=0", "training.keep_best=wer"],
    ["model.reader=mean", "model.attention=none", "model.bridge=affine", "model.cell=rnn", "training.keep_best=cider"],
    ["model.reader=mean", "model.attention=none", "model.bridge=input", "model.cell=lstm", "frames.window=28x24"],
    ["model.reader=each", "model.places=true", "model.attention=additive", "frames.every=4"],
    ["model.reader=s2vt", "model.layers=2", "model.attention=none", "model.bridge=copy", "model.cell=lstm"],
    ["model.input_feeding=true", "training.average_decay=0.8", "training.keep_best=bleu"],
    [
      "training.scheduled_sampling={schedule: constant, share: 0.5}", "training.accumulate=2",
      "model.tie_embeddings=target", "model.variational_dropout=0.2", "model.word_dropout=0.1",
    ],
  ]

  @Test("stopped in the middle of a pass", arguments: variants)
  func stopped(overrides: [String]) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder, overrides: overrides)
      #expect(try tiny.train("straight").outcome == .finished)
      #expect(try tiny.train("stopped", stoppingAfter: 5).outcome == .interrupted)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try expectSame(tiny)
    }
  }

  @Test("stopped anywhere, and more than once")
  func often() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder, overrides: ["training.average_decay=0.9"])
      try tiny.train("straight")
      for sittings in [[0], [1], [3], [4], [7], [11], [3, 1, 4]] {
        for (index, steps) in sittings.enumerated() {
          #expect(try tiny.train("stopped", resume: index > 0, stoppingAfter: steps).outcome == .interrupted)
        }
        #expect(try tiny.train("stopped", resume: true).outcome == .finished)
        try expectSame(tiny)
        try FileManager.default.removeItem(at: tiny.run("stopped"))
      }
    }
  }

  @Test("a frozen encoder of another model, whose features are kept")
  func frozen() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(captionsIn: folder)
      let label = folder.appending(path: "label")
      try TinyLabelModel.write(to: label)
      let cache = folder.appending(path: "features")
      tiny.overrides = [
        "augmentation={}", "model.frozen=true", "model.warm_start=\(label.path)", "data.feature_cache=\(cache.path)",
        "model.reader=mean", "model.attention=none",
      ]
      try tiny.train("straight")
      let kept = try FileManager.default.contentsOfDirectory(atPath: cache.path)
      #expect(kept.count == 10 && kept.allSatisfy { $0.hasSuffix(".npy") })
      // The second run takes the features from there: what they say now decides.
      #expect(try tiny.train("stopped", stoppingAfter: 5).outcome == .interrupted)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try expectSame(tiny)
      var without = tiny
      without.overrides.append("data.feature_cache=null")
      try without.train("without")
      try SavedState(tiny.run("without")).expectSame(as: SavedState(tiny.run("straight")))
      // The encoder is still that of the other model.
      let file = try SafetensorsFile(contentsOf: label.appending(path: "weights.safetensors"))
      let ours = try SafetensorsFile(contentsOf: tiny.run("straight").appending(path: "model/weights.safetensors"))
      let names = file.names.filter { $0.hasPrefix("encoder.network.") }
      #expect(names.count == 10)
      for name in names {
        #expect(try ours.floats("encoder.frames." + name.dropFirst("encoder.".count)) == file.floats(name), "\(name)")
      }
      // Features of another encoder than the checkpoint's would be learnt from.
      #expect(try tiny.train("changed", stoppingAfter: 5).outcome == .interrupted)
      try TinyLabelModel.write(seed: 4, to: label)
      expectUnrollError(.badData, mentions: "model.warm_start", "changed since this run began") {
        try tiny.train("changed", resume: true)
      }
    }
  }

  private func expectSame(_ tiny: TinyRun, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try SavedState(tiny.run("stopped")).expectSame(
      as: SavedState(tiny.run("straight")), sourceLocation: sourceLocation)
  }
}
