import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import TextIO
import Workbench

@Suite("What a translation model begins with")
struct BeginningTests {
  /// The tiny recipe has embeddings of 6 numbers, and the words s0 to s5 and t0 to t5.
  private let vectors = """
    4 6
    s3 1 2 3 4 5 6
    nothing 0 0 0 0 0 0
    s5 -1 -2.5 1e-3 0 0 0.25\u{20}
    s3 9 9 9 9 9 9

    """

  private func sourceRow(_ run: URL, _ word: String) throws -> [Float] {
    let file = try SafetensorsFile(contentsOf: run.appending(path: SavedState.list(run)[0].file))
    let vocabulary = try loadVocabulary(at: run.appending(path: "source.vocab"))
    let id = try #require(vocabulary.encode(word).first)
    return Array(try file.floats("encoder.embedding.weight")[id * 6..<(id + 1) * 6])
  }

  @Test("vectors of words fill their rows, and how many is said; frozen ones stay")
  func wordVectors() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(
        in: folder,
        overrides: ["data.source.embeddings=words.vec", "data.source.freeze_embeddings=true"])
      try vectors.write(to: folder.appending(path: "words.vec"), atomically: true, encoding: .utf8)
      let notes = try tiny.train("run", isQuiet: false).notes
      #expect(notes.contains { $0.hasPrefix("source embeddings from words.vec: 2 of 6 units, ") })
      #expect(try sourceRow(tiny.run("run"), "s3") == [1, 2, 3, 4, 5, 6])
      #expect(try sourceRow(tiny.run("run"), "s5") == [-1, -2.5, 1e-3, 0, 0, 0.25])
      // Stopped and resumed it is the same run, and the file is not read again.
      try tiny.train("stopped", stoppingAfter: 5)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try SavedState(tiny.run("stopped")).expectSame(as: SavedState(tiny.run("run")))
      let free = try TinyRun(in: folder, overrides: ["data.source.embeddings=words.vec"])
      try vectors.write(to: folder.appending(path: "words.vec"), atomically: true, encoding: .utf8)
      try free.train("free")
      let row = try sourceRow(free.run("free"), "s3")
      #expect(row != [1, 2, 3, 4, 5, 6] && zip(row, [1, 2, 3, 4, 5, 6]).allSatisfy { abs($0 - $1) < 0.5 })
    }
  }

  @Test(
    "a file that does not fit is one error with its line",
    arguments: [
      ("s1 1 2 3\n", 1, "a word and 3 numbers, and embedding_size is 6"),
      ("3 7\ns1 1 2 3 4 5 6 7\n", 1, "vectors of 7 numbers, and embedding_size is 6"),
      ("s1 1 2 3 4 5 6 7\n", 1, "more than 6 numbers, which is embedding_size"),
      ("s0 1 2 3 4 5 6\ns1 1 2 x 4 5 6\n", 2, "\"x\" is no finite number"),
      ("s0 1 2 3 4 5 nan\n", 1, "\"nan\" is no finite number"),
      ("other 1 2 3 4 5 6\n", nil, "has a vector for no unit of the source vocabulary"),
    ] as [(String, Int?, String)])
  func mistakes(text: String, line: Int?, what: String) throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["data.source.embeddings=words.vec"])
      try text.write(to: folder.appending(path: "words.vec"), atomically: true, encoding: .utf8)
      let error = try unrollError { try tiny.train("run") }
      #expect(error.what == what && error.line == line)
      #expect(error.file?.hasSuffix("words.vec") == true)
    }
  }

  @Test("another model gives what fits, and words only to the same words")
  func warmStart() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder)
      try tiny.train("first")
      let first = tiny.run("first").path
      tiny.overrides = ["model.warm_start=\(first)", "training.steps=1", "training.learning_rate=1e-12"]
      let notes = try tiny.train("same", isQuiet: false).notes
      let count = try tiny.job("job").0.training.parameters.count
      #expect(notes.contains { $0.hasPrefix("\(count) of \(count) parameters begin as in ") })
      let best = try SafetensorsFile(contentsOf: tiny.run("first").appending(path: "model/weights.safetensors"))
      let same = try SafetensorsFile(contentsOf: tiny.run("same").appending(path: "model/weights.safetensors"))
      for name in best.names { expectClose(try same.floats(name), try best.floats(name), tolerance: 1e-6, name) }
      let yaml = try String(contentsOf: tiny.run("same").appending(path: "model/model.yaml"), encoding: .utf8)
      #expect(yaml.contains("warm_start: null"))
      // Another source vocabulary: the embedding of the source begins anew.
      tiny.overrides.append("data.source.level=char")
      let others = try tiny.train("chars", isQuiet: false).notes
      #expect(others.contains { $0.hasPrefix("\(count - 1) of \(count) parameters begin as in ") })
      tiny.overrides = [
        "model.warm_start=\(first)", "model.hidden_size=10", "model.embedding_size=4", "data.level=char",
      ]
      expectUnrollError(.badData, mentions: "no parameter in common") { try tiny.train("nothing") }
    }
  }
}
