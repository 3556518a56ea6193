import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// What a run of captions begins with, what it keeps, and what it leaves.
@Suite("Training of captions")
struct CaptionTrainingTests {
  /// Trains one step and gives what the run said of its first parameters.
  private func begin(_ tiny: TinyRun, _ run: String, from model: URL, _ overrides: [String]) throws -> String? {
    var tiny = tiny
    tiny.overrides =
      overrides + [
        "model.warm_start=\(model.path)", "training.learning_rate=1e-9", "training.validate_every=1",
      ]
    return try tiny.train(run, stoppingAfter: 1, isQuiet: false).notes.first { $0.contains(" begin as in ") }
  }

  @Test("a warm start takes what fits, and says how much")
  func warmStart() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder)
      let label = folder.appending(path: "label")
      try TinyLabelModel.write(to: label)
      // Two layers of convolutions with their normalisations, and the projection.
      let some = try #require(try begin(tiny, "some", from: label, []))
      #expect(some.hasPrefix("12 of ") && some.hasSuffix(label.path))
      // With the same recurrent layers too, of two directions.
      let more = try begin(tiny, "more", from: label, ["model.cell=lstm", "model.layers=2", "model.hidden_size=12"])
      #expect(more?.hasPrefix("28 of ") == true, "\(more ?? "nothing")")
      let state = try SavedState(tiny.run("more"))
      let file = try SafetensorsFile(contentsOf: label.appending(path: "weights.safetensors"))
      for (ours, theirs) in [
        ("encoder.frames.network.features.3.weight", "encoder.network.features.3.weight"),
        ("encoder.frames.projection.bias", "encoder.projection.bias"),
        ("encoder.rnn.weight_hh_l1_reverse", "rnn.weight_hh_l1_reverse"),
      ] {
        let bytes = try #require(state.tensors[ours] ?? state.tensors["parameter." + ours])
        let found = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        expectClose(found, try file.floats(theirs), tolerance: 1e-6, ours)
      }
    }
  }

  @Test("a warm start from captions takes all but the words of another vocabulary")
  func warmStartFromCaptions() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder)
      try tiny.train("first")
      let all = try #require(try begin(tiny, "again", from: tiny.run("first"), []))
      let parts = all.split(separator: " ")
      #expect(parts[0] == parts[2], "\(all)")
      // The same number of words, but others.
      let sentences = folder.appending(path: "sentences.tsv")
      let text = try String(contentsOf: sentences, encoding: .utf8)
      try Data(text.replacing(" and ", with: " und ").utf8)
        .write(to: sentences)
      let fewer = try #require(try begin(tiny, "others", from: tiny.run("first"), []))
      #expect(Int(fewer.split(separator: " ")[0]) == (Int(parts[0]) ?? 0) - 3, "\(fewer), before \(all)")
    }
  }

  @Test("a warm start that fits nowhere, or names no model")
  func warmStartOfNothing() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder)
      let label = folder.appending(path: "label")
      try TinyLabelModel.write(["model.channels=[3]", "model.projection_size=4"], to: label)
      expectUnrollError(.badData, mentions: label.path, "no parameter in common") {
        try begin(tiny, "run", from: label, ["model.channels=[5, 7]", "frames.differences=false"])
      }
      expectUnrollError(.noInput, mentions: "absent", "model.warm_start") {
        try begin(tiny, "other", from: folder.appending(path: "absent"), [])
      }
      #expect(!FileManager.default.fileExists(atPath: tiny.run("other").path))
    }
  }

  @Test("the best by words and by CIDEr is kept", arguments: ["wer", "cider"])
  func keepBest(score: String) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        captionsIn: folder,
        overrides: ["training.keep_best=\(score)", "training.validate_every=1", "training.learning_rate=0.05"])
      try tiny.train("run")
      let log = try String(contentsOf: tiny.run("run").appending(path: "log.jsonl"), encoding: .utf8)
      let scores = try log.split(separator: "\n").compactMap { line -> (step: JSONValue, score: Double)? in
        let object = try JSONReader.read(Array(line.utf8))
        guard case .number(let value)? = object["valid/\(score)"], let step = object["step"] else { return nil }
        return (step, value)
      }
      #expect(scores.count == 12)
      let best = try #require(score == "wer" ? scores.map(\.score).min() : scores.map(\.score).max())
      let first = try #require(scores.first { $0.score == best })
      let provenance = try ModelFolder<CaptionDescription>.open(tiny.run("run")).description.provenance
      let kept = try #require(provenance.scores.first { $0.name == "valid_\(score)" })
      expectClose(kept.value, best, tolerance: 1e-4)
      #expect(.integer(provenance.steps) == first.step)
    }
  }

  @Test("captions of test clips are written as COCO's results, with what the model's folder says of them")
  func testCaptions() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(captionsIn: folder)
      let outcome = try tiny.train("run", isQuiet: false)
      #expect(outcome.notes.contains { $0.hasPrefix("test: bleu ") })
      let results = try CaptionTable(contentsOf: tiny.run("run").appending(path: "test.json"), .init(allowsEmpty: true))
      {
        Issue.record("\($0)")
      }
      #expect(results.format == .results && results.clips.map(\.name) == ["shapes-000008", "shapes-000009"])
      let references = try CaptionTable(contentsOf: folder.appending(path: "sentences.tsv")) { Issue.record("\($0)") }
      var corpus = CaptionCorpus()
      for clip in results.clips {
        let truth = try #require(references.clips.first { $0.stem == clip.name })
        let words = CaptionTokenizer.treebank.words
        corpus.add(words(clip.captions[0]), references: truth.captions.map(words))
      }
      let figures = CaptionScores(corpus).corpus
      let scores = try ModelFolder<CaptionDescription>.open(tiny.run("run")).description.provenance.scores
      for (name, value) in [
        ("test_wer", figures.words.rate), ("test_cider", figures.cider), ("test_bleu", figures.bleu[3]),
        ("test_rouge_l", figures.rougeL), ("test_exact", figures.exact),
      ] {
        let found = try #require(scores.first { $0.name == name }, "\(name)")
        expectClose(found.value, value, tolerance: 1e-4, name)
      }
    }
  }
}
