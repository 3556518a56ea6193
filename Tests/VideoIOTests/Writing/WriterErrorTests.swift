import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// What cannot be written ends in one error, and nothing is left of it.
struct WriterErrorTests {
  private static let size = PixelSize(32, 16)
  private static let picture = TestPicture.smooth(size)
  private static let rate = TimeBase(1, 25)

  /// What is in a folder, hidden files too.
  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Appends frames at ticks of a time base, in a folder that must be empty in the end.
  private func expectRefusal(
    _ name: String, of ticks: [Int64], _ timeBase: TimeBase, writer base: TimeBase = rate, duration: Timestamp? = nil,
    mentions: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try temporaryFolder { folder in
      let writer = try FrameWriter(folder.appending(path: name), size: Self.size, timeBase: base)
      for tick in ticks.dropLast() {
        try writer.append(Self.picture, at: Timestamp(ticks: tick, timeBase: timeBase))
      }
      let refusal = expectUnrollError(.usage) {
        try writer.append(
          Self.picture, at: Timestamp(ticks: ticks[ticks.count - 1], timeBase: timeBase), duration: duration)
      }
      let error = try #require(refusal)
      let text = error.description
      for mention in mentions + [name, "; "] {
        #expect(text.contains(mention), "\(text)", sourceLocation: sourceLocation)
      }
      // The writer is still there: nothing is left at once, and the error stays.
      #expect(try names(folder) == [], sourceLocation: sourceLocation)
      #expect(throws: error) { try writer.append(Self.picture) }
      #expect(throws: error) { try writer.finish() }
    }
  }

  // MARK: Times

  @Test func timesMustIncrease() throws {
    try expectRefusal("a.mp4", of: [0, 3, 3], Self.rate, mentions: "0.120000", "3 × 1/25", "does not come after")
    try expectRefusal("a.mp4", of: [0, 3, 1], Self.rate, mentions: "0.120000", "0.040000", "does not come after")
  }

  @Test func timesCannotBeNegative() throws {
    for name in ["a.mp4", "a.mov", "a.mkv", "a.avi"] {
      try expectRefusal(name, of: [-1], Self.rate, mentions: "-0.040000", "before zero")
    }
  }

  @Test func timesThatWouldBeRoundedAreRefused() throws {
    let thirtieth = TimeBase(1, 30)
    try expectRefusal("a.mkv", of: [0, 1], thirtieth, writer: thirtieth, mentions: "1 × 1/30", "use .mp4", "1/1000")
    try expectRefusal("a.mp4", of: [0, 1], TimeBase(1, 7), mentions: "1 × 1/7", "time base 1/7")
    try expectRefusal("a.avi", of: [0, 1], TimeBase(1, 50), mentions: "1 × 1/50")
    let third = Timestamp(ticks: 1, timeBase: TimeBase(1, 3))
    try expectRefusal("a.mkv", of: [0], Self.rate, duration: third, mentions: "the duration 0.333333 s (1 × 1/3)")
  }

  @Test func durationsMustBeSensible() throws {
    let (negative, endless) = (
      Timestamp(ticks: -1, timeBase: Self.rate), Timestamp(ticks: 1 << 33, timeBase: Self.rate)
    )
    try expectRefusal("a.mp4", of: [0], Self.rate, duration: negative, mentions: "cannot last -0.040000")
    try expectRefusal("a.mp4", of: [0], Self.rate, duration: endless, mentions: "cannot last")
  }

  @Test func timesMustFitTheContainer() throws {
    let fine = TimeBase(1, .max)
    try expectRefusal(
      "a.mp4", of: [0, 1 << 31], fine, writer: fine, mentions: "MP4 cannot hold the time from 0.000000 s")
    for ticks in [Int64.max, Int64.max - 1, Int64.max / 600, 1 << 50] as [Int64] {
      try expectRefusal("a.mp4", of: [0, ticks], Self.rate, mentions: "too far from zero")
    }
    try expectRefusal("a.mkv", of: [0, .min], Self.rate, mentions: "too far from zero")
  }

  @Test func aviCountsFrames() throws {
    try expectRefusal("a.avi", of: [1], Self.rate, mentions: "AVI holds one frame", "use .mp4")
    try expectRefusal("a.avi", of: [0, 1, 3], Self.rate, mentions: "AVI holds one frame", "3 × 1/25")
    let two = Timestamp(ticks: 2, timeBase: Self.rate)
    try expectRefusal("a.avi", of: [0], Self.rate, duration: two, mentions: "AVI holds one frame", "lasts 0.080000")
  }

  @Test func aConstantRateMustFitTheContainer() throws {
    try temporaryFolder { folder in
      let writer = try FrameWriter(folder.appending(path: "a.mkv"), size: Self.size, timeBase: TimeBase(1, 30))
      expectUnrollError(.usage, mentions: "use .mp4") { try writer.append(Self.picture) }
    }
  }

  // MARK: Pictures and options

  @Test func picturesMustHaveTheSize() throws {
    try temporaryFolder { folder in
      let writer = try FrameWriter(folder.appending(path: "a.mp4"), size: Self.size, timeBase: Self.rate)
      try writer.append(Self.picture)
      expectUnrollError(.usage, mentions: "a.mp4", "16x32", "32x16", "scale") {
        try writer.append(Pixels(PixelSize(16, 32)))
      }
      #expect(try names(folder) == [])
    }
  }

