import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing
import VideoIO

/// Videos that come through pipes.
struct PipeTests {
  private static let small = FrameTransform(size: PixelSize(16, 16))

  static let clips = [
    ("pipe.ts", "-c:v libx264 -bf 2"), ("pipe.mkv", "-c:v libx264 -bf 2"), ("pipe.avi", "-c:v mpeg4"),
    ("pipe.mp4", "-c:v libx264 -bf 2 -movflags frag_keyframe+empty_moov"), ("pipe.h264", "-c:v libx264"),
    ("front.mp4", "-c:v libx264 -bf 2 -movflags faststart"), ("pipe.jpg", "-frames:v 1"),
  ]

  private static func clip(_ name: String, _ coding: String) throws -> URL {
    try Clip.make("pipe-\(name)", Clip.picture("64x48", rate: "25", seconds: 2) + coding)
  }

  /// Runs a line of shell, ends it when `body` is done.
  private func shell<Result>(_ line: String, _ arguments: [String], _ body: () async throws -> Result) async throws
    -> Result
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line, "sh"] + arguments
    process.standardError = FileHandle.nullDevice
    try process.start()
    defer {
      // Not to be ignored, as what `terminate` sends is where the thread that starts a program lets no signal through.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    return try await body()
  }

  private func makePipe(in folder: URL) throws -> URL {
    let place = folder.appendingPathComponent("pipe-\(UUID().uuidString)")
    guard mkfifo(place.path, 0o600) == 0 else { throw ProgramFailure(description: "mkfifo: \(errno)") }
    return place
  }

  @Test(arguments: clips) func aPipeGivesTheFramesOfTheFile(name: String, coding: String) async throws {
    let clip = try Self.clip(name, coding)
    let expected = try packedPixels(FrameReader(clip).frames(as: Self.small))
    try await temporaryFolder { folder in
      let place = try makePipe(in: folder)
      try await shell("exec cat \"$1\" >\"$2\"", [clip.path, place.path]) {
        let reader = try FrameReader(place)
        #expect(try packedPixels(reader.frames(as: Self.small)) == expected, "\(name)")
        expectUnrollError(.usage, mentions: "has been read already") { try infos(reader.frames()) }
        expectUnrollError(.usage, mentions: "has been read already") { try reader.scan { _ in } }
      }
    }
  }

  @Test func descriptorsStayOpenAndTheirOwners() throws {
    let clip = try Self.clip("pipe.ts", "-c:v libx264 -bf 2")
    let expected = try packedPixels(FrameReader(clip).frames(as: Self.small))
    let pipe = Pipe.unshared()
    let cat = Process()
    cat.executableURL = URL(fileURLWithPath: "/bin/cat")
    cat.arguments = [clip.path]
    cat.standardOutput = pipe
    try cat.start()
    let reader = try FrameReader(descriptor: pipe.fileHandleForReading.fileDescriptor, name: "standard input")
    #expect(try reader.stream().codec == "h264")
    #expect(try packedPixels(reader.frames(as: Self.small)) == expected)
    expectUnrollError(.usage, mentions: "standard input") { try infos(reader.frames()) }
    #expect(fcntl(pipe.fileHandleForReading.fileDescriptor, F_GETFD) >= 0)

    // A regular file is read from where it stands, and more than once.
    let handle = try FileHandle(forReadingFrom: clip)
    let file = try FrameReader(descriptor: handle.fileDescriptor, name: "a file")
    for _ in 0..<2 { #expect(try packedPixels(file.frames(as: Self.small)) == expected) }
    #expect(try infos(file.frames(in: .seconds(2)..<(.seconds(3)), as: Self.small)).isEmpty == false)
    #expect(try handle.offset() == 0)
  }

  @Test func whatOnlyFilesCanDoIsAnError() async throws {
    let clip = try Self.clip("pipe.ts", "-c:v libx264 -bf 2")
    try await temporaryFolder { folder in
      let place = try makePipe(in: folder)
      try await shell("exec cat \"$1\" >\"$2\"", [clip.path, place.path]) {
        _ = expectUnrollError(.usage, mentions: "spread evenly only over a file") {
          try infos(FrameReader(place).frames(.evenlySpread(3)))
        }
      }
    }
  }

  @Test func rangesOfAPipeAreFiltered() async throws {
    let clip = try Self.clip("pipe.mkv", "-c:v libx264 -bf 2")
    let range = Duration.milliseconds(500)..<Duration.milliseconds(900)
    let expected = try packedPixels(FrameReader(clip).frames(in: range, as: Self.small))
    try await temporaryFolder { folder in
      let place = try makePipe(in: folder)
      try await shell("exec cat \"$1\" >\"$2\"", [clip.path, place.path]) {
        let got = try packedPixels(FrameReader(place).frames(in: range, as: Self.small))
        #expect(got == expected)
      }
    }
  }

  /// A pipe without a writer, and one whose writer says nothing.
  @Test func cancellingEndsTheWaitForAnIdlePipe() async throws {
    try await aloneInProcess("PipeTests/cancellingEndsTheWaitForAnIdlePipe") {
      for line in ["exec sleep 60", "exec sleep 60 >\"$1\""] {
        try await temporaryFolder { folder in
          let place = try makePipe(in: folder)
          try await shell(line, [place.path]) {
            var quickest = Duration.seconds(60)
            for _ in 0..<5 { quickest = min(quickest, try await timeToCancel(place)) }
            // The best of five: this machine may have other things to do.
            #expect(quickest < .milliseconds(200), "\(quickest)")
            #expect(try ProcessUse.eventually { try !ProcessUse.openFiles().contains(place.path) })
          }
        }
      }
    }
  }

  private func timeToCancel(_ place: URL) async throws -> Duration {
    let task = Task {
      for try await _ in try FrameReader(place).frames() {}
    }
    try await Task.sleep(for: .milliseconds(60))
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    return ContinuousClock.now - start
  }

  @Test(.timeLimit(.minutes(3))) func lettingTheIteratorGoEndsTheReading() async throws {
    let clip = try Self.clip("pipe.mkv", "-c:v libx264 -bf 2")
    try await temporaryFolder { folder in
      let place = try makePipe(in: folder)
      try await shell("exec 3>\"$2\"; cat \"$1\" >&3; exec sleep 60", [clip.path, place.path]) {
        var iterator: FrameIterator? = try FrameReader(place).frames(as: Self.small).makeIterator()
        #expect(try iterator?.next() != nil)
        #expect(try ProcessUse.openFiles().contains(place.path))
        iterator = nil
        #expect(try ProcessUse.eventually { try !ProcessUse.openFiles().contains(place.path) })
      }
    }
  }

  @Test func threadsOfIdlePipesEnd() async throws {
    try await aloneInProcess("PipeTests/threadsOfIdlePipesEnd") {
      try temporaryFolder { folder in
        let place = try makePipe(in: folder)
        let before = try ProcessUse.threads()
        for _ in 0..<20 {
          let writer = open(place.path, O_RDWR)
          let task = Task { for try await _ in try FrameReader(place).frames() {} }
          usleep(5000)
          task.cancel()
          close(writer)
        }
        // The tasks' own threads may have come to life meanwhile.
        let cores = ProcessInfo.processInfo.activeProcessorCount
        #expect(try ProcessUse.eventually { try ProcessUse.threads() <= before + cores + 1 })
      }
    }
  }

  /// Half of a stream is there, the rest comes never: most of that half's frames must come out. (Of a transport stream
  /// FFmpeg reads a second before it gives the first one, lest another stream appears.)
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [
      ("live.ts", "-c:v libx264 -bf 0 -g 25"), ("live.mkv", "-c:v libx264 -bf 2 -g 25 -f matroska -live 1"),
      ("live-b.ts", "-c:v libx264 -bf 2 -g 25"), ("live-2.ts", "-c:v mpeg2video -g 25"),
    ]) func framesComeBeforeLaterBytes(name: String, coding: String) async throws
  {
    let clip = try Clip.make("pipe-\(name)", Clip.picture("64x48", rate: "25", seconds: 6) + coding)
    let half = try Data(contentsOf: clip).count / 2
    try await temporaryFolder { folder in
      let place = try makePipe(in: folder)
      try await shell("exec 3>\"$2\"; head -c \(half) \"$1\" >&3; exec sleep 60", [clip.path, place.path]) {
        let count = Mutex(0)
        let task = Task {
          for try await _ in try FrameReader(place).frames(as: Self.small) { count.withLock { $0 += 1 } }
        }
        let start = ContinuousClock.now
        while count.withLock({ $0 }) <= 40, ContinuousClock.now - start < .seconds(30) {
          try await Task.sleep(for: .milliseconds(20))
        }
        task.cancel()
        #expect(count.withLock { $0 } > 40, "\(name)")
        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }
  }
}
