import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll evaluate captions`. The figures themselves are tested against pycocoevalcap in WorkbenchTests.
struct EvaluateCaptionsTests {
  /// Results and references of three clips, and the same references in other forms.
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      try write(
        #"[{"image_id": 1, "caption": "A dog runs."}, {"image_id": 2, "caption": "the cat"}, {"image_id": 3, "caption": "a boat"}]"#,
        "results.json", folder)
      try write(
        """
        {"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}, {"id": 3, "file_name": "c.jpg"}],
         "annotations": [{"image_id": 1, "caption": "A dog runs"}, {"image_id": 1, "caption": "A dog"},
                         {"image_id": 2, "caption": "The small cat sits"}, {"image_id": 3, "caption": "A boat!"}]}
        """, "references.json", folder)
      try write(
        "a.jpg\tA dog runs\na.jpg\tA dog\nb.jpg\tThe small cat sits\nc.jpg\tA boat!\n", "references.tsv", folder)
      try body(folder)
    }
  }

  @Test func scoresOfSeveralForms() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "captions", "results.json", "references.json", folder: folder)
      expectSuccess(outcome)
      // BLEU, ROUGE-L and CIDEr by pycocoevalcap 1.2, the errors counted by hand.
      #expect(
        outcome.output == """
          captions  3, with 4 references
          BLEU-1    \(Self.figures[0])
          BLEU-2    \(Self.figures[1])
          BLEU-3    \(Self.figures[2])
          BLEU-4    \(Self.figures[3])
          ROUGE-L   \(Self.figures[4])
          CIDEr     \(Self.figures[5])
          WER       0.2222  2 errors in 9 words
          CER       0.3235  11 errors in 34 characters
          exact     0.6667  of the captions are a reference word for word
          nrefs:1-2|bleu:closest|rouge:beta1.2|cider:D,df:references|errors:best|tok:treebank

          """)
      try write("c\ta boat\nin/a.mp4\tA dog runs.\nb.png\tthe cat", "results.tsv", folder)
      let same = try runShell("unroll evaluate captions - references.tsv < results.tsv", folder: folder)
      #expect(same.output == outcome.output)
    }
  }

  private static let figures = ["0.7515", "0.6508", "0.6828", "0.0221", "0.8763", "4.0643"]

  @Test func numbersAreNoNames() throws {
    try inFolder { folder in
      let outcome = try runUnroll("evaluate", "captions", "results.json", "references.tsv", folder: folder)
      #expect(outcome.status == UnrollError.Kind.badData.exitStatus && outcome.output == "")
      #expect(
        outcome.errors == """
          unroll: results.json: the clip 1 is not in references.tsv; add its captions there, or remove the result
          unroll: results.json: the clip 2 is not in references.tsv; add its captions there, or remove the result
          unroll: results.json: the clip 3 is not in references.tsv; add its captions there, or remove the result
          unroll: results.json: has no result for 3 of 3 clips of references.tsv, the first is a.jpg; add them, choose a \
          split, or measure what is there with --partial
          unroll: results.json: there are 4 problems in the data; see the lines above

          """)
    }
  }

  @Test func eachClipAndTheKeysOfJSON() throws {
    try inFolder { folder in
      let outcome = try runUnroll(
        "evaluate", "captions", "results.json", "references.json", "--json", "--per-clip", folder: folder)
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "evaluate captions").first)
      #expect(object["clips"] == 3 && object["references"] == 4 && object["word_errors"] == 2)
      var clips: [JSONValue] = []
      if case .array(let values)? = object["per_clip"] { clips = values }
      try #require(clips.count == 3)
      #expect(clips.map { $0["clip"] } == ["a.jpg", "b.jpg", "c.jpg"])
      #expect(clips[1]["caption"] == "the cat" && clips[1]["wer"] == 0.5)
      let short = try runUnroll("evaluate", "captions", "results.json", "references.json", "--json", folder: folder)
      #expect(!short.output.contains("per_clip"))
      let rows = try runUnroll("evaluate", "captions", "results.json", "references.json", "--per-clip", folder: folder)
      expectSuccess(rows)
      #expect(rows.lines.count == 16)
      #expect(rows.lines[12] == "clip    BLEU-1   BLEU-2   BLEU-3   BLEU-4  ROUGE-L    CIDEr      WER      CER")
      #expect(rows.lines[14].hasPrefix("b.jpg   ") && rows.lines[14].hasSuffix("   0.5000   0.6111"))
    }
  }

  @Test func wordsAreTakenAsTheyAre() throws {
    try inFolder { folder in
      let outcome = try runUnroll(
        "evaluate", "captions", "results.json", "references.json", "--no-tokenize", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.last?.hasSuffix("|tok:none") == true)
      #expect(outcome.lines[9].hasPrefix("exact     0.0000"))
    }
  }

  @Test func splitsAndMissingResults() throws {
    try inFolder { folder in
      try write(#"[{"image_id": 1, "caption": "A dog runs."}]"#, "results.json", folder)
      let missing = try runUnroll("evaluate", "captions", "results.json", "references.json", folder: folder)
      expectFailure(
        missing, .badData,
        mentions: "results.json: has no result for 2 of 3 clips of references.json, the first is b.jpg; add them")
      let partial = try runUnroll(
        "evaluate", "captions", "results.json", "references.json", "--partial", folder: folder)
      #expect(partial.status == 0 && partial.lines[0] == "captions  1, with 2 references")
      #expect(partial.errors == "unroll: warning: 2 clips without a result, which were left out\n")
      try write("a.txt\n", "some.bundle", folder)
      let split = try runUnroll(
        "evaluate", "captions", "results.json", "references.json", "--split", "some.bundle", folder: folder)
      expectSuccess(split)
      #expect(split.output == partial.output)
      expectFailure(
        try runUnroll(
          "evaluate", "captions", "results.json", "references.json", "--split", "test", folder: folder), .badData,
        mentions: "references.json: no clip is in the split test; name a split that the references have")
    }
  }

  @Test func faults() throws {
    try inFolder { folder in
      func expect(_ kind: UnrollError.Kind, _ message: String, _ arguments: String) throws {
        expectFailure(try runShell("unroll evaluate captions \(arguments)", folder: folder), kind, mentions: message)
      }
      try expect(.usage, "standard input can be read only once", "- -")
      try expect(.noInput, "none.json: cannot be opened", "none.json references.json")
      try expect(.noInput, "this is a folder", ". references.json")
      try write("{\n,}\n", "bad.json", folder)
      try expect(.badData, "bad.json:2: is not valid JSON: a name in quotes is missing", "results.json bad.json")
    }
  }
}
