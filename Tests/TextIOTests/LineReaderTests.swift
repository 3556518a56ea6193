import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

@Suite struct LineReaderTests {
  private func lines(
    _ bytes: some Sequence<UInt8>, _ invalid: LineReader.InvalidText = .reject, limit: Int = 1 << 26,
    longLine: LineReader.LongLine = .reject
  ) throws -> [LineReader.Line] {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("text.en")
      try Data(bytes).write(to: file)
      let reader = try LineReader(file, invalidText: invalid, longLine: longLine, maximumLineBytes: limit)
      var lines: [LineReader.Line] = []
      while let line = try reader.next() { lines.append(line) }
      #expect(try reader.next() == nil)
      return lines
    }
  }

  @Test func lineEnds() throws {
    #expect(try lines([]) == [])
    #expect(try lines("\n".utf8).map(\.text) == [""])
    #expect(try lines("a\nb\n".utf8).map(\.text) == ["a", "b"])
    #expect(try lines("a\r\nb\r\n\r\nc".utf8).map(\.text) == ["a", "b", "", "c"])
    #expect(try lines("a\n\nb".utf8).map(\.number) == [1, 2, 3])
    // A carriage return elsewhere is text, as are Unicode's other separators.
    #expect(
      try lines("a\rb\n\u{2028}\u{85}\u{0B}\nend\r".utf8).map(\.text) == ["a\rb", "\u{2028}\u{85}\u{0B}", "end\r"])
    #expect(try lines("a\0b\n".utf8).map(\.text) == ["a\0b"])
  }

  @Test func byteOrderMarkAndNormalisation() throws {
    #expect(
      try lines("\u{FEFF}a\n\u{FEFF}b\n".utf8).map { Array($0.text.unicodeScalars) } == [["a"], ["\u{FEFF}", "b"]])
    #expect(try lines("\u{FEFF}".utf8).map { $0.text.unicodeScalars.count } == [0])
    #expect(try lines("e\u{301}\n".utf8).map { Array($0.text.unicodeScalars) } == [["\u{E9}"]])
  }

  @Test func invalidTextIsAnErrorWithItsLine() {
    for bad: [UInt8] in [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] {
      let error = expectUnrollError(.badData, mentions: "text.en:2: this line is not valid UTF-8", "iconv") {
        try lines(Array("good\n".utf8) + bad + Array("\nmore\n".utf8))
      }
      #expect(error?.line == 2)
    }
  }

  @Test func invalidTextIsRepairedOnRequest() throws {
    let repaired = try lines([0x61, 0x0A, 0x62, 0xFF, 0x63, 0x0A, 0xE9, 0x0A, 0x64], .repair)
    #expect(repaired.map(\.text) == ["a", "b\u{FFFD}c", "\u{FFFD}", "d"])
    #expect(repaired.map(\.wasRepaired) == [false, true, true, false])
    #expect(try lines("\u{FFFD}\n".utf8, .repair).map(\.wasRepaired) == [false])
  }

  @Test func longLines() throws {
    let long = String(repeating: "é", count: 1_500_000)
    #expect(try lines("a\n\(long)\nb".utf8).map(\.text) == ["a", long, "b"])
    #expect(try lines("\(String(repeating: "x", count: 100))\nb".utf8, limit: 100).count == 2)
    for bytes in [String(repeating: "x", count: 101) + "\n", String(repeating: "x", count: 300_000)] {
      expectUnrollError(.badData, mentions: "text.en:2: this line is longer than 100 bytes") {
        try lines("a\n\(bytes)".utf8, limit: 100)
      }
    }
  }

  @Test func longLinesAreCutOnRequest() throws {
    for (long, kept) in [
      ("0123456789", "0123456789"), ("0123456789a", "0123456789"), ("012345678éa", "012345678"),
      ("0123456é89a", "0123456é8"), ("01234567😀", "01234567"), ("012345678é\r", "012345678"),
      (String(repeating: "é", count: 400_000), "ééééé"),
    ] {
      for end in ["\n", "\r\n", ""] {
        let found = try lines("\u{FEFF}a\n\(long)\(end)".utf8, .repair, limit: 10, longLine: .cut)
        #expect(found.map(\.text) == ["a", kept], "\(long.prefix(20)) \(end.debugDescription)")
        #expect(found.map(\.wasCut) == [false, long != kept] && found.allSatisfy { !$0.wasRepaired })
      }
    }
    // What is not counted: a byte order mark, the line end.
    #expect(try lines("\u{FEFF}0123456789\r\nb".utf8, limit: 10, longLine: .cut).map(\.wasCut) == [false, false])
    let many = (0..<40).map { String(repeating: "\($0 % 10)", count: 100_000 * ($0 % 3)) }
    let cut = try lines((many.joined(separator: "\n") + "\n").utf8, limit: 150_000, longLine: .cut)
    let isSame = cut.map(\.text) == many.map { String($0.prefix(150_000)) }
    #expect(isSame)
    #expect(cut.map(\.number) == Array(1...40))
  }

  /// Lines of every length around the size of the buffer, so that each border falls somewhere.
  @Test func bufferBorders() throws {
    let expected = (0..<700).map { String(repeating: "\($0 % 10)", count: $0 * 37 % 2_000) }
    #expect(try lines(expected.joined(separator: "\r\n").utf8).map(\.text) == expected)
  }

  @Test func filesThatCannotBeRead() throws {
    try temporaryFolder { folder in
      expectUnrollError(.noInput, mentions: "none.txt: cannot be opened: no such file") {
        try LineReader(folder.appendingPathComponent("none.txt"))
      }
      expectUnrollError(.noInput, mentions: "this is a folder") { try LineReader(folder) }
    }
    expectUnrollError(.inputOutput, mentions: "closed input: reading stopped: bad file descriptor") {
      try LineReader(descriptor: 9_999, name: "closed input").next()
    }
  }
}

