import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// The options of the search. What they do is tested with the library.
struct TranslateSearchTests {
  @Test func theKeysWithAttentionAreDocumented() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll(
        "translate", "--model", model.folder.path, "--json", "--attention", "--n-best", "2", input: "one\ntwo\n")
      expectSuccess(outcome)
      for object in try expectDocumentedKeys(outcome, "translate", "with `--attention`") {
        guard case .array(let pieces)? = object["pieces"], case .array(let source)? = object["source_pieces"],
          case .array(let rows)? = object["attention"], case .array(let scores)? = object["piece_log_probabilities"]
        else {
          Issue.record("\(object.text)")
          return
        }
        #expect(source.count == 4 && source.last == "</s>")
        #expect(rows.count == pieces.count && scores.count == pieces.count)
        for case .array(let row) in rows { #expect(row.count == source.count) }
      }
      let empty = try runUnroll("translate", "--model", model.folder.path, "--json", "--attention", input: "\n")
      #expect(empty.output.contains(#""source_pieces":[]"#) && empty.output.contains(#""attention":null"#))
    }
  }

  @Test func numbersOfEightBitsAreTheSameForAnyNumberOfThreads() throws {
    try TinyModel.with(ends: true) { model in
      let input = Data((0..<70).map { "sentence number \($0)\n" }.joined().utf8)
      let arguments = "--json --model '\(model.folder.path)'"
      let one = try runShell("unroll translate \(arguments) --compute-type int8 --threads 1", input: input)
      expectSuccess(one)
      let two = try runShell("unroll translate \(arguments) --compute-type int8 --threads 2", input: input)
      #expect(two.output == one.output)
      let exact = try runShell("unroll translate \(arguments)", input: input)
      expectSuccess(exact)
      #expect(exact.output != one.output)
      let wrong = try runShell("unroll translate \(arguments) --compute-type int4", input: input)
      #expect(wrong.status == 64 && wrong.errors.contains("'int4'"))
    }
  }

  @Test func samplesAreTheSameForAnyNumberOfThreads() throws {
    try TinyModel.with(ends: true) { model in
      let arguments =
        "--sample --n-best 3 --seed 9 --temperature 0.9 --top-k 9 --top-p 0.95 --model '\(model.folder.path)'"
      let input = Data((0..<40).map { "sentence number \($0)\n" }.joined().utf8)
      let one = try runShell("unroll translate \(arguments) --threads 1", input: input)
      expectSuccess(one)
      #expect(one.lines.count == 120)
      let two = try runShell("unroll translate \(arguments) --threads 2", input: input)
      #expect(two.output == one.output)
      let alone = try runShell("tail -1 | unroll translate \(arguments)", input: input)
      let texts = { (rows: [String]) in rows.map { $0.components(separatedBy: "\t")[2] } }
      #expect(texts(alone.lines) == texts(one.lines.suffix(3).map { $0 }))
    }
  }

  @Test func prefixesOfAFile() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      try write("ab\n\nc\n", "prefixes.txt", folder)
      func translate(_ input: String, _ options: String...) throws -> Outcome {
        try runShell(
          "unroll translate --model models/tiny " + options.joined(separator: " "), input: Data(input.utf8),
          folder: folder)
      }
      let outcome = try translate("one\ntwo\nthree\n", "--prefix-file prefixes.txt")
      expectSuccess(outcome)
      #expect(outcome.lines[0].hasPrefix("ab") && outcome.lines[2].hasPrefix("c"))
      #expect(outcome.lines[1] == (try translate("two\n")).lines[0])
      let common = try translate("one\ntwo\n", "--prefix ab --alternatives 3")
      #expect(common.lines.map { $0.prefix(2) } == ["1\t", "1\t", "1\t", "2\t", "2\t", "2\t"])
      #expect(common.lines.allSatisfy { $0.components(separatedBy: "\t")[2].hasPrefix("ab") })

      let few = try translate("one\ntwo\nthree\nfour\n", "--prefix-file prefixes.txt")
      expectFailure(few, .badData, mentions: "prefixes.txt: has fewer lines than the text")
      let many = try translate("one\n", "--prefix-file prefixes.txt")
      #expect(many.status == UnrollError.Kind.badData.exitStatus && many.lines.count == 1)
      #expect(many.errors.contains("prefixes.txt:2: the text has only 1 line"))
      try write("a\nZ\n", "prefixes.txt", folder)
      expectFailure(
        try translate("one\ntwo\n", "--prefix-file prefixes.txt"), .badData,
        mentions: "prefixes.txt:2: the model cannot write all of the prefix \"Z\"")
    }
  }

  @Test func severalModels() throws {
    try TinyModel.with(ends: true) { model in
      let alone = try runUnroll("translate", "--model", model.folder.path, input: "one\ntwo\n")
      let twice = try runUnroll(
        "translate", "--model", model.folder.path, "--model", "models/tiny", input: "one\ntwo\n",
        folder: model.workplace)
      expectSuccess(twice)
      #expect(twice.output == alone.output)

      try TinyModel(folder: model.workplace.appending(path: "models/other")).make(seed: 4, ends: true)
      func scores(_ models: String) throws -> String {
        let outcome = try runShell(
          "unroll translate --json \(models)", input: Data("one\ntwo\n".utf8), folder: model.workplace)
        expectSuccess(outcome)
        return outcome.output
      }
      let together = try scores("--model models/tiny --model models/other")
      #expect(try together != scores("--model models/tiny"))
      #expect(try together != scores("--model models/other"))
      #expect(try together == scores("--model models/other --model models/tiny"))
    }
  }

  @Test(
    "options of the search reach it",
    arguments: [
      ("", "--length-penalty none"), ("", "--length-penalty average"), ("", "--alpha 0.5"),
      ("", "--coverage-penalty 1"),
      ("", "--min-length 6"), ("", "--max-length 1"), ("--min-length 8", "--no-repeat-ngram-size 1"),
      ("", "--repetition-penalty 3"), ("", "--beam-size 1"),
      ("--sample --seed 1", "--temperature 3"), ("--sample --seed 1", "--top-k 1"),
      ("--sample --seed 1", "--top-p 0.1"),
      ("--sample", "--seed 3"),
    ])
  func reaches(others: String, option: String) throws {
    try TinyModel.with(ends: true) { model in
      func found(_ options: String) throws -> String {
        let outcome = try runShell(
          "unroll translate --model models/tiny --json \(options)",
          input: Data((1...20).map { "sentence \($0) of some length\n" }.joined().utf8), folder: model.workplace)
        expectSuccess(outcome)
        return outcome.output
      }
      let usual = try found(others)
      #expect(try found("\(others) \(option)") != usual)
    }
  }

  @Test(arguments: [
    ("--top-k 3", "--top-k needs --sample"), ("--seed 3", "--seed needs --sample"),
    ("--temperature 1", "--temperature needs --sample"), ("--top-p 1", "--top-p needs --sample"),
    ("--sample --top-k 9223372036854775807", "top_k: 9223372036854775807 is out of range"),
    ("--model ''", "the name of the model is empty"), ("--sample --top-p 2", "top_p: 2.0 is out of range"),
    ("--prefix a --prefix-file b", "give one of"),
    ("--prefix-file -", "standard input can be read only once"), ("--attention", "--attention needs --json"),
    ("--alternatives 0", "0 alternatives"), ("--alternatives 3 --n-best 2", "alternatives are the best ones"),
    ("--prefix Z", "the model cannot write all of the prefix"), ("--length-penalty wide", "'wide' is invalid"),
    ("--replace-unknown", "parts of words"), ("--min-length=-1", "min_length: -1 is out of range"),
    ("--max-length-ratio 0", "max_length_ratio: 0.0 is out of range"),
    ("--max-source-length 0", "sentences of at most 0 units"),
    ("--repetition-penalty nan", "repetition_penalty: expected a number"),
  ])
  func wrongUse(_ options: String, _ message: String) throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runShell(
        "unroll translate --model models/tiny \(options)", input: Data("one\n".utf8), folder: model.workplace)
      expectFailure(outcome, .usage, mentions: message)
    }
  }

  // MARK: Scores of given translations

  @Test func givenTranslationsAreScored() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      let source = "one\ntwo three\n\nfour\nfive\nsix\nseven\neight\nnine\nten\n"
      try write(source, "source.txt", folder)
      let found = try runUnroll(
        "translate", "source.txt", "--json", "--sample", "--model", "models/tiny", folder: folder)
      let objects = try found.lines.map { try JSONReader.read(Array($0.utf8)) }
      let texts = objects.map { object -> String in if case .string(let text)? = object["text"] { text } else { "?" } }
      try write(texts.map { $0 + "\n" }.joined(), "found.txt", folder)
      let command = "unroll evaluate text found.txt --score-with models/tiny --source source.txt"
      let scored = try runShell(command + " --json --threads 1", folder: folder)
      expectSuccess(scored)
      let report = try #require(try expectDocumentedKeys(scored, "evaluate text", "with `--score-with`").first)
      guard case .array(let lines)? = report["per_line"] else { return }
      var compared = 0
      for (object, line) in zip(objects, lines) where object["complete"] == .boolean(true) && object["text"] != "" {
        guard case .number(let search)? = object["log_probability"], case .number(let forced)? = line["log_probability"]
        else { continue }
        // Characters can be cut in one way only, and what was drawn has the model's own probability.
        #expect(abs(search - forced) < 1e-4)
        #expect(object["pieces"] == line["pieces"])
        compared += 1
      }
      #expect(compared >= 2)
      let rows = try runShell(command, folder: folder).lines.map { $0.components(separatedBy: "\t") }
      #expect(rows.map(\.[0]) == (1...10).map { "\($0)" } + ["all"])
      let numbers = rows.map { $0.dropFirst().compactMap { Double($0) } }
      #expect(numbers.allSatisfy { $0.count == 3 && abs(exp(-$0[1]) - $0[2]) < 1e-3 * $0[2] })
      #expect(abs(numbers.dropLast().reduce(0) { $0 + $1[0] } - numbers[10][0]) < 1e-2)
    }
  }

  @Test func sentencesThatAreTooLongToScoreAreRefused() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      let long = String(repeating: "a", count: 5001) + "\n"
      try write("one\n" + long, "long.txt", folder)
      try write("a\nb\n", "short.txt", folder)
      for (command, side) in [
        ("evaluate text short.txt --score-with models/tiny --source long.txt", "source"),
        ("evaluate text long.txt --score-with models/tiny --source short.txt", "translation"),
        ("evaluate exposure models/tiny --source long.txt --target short.txt", "source"),
      ] {
        expectFailure(
          try runShell("unroll \(command)", folder: folder), .badData, mentions: "the \(side) of sentence 2 has 500",
          "at most 5000")
      }
    }
  }

  @Test(arguments: [
    ("found.txt", "missing expected argument '--reference <file> ...'"),
    ("found.txt --score-with models/tiny", "--score-with and --source go together"),
    ("found.txt --reference found.txt --source found.txt", "--score-with and --source go together"),
    (
      "found.txt --reference found.txt --score-with models/tiny --source found.txt",
      "one of --reference and --score-with"
    ),
    (
      "found.txt --score-with models/tiny --source found.txt --lowercase",
      "--lowercase and --tokenize are for --reference"
    ),
    ("- --score-with models/tiny --source -", "standard input can be read only once"),
  ])
  func wrongScoring(_ options: String, _ message: String) throws {
    expectFailure(try runShell("unroll evaluate text \(options)"), .usage, mentions: message)
  }

  @Test func unequalNumbersOfLines() throws {
    try TinyModel.with(ends: true) { model in
      try write("a\nb\n", "found.txt", model.workplace)
      try write("a\n", "source.txt", model.workplace)
      let outcome = try runShell(
        "unroll evaluate text found.txt --score-with models/tiny --source source.txt", folder: model.workplace)
      expectFailure(outcome, .badData, mentions: "source.txt: has 1 lines, and found.txt has 2;")
    }
  }
}
