import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Files that are cut short, or that are no videos.
struct DamageTests {
  /// With frame threads FFmpeg 5.1 ended the process on some of these, and took others for sound.
  @Test(arguments: [1, 2, 4]) func strictReadingSeesDamageWithAnyNumberOfThreads(threads: Int) throws {
    let clip = try Clip.make("strict.avi", Clip.picture("320x240", rate: "25", seconds: 2) + "-c:v mpeg4")
    let sound = try Data(contentsOf: clip)
    try temporaryFolder { folder in
      for place in [2, 3, 4] {
        var data = sound
        let start = data.count * place / 6
        data.replaceSubrange(start..<start + 40, with: (0..<40).map { UInt8(truncatingIfNeeded: $0 * 37 + place) })
        let file = folder.appendingPathComponent("damaged-\(place).avi")
        try data.write(to: file)
        expectUnrollError(.badData, mentions: "the video is damaged", file.path) {
          try FrameReader(file, options: .init(threads: threads, isStrict: true)).scan { _ in }
        }
      }
    }
  }

  private static let small = FrameTransform(size: PixelSize(8, 8))

  @Test(arguments: [
    ("cut.mp4", "-c:v libx264 -bf 2 -g 10 -movflags faststart"), ("cut.mkv", "-c:v libx264 -bf 2 -g 10"),
    ("cut.ts", "-c:v mpeg2video -bf 2 -g 10"), ("cut.avi", "-c:v mpeg4 -bf 2 -g 10"),
  ]) func everyCutGivesTheFramesOfFFmpeg(name: String, coding: String) throws {
    let clip = try Clip.make(name, Clip.picture("64x48", rate: "25", seconds: 1) + coding)
    let bytes = try Data(contentsOf: clip)
    try temporaryFolder { folder in
      for length in stride(from: 1024, to: bytes.count, by: 1024) {
        let place = folder.appendingPathComponent("\(length)-\(name)")
        try bytes.prefix(length).write(to: place)
        let expected = try referenceFrames(place).count
        do {
          let reader = try FrameReader(place)
          let frames = try infos(reader.frames(as: Self.small))
          #expect(frames.count == expected, "\(name) cut at \(length)")
          // What is left of the cut frame has been noticed, if there is any.
          #expect(reader.report.decodedFrames == frames.count)
        } catch let error as UnrollError {
          #expect(expected == 0, "\(name) cut at \(length): \(error)")
          #expect(error.kind == .badData && error.file == place.relativePath)
        }
        do { try FrameReader(place, options: .init(isStrict: true)).scan { _ in } } catch let error as UnrollError {
          #expect(error.kind == .badData)
        }
      }
    }
  }

  @Test func whatIsNoVideoIsAnErrorInOneLine() throws {
    try temporaryFolder { folder in
      func place(_ name: String, _ bytes: Data) throws -> URL {
        let place = folder.appendingPathComponent(name)
        try bytes.write(to: place)
        return place
      }
      var state: UInt64 = 7
      let noise = Data(
        (0..<100_000).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(truncatingIfNeeded: state >> 40)
        })
      let text = Data(String(repeating: "A line of text, as people write it.\n", count: 200).utf8)
      for (name, bytes) in [
        ("empty.mp4", Data()), ("one.mp4", Data([0])), ("zeros.mp4", Data(count: 100_000)), ("noise.mp4", noise),
        ("noise", noise), ("noise.avi", noise), ("text.mp4", text), ("text.txt", text), ("text", text),
        ("page.html", Data("<!DOCTYPE html><html><body>No such video</body></html>".utf8)),
        ("data.json", Data("{\"frames\": 3}".utf8)), ("table.tsv", Data("a\tb\n1\t2\n".utf8)),
        ("sub.srt", Data("1\n00:00:00,000 --> 00:00:01,000\nHi\n\n".utf8)),
      ] {
        let url = try place(name, bytes)
        let error = expectUnrollError(.badData, mentions: name) { try FrameReader(url).scan { _ in } }
        #expect(error?.description.contains("\n") == false)
      }
      expectUnrollError(.noInput, mentions: "is a folder") { try FrameReader(folder) }
      expectUnrollError(.noInput, mentions: "missing.mp4", "o such file") {
        try FrameReader(folder.appendingPathComponent("missing.mp4"))
      }
    }
  }

  /// A file that somebody still writes: what is there is read, and the end is the end.
  @Test(.timeLimit(.minutes(1))) func aFileMayGrowWhileItIsRead() throws {
    let clip = try Clip.make("grow.ts", Clip.picture("64x48", rate: "25", seconds: 2) + "-c:v mpeg2video -g 5")
    let bytes = try Data(contentsOf: clip)
    let whole = try referenceFrames(clip).count
    try temporaryFolder { folder in
      let place = folder.appendingPathComponent("grows.ts")
      try bytes.prefix(bytes.count / 2).write(to: place)
      let reader = try FrameReader(place)
      let iterator = reader.frames(as: Self.small).makeIterator()
      var count = 0
      let writer = try FileHandle(forWritingTo: place)
      try writer.seekToEnd()
      var rest = bytes.dropFirst(bytes.count / 2)
      while try iterator.next() != nil {
        count += 1
        try writer.write(contentsOf: rest.prefix(2000))
        rest = rest.dropFirst(2000)
      }
      try writer.close()
      #expect(count > 10 && count <= whole)
    }
  }

  @Test func aNameThatIsNotUTF8IsNotTakenForAMissingFile() throws {
    try temporaryFolder { folder in
      let path = Array("\(folder.path)/lat".utf8) + [0xE9] + Array("in.mp4\0".utf8)
      let made = path.withUnsafeBytes { bytes in
        bytes.baseAddress.map { open($0.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY | O_CLOEXEC, 0o600) }
      }
      let descriptor = try #require(made)
      #expect(descriptor >= 0)
      close(descriptor)
      // As an argument of a command comes.
      let name = String(decoding: path.dropLast(), as: UTF8.self)
      expectUnrollError(.noInput, mentions: "in.mp4: cannot open the video: its name", "is not UTF-8; rename it") {
        try FrameReader(URL(fileURLWithPath: name))
      }
      expectUnrollError(.noInput, mentions: "no such file or directory; check the path") {
        try FrameReader(folder.appendingPathComponent("latein.mp4"))
      }
    }
  }

  @Test func damageInTheMiddleIsConcealedOrRefused() throws {
    let clip = try Clip.make("hurt.mp4", Clip.picture("96x64", rate: "25", seconds: 2) + "-c:v libx264 -g 10 -bf 2")
    var bytes = try Data(contentsOf: clip)
    for place in stride(from: bytes.count / 3, to: bytes.count / 2, by: 97) { bytes[place] ^= 0x5A }
    try temporaryFolder { folder in
      let place = folder.appendingPathComponent("hurt.mp4")
      try bytes.write(to: place)
      let reader = try FrameReader(place)
      let frames = try infos(reader.frames(as: Self.small))
      #expect(frames.count == (try referenceFrames(place).count))
      #expect(!reader.report.isClean)
      #expect(reader.report.firstDamage?.isEmpty == false)
      expectUnrollError(.badData, mentions: "hurt.mp4", "is damaged", " s") {
        try infos(FrameReader(place, options: .init(isStrict: true)).frames(as: Self.small))
      }
    }
  }
}
