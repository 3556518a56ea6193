import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO
import Workbench

/// `unroll translate`: lines in, lines out.
struct TranslateTests {
  @Test func oneLineComesOutForEachLine() throws {
    try TinyModel.with(ends: true) { model in
      let input = "where is it?\n\n  \t \nhere.\n\n"
      let outcome = try runUnroll("translate", "--model", model.folder.path, input: input)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 5)
      #expect(outcome.lines.map(\.isEmpty) == [false, true, true, false, true])
      let again = try runUnroll("translate", "--model", model.folder.path, "--threads", "1", input: input)
      #expect(again.output == outcome.output)
    }
  }

  @Test func aSentenceDoesNotDependOnItsNeighbours() throws {
    try TinyModel.with(ends: true) { model in
      let sentences = (0..<40).map { String("the quick brown fox jumps.".prefix(3 + $0 * 7 % 20)) }
      let together = try runUnroll(
        "translate", "--model", model.folder.path, input: sentences.map { $0 + "\n" }.joined())
      for index in [0, 7, 39] {
        let alone = try runUnroll("translate", "--model", model.folder.path, input: sentences[index] + "\n")
        #expect(alone.lines == [together.lines[index]])
      }
    }
  }

  @Test func theLastLineNeedsNoLineEnd() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll("translate", "--model", model.folder.path, input: "one\r\ntwo")
      #expect(outcome.lines.count == 2)
      let plain = try runUnroll("translate", "--model", model.folder.path, input: "one\ntwo\n")
      #expect(plain.output == outcome.output)
      #expect(try runUnroll("translate", "--model", model.folder.path).output == "")
    }
  }

  @Test func readsAndWritesFiles() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      try write("one\ntwo\n", "in.txt", folder)
      let outcome = try runUnroll(
        "translate", "in.txt", "--model", "models/tiny", "--output", "out.txt", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "")
      let piped = try runUnroll("translate", "--model", "models/tiny", input: "one\ntwo\n", folder: folder)
      #expect(try String(contentsOf: folder.appending(path: "out.txt"), encoding: .utf8) == piped.output)
    }
  }

  @Test func nBestRowsNameTheirLine() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll("translate", "--model", model.folder.path, "--n-best", "3", input: "one\n\ntwo\n")
      expectSuccess(outcome)
      let rows = outcome.lines.map { $0.components(separatedBy: "\t") }
      #expect(rows.map(\.[0]) == ["1", "1", "1", "2", "3", "3", "3"])
      #expect(rows.allSatisfy { $0.count == 3 })
      #expect(rows[3] == ["2", "0.0000", ""])
      let scores = rows.prefix(3).compactMap { Double($0[1]) }
      #expect(scores.count == 3 && scores == scores.sorted(by: >))
      #expect(Set(rows.prefix(3).map(\.[2])).count == 3)
      let best = try runUnroll("translate", "--model", model.folder.path, input: "one\n\ntwo\n")
      #expect(best.lines == [rows[0][2], "", rows[4][2]])
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll(
        "translate", "--model", model.folder.path, "--json", "--n-best", "2", input: "one\ntwo\n")
      expectSuccess(outcome)
      let objects = try expectDocumentedKeys(outcome, "translate")
      #expect(objects.map { $0["line"] } == [1, 2])
      #expect(objects.map { $0["source"] } == ["one", "two"])
      let plain = try runUnroll("translate", "--model", model.folder.path, input: "one\ntwo\n")
      #expect(objects.map { $0["text"] } == plain.lines.map { .string($0) })
      let empty = try runUnroll("translate", "--model", model.folder.path, "--json", input: "\n")
      #expect(
        empty.lines == [
          #"{"line":1,"source":"","text":"","score":0.0,"log_probability":0.0,"complete":true,"pieces":[],"#
            + #""piece_log_probabilities":[],"alternatives":[],"sentences":[]}"#
        ])
    }
  }

  @Test func aNarrowBeamCannotGiveMany() throws {
    try TinyModel.with(ends: true) { model in
      let outcome = try runUnroll(
        "translate", "--model", model.folder.path, "--beam-size", "2", "--n-best", "3", input: "one\n")
      expectFailure(outcome, .usage, mentions: "3 translations of each sentence, from a beam of 2; choose")
      for size in ["0", "-1", "1001"] {
        let outcome = try runUnroll(
          "translate", "--model", model.folder.path, "--beam-size=\(size)", input: "one\n")
        expectFailure(outcome, .usage, mentions: "the beam size is \(size)")
      }
    }
  }

  @Test func threadsAreCounted() throws {
    expectFailure(
      try runUnroll("translate", "--threads", "0"), .usage, mentions: "'0' is invalid for '--threads'", "1 to 1024")
  }

  @Test func aLineThatIsNotUTF8IsRepaired() throws {
    try TinyModel.with(ends: true) { model in
      let line = "unroll translate --model '\(model.folder.path)'"
      let outcome = try runShell(line, input: Data([0x61, 0x0A, 0x61, 0xFF, 0x62, 0x0A, 0x61, 0x0A]))
      #expect(outcome.status == 0)
      #expect(outcome.lines.count == 3)
      #expect(outcome.lines[0] == outcome.lines[2])
      #expect(
        outcome.errors == """
          unroll: warning: standard input:2: this line is not valid UTF-8; what cannot be read was replaced by U+FFFD

          """)
      let quiet = try runShell(line + " --quiet", input: Data([0xFF, 0x0A]))
      expectSuccess(quiet)
    }
  }

  @Test func aClosedOutputEndsItQuietly() throws {
    try TinyModel.with(ends: true) { model in
      // Long enough not to fit into the pipe.
      let outcome = try runShell(
        """
        { yes 'where is it' | head -20000 | unroll translate --model '\(model.folder.path)' --json --beam-size 1
          echo "status $?" >&2; } | head -1
        """)
      #expect(outcome.lines.count == 1)
      #expect(outcome.errors == "status 0\n")
    }
  }

  @Test func aMissingInput() throws {
    try TinyModel.with(ends: true) { model in
      let translate = ["translate", "--model", model.folder.path]
      expectFailure(
        try runUnroll(translate[0], "none.txt", translate[1], translate[2]), .noInput,
        mentions: "none.txt: cannot be opened: no such file or directory")
      expectFailure(
        try runUnroll(translate[0], ".", translate[1], translate[2]), .noInput, mentions: ".: this is a folder")
    }
  }

  @Test func anUnwritableOutput() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      try write("", "file", folder)
      let outcome = try runUnroll(
        "translate", "--model", "models/tiny", "--output", "file/out.txt", input: "one\n", folder: folder)
      expectFailure(outcome, .cannotCreate, mentions: "file/out.txt: cannot create the file: not a directory")
    }
  }

  @Test func noSpaceForTheOutput() throws {
    try TinyModel.with(ends: true) { model in
      let folder = model.workplace
      try write("old\n", "out.txt", folder)
      let lines = Data(String(repeating: "where is it\n", count: 100).utf8)
      // One block of 512 bytes stands in for a full disk.
      let file = try runShell(
        "ulimit -f 1; unroll translate --model models/tiny --json --output out.txt", input: lines, folder: folder)
      expectFailure(file, .inputOutput, mentions: "out.txt: cannot write: file too large; raise the file size limit")
      #expect(try String(contentsOf: folder.appending(path: "out.txt"), encoding: .utf8) == "old\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["models", "out.txt"])
      let stream = try runShell(
        "ulimit -f 1; unroll translate --model models/tiny --json > stream.txt", input: lines, folder: folder)
      expectFailure(stream, .inputOutput, mentions: "standard output: cannot write: file too large")
    }
  }

  @Test func anAnswerComesBeforeTheNextLine() throws {
    try TinyModel.with(ends: true) { model in
      let process = Process()
      let (input, output) = (Pipe.unshared(), Pipe.unshared())
      process.executableURL = unrollProgram
      process.arguments = ["translate", "--model", model.folder.path]
      process.standardInput = input
      process.standardOutput = output
      try process.start()
      // A test that fails here must not wait for a program that does.
      defer { kill(process.processIdentifier, SIGKILL) }
      let answers = LineReader(descriptor: output.fileHandleForReading.fileDescriptor)
      let expected = try runUnroll("translate", "--model", model.folder.path, input: "one\ntwo\n").lines
      for (line, answer) in zip(["one", "two"], expected) {
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
        // The input stays open: whoever waits for its end never answers.
        let deadline = Date(timeIntervalSinceNow: 30)
        while try !answers.isReady(), Date() < deadline { usleep(5000) }
        guard try answers.isReady() else {
          Issue.record("no answer to '\(line)' while the input is open")
          return
        }
        #expect(try answers.next()?.text == answer)
      }
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(try answers.next() == nil)
    }
  }
}
