import Diagnostics
import Foundation
import TestSupport
import TextIO
import Testing
import Workbench

@Suite("The vocabularies of a run")
struct VocabularyBuildingTests {
  @Test("a vocabulary file must be of the level that its side is cut at")
  func level() throws {
    try temporaryFolder { folder in
      let words = try WordVocabulary.build(from: ["s0 s1 s2 s3 s4 s5", "t0 t1 t2 t3 t4 t5"])
      try Data(words.serialized).write(to: folder.appending(path: "words.txt"))
      var tiny = try TinyRun(in: folder)
      let joint = ["data.vocabulary.joint=true", "data.vocabulary.file=words.txt"]
      let side = ["data.source.vocabulary.file=words.txt"]
      for (overrides, key) in [(joint, "data.vocabulary.file"), (side, "data.source.vocabulary.file")] {
        tiny.overrides = overrides + ["data.level=char"]
        expectUnrollError(
          .badData, mentions: "words.txt: \(key) holds a vocabulary of level word", "recipe's level is char"
        ) { try tiny.train(key) }
      }
      for (overrides, origin) in [
        (joint, "joint vocabulary from words.txt"),
        (side, "source vocabulary from words.txt, building the target vocabulary from 28 sentence pairs"),
      ] {
        tiny.overrides = overrides + ["training.steps=1"]
        #expect(try tiny.train(origin, isQuiet: false).notes.first == origin)
      }
    }
  }

  @Test("a size that the text does not allow names the side and the key")
  func size() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["data.level=subword"])
      let error = expectUnrollError(
        .badData, mentions: "the source vocabulary: the text allows at most ", "pieces, 8000 were asked for",
        "set data.vocabulary.size"
      ) { try tiny.train("run") }
      #expect(error?.description.contains(".;") == false)
    }
  }

  @Test("a vocabulary that does not fit the text is a warning with the share of unknown units")
  func unknown() throws {
    try temporaryFolder { folder in
      try Data(WordVocabulary.build(from: ["t0 t1 t2 t3 t4 t5"]).serialized)
        .write(to: folder.appending(path: "words.txt"))
      let tiny = try TinyRun(in: folder, overrides: ["data.source.vocabulary.file=words.txt", "training.steps=1"])
      #expect(
        try tiny.train("run").notes == [
          "warning: 100 % of the source units of the training text are not in the source vocabulary (<unk>)"
        ])
    }
  }

  @Test("one is not a plural")
  func one() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder, overrides: ["training.steps=1"])
      try "s1 s2\tt1 t2\n".write(to: folder.appending(path: "train.tsv"), atomically: true, encoding: .utf8)
      let notes = try tiny.train("run", isQuiet: false).notes
      #expect(notes.first == "building vocabularies from 1 sentence pair")
      #expect(notes.dropFirst().first?.hasPrefix("1 training pair, 6 validation pairs, ") == true)
    }
  }
}