  @Test func whatCannotBeginLeavesNothing() throws {
    try temporaryFolder { folder in
      func begin(_ name: String, _ size: PixelSize = Self.size, _ options: FrameWriter.Options = .init()) throws {
        _ = try FrameWriter(folder.appending(path: name), size: size, timeBase: Self.rate, options: options)
      }
      for name in ["a", "a.gif", "a.h264", "a.png", "a.ts", "a.webm", ".mp4", "a.mp4.txt"] {
        expectUnrollError(.usage, mentions: name, "use .mp4") { try begin(name) }
      }
      for size in [PixelSize(0, 16), PixelSize(16, -1), PixelSize(16385, 16), PixelSize(.max, .max)] {
        expectUnrollError(.usage, mentions: "a.mp4", "\(size)", "16384") { try begin("a.mp4", size) }
      }
      for threads in [0, -1, .max] {
        expectUnrollError(.usage, mentions: "\(threads)") { try begin("a.mp4", Self.size, .init(threads: threads)) }
      }
      expectUnrollError(.unavailable, mentions: "encoder") { try begin("a.mp4", Self.size, .init(encoder: "absent")) }
      expectUnrollError(.unavailable, mentions: "encoder") {
        try begin("a.mp4", PixelSize(33, 31), .init(encoder: "mpeg4"))
      }
      expectUnrollError(.unavailable, mentions: "loss") {
        try begin("a.mp4", Self.size, .init(encoder: "mpeg4", isLossless: true))
      }
      let left = try names(folder)
      #expect(left.isEmpty)
    }
  }

  /// MPEG-4 knows only denominators up to 65 535, and says so; without a choice the next encoder takes over.
  @Test func mpeg4HasCoarseTicks() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mp4")
      expectUnrollError(.unavailable, mentions: "mpeg4", "65535", "time base") {
        try FrameWriter(url, size: Self.size, timeBase: TimeBase(1, 90000), options: .init(encoder: "mpeg4"))
      }
    }
  }

  // MARK: The file

  @Test func aVideoNeedsAFrame() throws {
    try temporaryFolder { folder in
      let writer = try FrameWriter(folder.appending(path: "a.mp4"), size: Self.size, timeBase: Self.rate)
      expectUnrollError(.usage, mentions: "a.mp4", "frame") { try writer.finish() }
      #expect(try names(folder) == [])
    }
  }

  @Test func nothingComesAfterTheEnd() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mp4")
      let writer = try FrameWriter(url, size: Self.size, timeBase: Self.rate)
      try writer.append(Self.picture)
      try writer.finish()
      expectUnrollError(.usage, mentions: "finished") { try writer.append(Self.picture) }
      expectUnrollError(.usage, mentions: "finished") { try writer.finish() }
      #expect(try names(folder) == ["a.mp4"])
      #expect(try referenceFrames(url).count == 1)
    }
  }

  @Test func aDroppedVideoLeavesTheOldOne() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "a.mp4")
      try Data("old".utf8).write(to: url)
      do {
        let writer = try FrameWriter(url, size: Self.size, timeBase: Self.rate)
        for _ in 0..<60 { try writer.append(Self.picture) }
        let present = try names(folder)
        #expect(present.contains { $0.hasPrefix(".unroll-") && $0.hasSuffix(".partial") })
      }
      #expect(try names(folder) == ["a.mp4"])
      #expect(try Data(contentsOf: url) == Data("old".utf8))
    }
  }

  @Test func aFinishedVideoReplacesTheOldOneBehindALink() throws {
    try temporaryFolder { folder in
      let (link, target) = (folder.appending(path: "link.mp4"), folder.appending(path: "a:b %41.mp4"))
      try Data("old".utf8).write(to: target)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
      let writer = try FrameWriter(link, size: Self.size, timeBase: Self.rate)
      try writer.append(Self.picture)
      try writer.finish()
      #expect(try referenceFrames(target).count == 1)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
    }
  }

  /// The limit on file sizes stands in for a disk that is full: half-way through, or only when the end is written.
  @Test func aFullDiskIsNamed() async throws {
    try await aloneInProcess("WriterErrorTests/aFullDiskIsNamed") {
      try temporaryFolder { folder in
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        for (name, count) in [("a.mp4", 10), ("a.mp4", 400), ("a.mkv", 400), ("a.avi", 400)] {
          expectUnrollError(.inputOutput, mentions: name, "cannot write the video", "file size limit") {
            let size = PixelSize(64, 48)
            let writer = try FrameWriter(
              folder.appending(path: name), size: size, timeBase: Self.rate, options: .init(isLossless: true))
            for index in 0..<count { try writer.append(TestPicture.noise(size, seed: UInt64(index))) }
            try writer.finish()
          }
        }
        let left = try names(folder)
        #expect(left.isEmpty)
      }
    }
  }

  @Test func onlyFilesAreWritten() throws {
    try temporaryFolder { folder in
      func begin(_ url: URL) throws { _ = try FrameWriter(url, size: Self.size, timeBase: Self.rate) }
      let inner = folder.appending(path: "d.mp4")
      let device = folder.appending(path: "null.mp4")
      let pipe = folder.appending(path: "p.mp4")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: device.path, withDestinationPath: "/dev/null")
      #expect(mkfifo(pipe.path, 0o600) == 0)
      expectUnrollError(.cannotCreate, mentions: "d.mp4", "directory") { try begin(inner) }
      expectUnrollError(.cannotCreate, mentions: "null.mp4", "device") { try begin(device) }
      expectUnrollError(.cannotCreate, mentions: "p.mp4", "device") { try begin(pipe) }
      expectUnrollError(.cannotCreate, mentions: "absent", "create the folder") {
        try begin(folder.appending(path: "absent/a.mp4"))
      }
      let web = try #require(URL(string: "https://localhost/a.mp4"))
      expectUnrollError(.cannotCreate, mentions: "https://localhost/a.mp4", "local") { try begin(web) }
      #expect(try names(folder) == ["d.mp4", "null.mp4", "p.mp4"])
    }
  }
}