/// Lines through a pipe, as they come from another program.
@Suite struct LineReaderPipeTests {
  private let pipe = Pipe.unshared()

  private func reader() -> LineReader { LineReader(descriptor: pipe.fileHandleForReading.fileDescriptor) }

  private func send(_ bytes: some Sequence<UInt8>) throws {
    try pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
  }

  @Test func linesComeAsSoonAsTheyAreComplete() throws {
    let reader = reader()
    #expect(try !reader.isReady())
    try send("one\ntw".utf8)
    #expect(try reader.isReady())
    #expect(try reader.next()?.text == "one")
    #expect(try !reader.isReady())
    try send("o\nthree\n".utf8)
    #expect(try reader.isReady())
    #expect(try reader.next()?.text == "two")
    #expect(try reader.isReady())
    #expect(try reader.next()?.text == "three")
    #expect(try !reader.isReady())
    try send("rest".utf8)
    #expect(try !reader.isReady())
    try pipe.fileHandleForWriting.close()
    #expect(try reader.isReady())
    let last = try reader.next()
    #expect(last?.text == "rest" && last?.number == 4 && last?.wasRepaired == false)
    #expect(try reader.isReady())
    #expect(try reader.next() == nil)
  }

  @Test func anEmptyPipeEnds() throws {
    let reader = reader()
    try pipe.fileHandleForWriting.close()
    #expect(try reader.isReady())
    #expect(try reader.next() == nil)
  }

  @Test func errorsNameStandardInput() throws {
    let reader = reader()
    try send([0x61, 0x0A, 0xFF, 0x0A])
    #expect(try reader.next()?.text == "a")
    expectUnrollError(.badData, mentions: "standard input:2: ") { try reader.next() }
  }

  @Test func gzipArrivesByteByByte() throws {
    let packed = try #require(Data(base64Encoded: GzipTests.oneTwoThree))
    let reader = reader()
    for byte in packed {
      #expect(try !reader.isReady())
      try send([byte])
      if try reader.isReady() { break }
    }
    #expect(try reader.next()?.text == "one")
  }
}
