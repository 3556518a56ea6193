import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

@Suite struct ParallelTextTests {
  private func pair(_ source: some Sequence<UInt8>, _ target: some Sequence<UInt8>, skip: Bool = false) throws
    -> ParallelText
  {
    try temporaryFolder { folder in
      let (left, right) = (folder.appendingPathComponent("text.en"), folder.appendingPathComponent("text.fr"))
      try Data(source).write(to: left)
      try Data(target).write(to: right)
      return try ParallelText.load(source: left, target: right, skipBadLines: skip)
    }
  }

  private func table(_ bytes: some Sequence<UInt8>, _ source: Int = 0, _ target: Int = 1, skip: Bool = false) throws
    -> ParallelText
  {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("text.tsv")
      try Data(bytes).write(to: file)
      return try ParallelText.load(tsv: file, sourceColumn: source, targetColumn: target, skipBadLines: skip)
    }
  }

  @Test func twoFiles() throws {
    let text = try pair("one\r\ntwo\n".utf8, "un\ndeux".utf8)
    #expect(text.sources == ["one", "two"] && text.targets == ["un", "deux"])
    #expect(text.count == 2 && text.skippedLines == 0)
    #expect(try pair([], []).count == 0)
  }

  @Test func columnsInEitherDirection() throws {
    let rows = "one\tun\t12\ncafé \tcafe\u{301}\t\t\r\n"
    let forwards = try table(rows.utf8)
    #expect(forwards.sources == ["one", "café "])
    #expect(forwards.targets.map { Array($0.unicodeScalars).count } == [2, 4])
    let backwards = try table(rows.utf8, 1, 0)
    #expect(backwards.sources == forwards.targets && backwards.targets == forwards.sources)
    #expect(try table("a\tb\tc".utf8, 2, 2).sources == ["c"])
  }

  @Test func gzipFiles() throws {
    let packed = try #require(Data(base64Encoded: GzipTests.oneTwoThree))
    #expect(try pair(packed, "un\ndeux\ntrois\n".utf8).sources == ["one", "two", "three"])
  }

  @Test func filesOfUnequalLength() {
    for skip in [false, true] {
      expectUnrollError(.badData, mentions: "text.en has 3 lines and ", "text.fr has 5", "line n of one") {
        try pair("1\n2\n3\n".utf8, "1\n2\n3\n4\n5".utf8, skip: skip)
      }
      expectUnrollError(.badData, mentions: "text.en has 4 lines and ", "text.fr has 0") {
        try pair("1\n2\n3\n4\n".utf8, [], skip: skip)
      }
    }
    // Pairs left out count as lines.
    expectUnrollError(.badData, mentions: "text.en has 2 lines and ", "text.fr has 3") {
      try pair("\n2\n".utf8, "1\n2\n3\n".utf8, skip: true)
    }
  }

  @Test func badPairsInTwoFiles() throws {
    expectUnrollError(.badData, mentions: "text.fr:2: this line is empty", "skip bad lines") {
      try pair("1\n2\n".utf8, "1\n \u{3000}\n".utf8)
    }
    expectUnrollError(.badData, mentions: "text.en:1: this line is empty") { try pair("\n".utf8, "\n".utf8) }
    expectUnrollError(.badData, mentions: "text.fr:1: this line is not valid UTF-8") {
      try pair("1\n".utf8, [0xFF, 0x0A])
    }
    let text = try pair(Array("1\n\n3\n4\n".utf8) + [0xC3, 0x0A], "1\n2\n\t\n4\n5\n".utf8, skip: true)
    #expect(text.sources == ["1", "4"] && text.targets == ["1", "4"] && text.skippedLines == 3)
  }

  @Test func badRowsOfATable() throws {
    expectUnrollError(.badData, mentions: "text.tsv:2: this line has 1 columns, and 2 are needed; separate", "tab") {
      try table("a\tb\nalone\n".utf8)
    }
    expectUnrollError(.badData, mentions: "text.tsv:1: this line has 2 columns, and 4 are needed") {
      try table("a\tb\n".utf8, 3, 0)
    }
    expectUnrollError(.badData, mentions: "text.tsv:1: column 1 is empty") { try table("a\t\tc\n".utf8) }
    expectUnrollError(.badData, mentions: "text.tsv:1: column 0 is empty") { try table(" \tb\n".utf8) }
    expectUnrollError(.badData, mentions: "text.tsv:2: ", "not valid UTF-8") {
      try table(Array("a\tb\na\t".utf8) + [0xFF])
    }
    expectUnrollError(.usage, mentions: "there is no column -1", "counted from 0") { try table("a\tb".utf8, 0, -1) }
    let text = try table(Array("a\tb\nalone\n\tx\n\nc\td\tmore\n".utf8) + [0xFF, 0x09, 0x61], skip: true)
    #expect(text.sources == ["a", "c"] && text.targets == ["b", "d"] && text.skippedLines == 4)
  }

  @Test func missingFiles() throws {
    try temporaryFolder { folder in
      let missing = folder.appendingPathComponent("none.tsv")
      expectUnrollError(.noInput, mentions: "none.tsv") {
        try ParallelText.load(tsv: missing, sourceColumn: 0, targetColumn: 1)
      }
    }
  }

  /// The real training file, which is gzip with 163 000 rows: all of it, and at a speed that does not hold anyone up.
  @Test func tatoeba() throws {
    guard let shared = sharedFolder() else { return }
    let file = shared.appendingPathComponent("data/tatoeba-en-fr/train.tsv.gz")
    let clock = ContinuousClock()
    var text = ParallelText(pairs: [])
    let time = try clock.measure { text = try .load(tsv: file, sourceColumn: 0, targetColumn: 1) }
    print("tatoeba: \(text.count) pairs in \(time)")
    #expect(text.count > 100_000 && text.skippedLines == 0)
    #expect(text.targets.contains { $0.unicodeScalars.contains("\u{E9}") })
  }
}
