import Foundation
import TestSupport
import Testing
import VideoIO

/// Threads, descriptors and memory of readers, and readings beside and after each other.
struct LifetimeTests {
  private static let small = FrameTransform(size: PixelSize(16, 16))

  private static func clip() throws -> URL {
    try Clip.make("life.mp4", Clip.picture("64x48", rate: "25", seconds: 2) + "-c:v libx264 -bf 2 -g 10")
  }

  /// 1000 frames of 2.7 MB each, taken slower than they are made.
  @Test func aSlowTakerCostsTheMemoryOfAFewFrames() async throws {
    try await aloneInProcess("LifetimeTests/aSlowTakerCostsTheMemoryOfAFewFrames") {
      let clip = try Clip.make(
        "long-life.mkv", "-f lavfi -i color=gray:size=1280x720:rate=25:duration=24 -c:v mpeg4 -g 250 -qscale:v 5")
      let start = try ProcessUse.memory()
      let iterator = try FrameReader(clip, options: .init(threads: 2)).frames().makeIterator()
      var (count, most) = (0, 0)
      while let frame = try iterator.next() {
        count += 1
        #expect(frame.pixels.width == 1280)
        if count % 20 == 0 {
          usleep(10_000)
          most = max(most, try ProcessUse.memory())
        }
      }
      #expect(count == 600)
      #expect(most - start < 60 << 20, "\((most - start) >> 20) MB")
    }
  }

  @Test func thousandsOfReadersLeaveNothing() async throws {
    try await aloneInProcess("LifetimeTests/thousandsOfReadersLeaveNothing") {
      // UNROLL_OPENS asks for more than a test has time for.
      let opens = ProcessInfo.processInfo.environment["UNROLL_OPENS"].flatMap { Int($0) } ?? 2000
      let clip = try Self.clip()
      func open(_ times: Int) throws {
        for turn in 0..<times {
          let reader = try FrameReader(clip, options: .init(threads: turn % 3 + 1))
          switch turn % 4 {
          case 0: _ = try reader.frames(as: Self.small).makeIterator().next()
          case 1: _ = try reader.stream()
          case 2: _ = try reader.frame(at: .milliseconds(700), as: Self.small)
          default: _ = reader.frames(as: Self.small).makeIterator()
          }
        }
      }
      try open(200)
      #expect(try ProcessUse.eventually { try ProcessUse.threads() < 12 })
      let (memory, files) = (try ProcessUse.memory(), try ProcessUse.openFiles().count)
      try open(opens)
      let clear = try ProcessUse.eventually {
        try ProcessUse.threads() < 12 && !ProcessUse.openFiles().contains { $0.hasSuffix("life.mp4") }
      }
      let threads = try ProcessUse.threads()
      #expect(clear, "\(threads) threads")
      #expect(try ProcessUse.openFiles().count <= files)
      let growth = try ProcessUse.memory() - memory
      print("\(opens) opens: \(growth >> 10) KB, \(threads) threads")
      #expect(growth < 16 << 20, "\(growth >> 20) MB")
    }
  }

  @Test func failuresLeaveNothing() async throws {
    try await aloneInProcess("LifetimeTests/failuresLeaveNothing") {
      try temporaryFolder { folder in
        let bytes = try Data(contentsOf: Self.clip())
        let (cut, text) = (folder.appendingPathComponent("cut.mp4"), folder.appendingPathComponent("text.mp4"))
        try bytes.prefix(bytes.count / 2).write(to: cut)
        try Data(String(repeating: "text\n", count: 1000).utf8).write(to: text)
        func fail(_ times: Int) {
          for _ in 0..<times {
            for place in [cut, text, folder] {
              #expect(throws: (any Error).self) { try FrameReader(place).scan { _ in } }
            }
          }
        }
        fail(50)
        let (memory, files) = (try ProcessUse.memory(), try ProcessUse.openFiles().count)
        fail(500)
        #expect(try ProcessUse.openFiles().count <= files)
        #expect(try ProcessUse.memory() - memory < 8 << 20)
      }
    }
  }

  @Test func readersInSeveralTasksGetTheSame() async throws {
    let clip = try Self.clip()
    let expected = try packedPixels(FrameReader(clip).frames(as: Self.small))
    let shared = try FrameReader(clip)
    try await withThrowingTaskGroup(of: Data.self) { group in
      for task in 0..<8 {
        group.addTask {
          let reader = task % 2 == 0 ? shared : try FrameReader(clip)
          var bytes = Data()
          for try await frame in reader.frames(as: Self.small) { bytes += frame.pixels.packedBytes }
          return bytes
        }
      }
      for try await bytes in group { #expect(bytes == expected) }
    }
  }

  @Test func aSequenceCanBeReadTwice() async throws {
    let frames = try FrameReader(Self.clip()).frames(every: 3, size: PixelSize(16, 16))
    let first = try packedPixels(frames)
    #expect(try packedPixels(frames) == first)
    var bytes = Data()
    for try await frame in frames { bytes += frame.pixels.packedBytes }
    #expect(bytes == first)
    #expect(!first.isEmpty)
  }

  @Test func aFrameOutlivesItsReader() throws {
    var frame: Frame?
    do { frame = try FrameReader(Self.clip()).frames(as: Self.small).makeIterator().next() }
    let again = try FrameReader(Self.clip()).frame(at: 0, as: Self.small)
    #expect(frame?.pixels == again.pixels)
  }

  @Test func cancellingInMidFileStops() async throws {
    let clip = try Clip.make(
      "cancel.mp4", Clip.picture("64x48", rate: "25", seconds: 20) + "-c:v libx264 -preset ultrafast")
    let task = Task {
      var count = 0
      for try await _ in try FrameReader(clip).frames(as: Self.small) {
        count += 1
        if count == 5 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return count
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  /// Cancelled when all was decoded already, with frames waiting: that is not the end of the video.
  @Test func cancellingBeforeTheLastFramesIsNoEnd() async throws {
    let clip = try Clip.make("cancel-short.mp4", Clip.picture("64x48", rate: "3") + "-c:v libx264")
    let task = Task {
      var frames = try FrameReader(clip).frames(as: Self.small).makeAsyncIterator()
      _ = try await frames.next()
      try await Task.sleep(for: .milliseconds(300))
      withUnsafeCurrentTask { $0?.cancel() }
      return try await frames.next() == nil
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
