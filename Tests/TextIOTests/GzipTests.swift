import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

@Suite struct GzipTests {
  /// `one\ntwo\nthree`, packed by Python's gzip module.
  static let oneTwoThree = "H4sIAAAAAAACA8vPS+UqKc/nKskoSk0FAJ5mbYYNAAAA"

  private func lines(_ bytes: Data) throws -> [String] {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("text.gz")
      try bytes.write(to: file)
      let reader = try LineReader(file)
      var lines: [String] = []
      while let line = try reader.next() { lines.append(line.text) }
      return lines
    }
  }

  private func packed() throws -> Data { try #require(Data(base64Encoded: Self.oneTwoThree)) }

  @Test func unpacks() throws {
    #expect(try lines(packed()) == ["one", "two", "three"])
    let many = try lines(Fixture("gzip").data("lines.gz"))
    #expect(many == (1...30_000).map { "line \($0)" })
  }

  @Test func membersFollowOneAnother() throws {
    #expect(try lines(packed() + packed()) == ["one", "two", "threeone", "two", "three"])
    #expect(try lines(packed() + Data(count: 300_000)) == ["one", "two", "three"])
    #expect(try lines(packed() + Data(count: 7) + packed()).count == 5)
  }

  @Test func truncatedFilesAreErrors() throws {
    let whole = try packed()
    for size in 2..<whole.count {
      expectUnrollError(.badData, mentions: "text.gz: the gzip data ends too early; fetch the file again") {
        try lines(whole.prefix(size))
      }
    }
    let many = try Fixture("gzip").data("lines.gz")
    expectUnrollError(.badData, mentions: "text.gz: the gzip data ends too early") { try lines(many.dropLast(3)) }
    expectUnrollError(.badData, mentions: "ends too early") { try lines(many.prefix(many.count / 2)) }
    expectUnrollError(.badData, mentions: "ends too early") { try lines(whole + whole.prefix(5)) }
  }

  @Test func damagedFilesAreErrors() throws {
    var badSum = try packed()
    badSum[badSum.count - 6] ^= 1
    expectUnrollError(.badData, mentions: "text.gz: the gzip data is damaged: incorrect data check", "gzip -t") {
      try lines(badSum)
    }
    var badMethod = try packed()
    badMethod[2] = 1
    expectUnrollError(.badData, mentions: "damaged: unknown compression method") { try lines(badMethod) }
    expectUnrollError(.badData, mentions: "the gzip data is damaged") { try lines(packed() + Data("junk".utf8)) }
  }
}
