import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct AtomicFileTests {
  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func writesPiecesInOrderAndLeavesNothingElse() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("out.bin")
      let large = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
      try AtomicFile.write(to: url) { sink in
        try sink.append("é")
        try sink.append(large)
        for byte in large.prefix(1000) { try sink.append([byte]) }
      }
      #expect(try Data(contentsOf: url) == Data("é".utf8) + Data(large) + Data(large.prefix(1000)))
      #expect(try names(in: folder) == ["out.bin"])
    }
  }

  @Test func failedBodyKeepsTheOldFile() throws {
    struct Stop: Error {}
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("out.txt")
      try AtomicFile.write("old", to: url)
      #expect(throws: Stop.self) {
        try AtomicFile.write(to: url) { sink in
          try sink.append("new")
          throw Stop()
        }
      }
      #expect(try String(contentsOf: url, encoding: .utf8) == "old")
      #expect(try names(in: folder) == ["out.txt"])
      try AtomicFile.write("new", to: url)
      #expect(try String(contentsOf: url, encoding: .utf8) == "new")
    }
  }

  @Test func symbolicLinkIsFollowed() throws {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("real.txt")
      let link = folder.appendingPathComponent("link.txt")
      try AtomicFile.write("old", to: file)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
      try AtomicFile.write("new", to: link)
      #expect(try String(contentsOf: file, encoding: .utf8) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == file.path)
    }
  }

  @Test func placesThatCannotBeWritten() throws {
    try temporaryFolder { folder in
      let file = folder.appendingPathComponent("file")
      try AtomicFile.write("x", to: file)
      expectUnrollError(.cannotCreate, mentions: "absent/out", "no such file or directory", "create the folder first") {
        try AtomicFile.write("x", to: folder.appendingPathComponent("absent/out"))
      }
      expectUnrollError(.cannotCreate, mentions: "file/out", "not a directory", "a part of the path is a file") {
        try AtomicFile.write("x", to: file.appendingPathComponent("out"))
      }
      expectUnrollError(.cannotCreate, mentions: folder.lastPathComponent, "name a file, not a folder") {
        try AtomicFile.write("x", to: folder)
      }
      expectUnrollError(.cannotCreate, mentions: "file name too long", "shorter name") {
        try AtomicFile.write("x", to: folder.appendingPathComponent(String(repeating: "n", count: 300)))
      }
      // Root may write where others may not: then the pseudo file system refuses.
      let closed = geteuid() == 0 ? URL(fileURLWithPath: "/proc/self") : URL(fileURLWithPath: "/")
      expectUnrollError(.cannotCreate, mentions: closed.path) {
        try AtomicFile.write("x", to: closed.appendingPathComponent("unroll-test"))
      }
      #expect(try names(in: folder) == ["file"])
    }
  }

  @Test func devicesAreNotReplaced() {
    expectUnrollError(.cannotCreate, mentions: "/dev/null", "device or a pipe") {
      try AtomicFile.write("x", to: URL(fileURLWithPath: "/dev/null"))
    }
  }

  /// A file size limit stands in for a full disk. It holds for the whole process, so it is far above what other tests
  /// write, and is lifted at once.
  @Test func noSpaceLeavesTheOldFileAndNoOther() throws {
    ProcessSignals.ignoreFileSizeLimit()
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("weights.bin")
      try AtomicFile.write("old", to: url)
      var limit = rlimit()
      #expect(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      var low = limit
      low.rlim_cur = 64 << 20
      #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &low) == 0)
      defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) }
      let piece = [UInt8](repeating: 1, count: 8 << 20)
      expectUnrollError(.inputOutput, mentions: "weights.bin", "cannot write: file too large", "ulimit -f") {
        try AtomicFile.write(to: url) { sink in for _ in 0..<9 { try sink.append(piece) } }
      }
      #expect(try names(in: folder) == ["weights.bin"])
      #expect(try String(contentsOf: url, encoding: .utf8) == "old")
    }
  }
}
