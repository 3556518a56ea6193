import Diagnostics
import TestSupport
import Testing
import VideoIO

struct CountTests {
  @Test(arguments: [1, 4]) func countsAreThoseOfTheList(threads: Int) throws {
    for video in try sharedVideos()?.videos ?? [] where video.decodes {
      let reader = try FrameReader(video.url, options: .init(threads: threads))
      var count = 0
      try reader.scan { info in
        #expect(info.index == count, "\(video.name)")
        count += 1
      }
      #expect(count == video.frames, "\(video.name)")
      #expect(reader.report.decodedFrames == count, "\(video.name)")
      let whole = try infos(reader.frames(as: FrameTransform(size: PixelSize(16, 16))))
      #expect(whole.count == video.frames, "\(video.name)")
    }
  }

  @Test func whatHasNoFramesIsAnError() throws {
    var seen = 0
    for video in try sharedVideos()?.videos ?? [] where !video.decodes {
      seen += 1
      let error = expectUnrollError(.badData, mentions: video.name) {
        try FrameReader(video.url).scan { _ in }
      }
      #expect(error?.description.contains("\n") == false)
      expectUnrollError(.badData, mentions: video.name) {
        _ = try FrameReader(video.url).frames().makeIterator().next()
      }
    }
    if try sharedVideos() != nil { #expect(seen == 4) }
  }

  @Test func soundAloneIsSaidToBeSound() throws {
    for video in try sharedVideos()?.videos ?? []
    where video.name.hasSuffix(".wav") || video.name.contains("audio_only") {
      expectUnrollError(.badData, mentions: "holds sound and no video") { try FrameReader(video.url) }
    }
  }

  /// The list was made by another FFmpeg than the one that tests run with, and damage is concealed differently.
  @Test func damageIsReported() throws {
    for video in try sharedVideos()?.videos ?? [] where video.decodes {
      let reader = try FrameReader(video.url)
      try reader.scan { _ in }
      #expect(reader.report.isClean != video.name.contains("corrupted"), "\(video.name): \(reader.report)")
      guard video.name.contains("corrupted") else {
        try FrameReader(video.url, options: .init(isStrict: true)).scan { _ in }
        continue
      }
      expectUnrollError(.badData, mentions: video.name, "is damaged", " s") {
        try FrameReader(video.url, options: .init(isStrict: true)).scan { _ in }
      }
    }
  }
}
