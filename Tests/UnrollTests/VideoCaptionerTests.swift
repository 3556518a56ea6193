import Foundation
import TestSupport
import Testing
import Unroll

/// What the library says of videos, with a model that says the same at every run.
struct VideoCaptionerTests {
  /// The example of the README, line by line as it stands there.
  private func readmeExample(_ video: URL) throws {
    print(try VideoCaptioner().caption(video).text)
  }

  @Test func theExampleOfTheReadmeIsTheOneAbove() throws {
    let here = URL(fileURLWithPath: #filePath)
    let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)
    let lines = try String(contentsOf: here, encoding: .utf8).components(separatedBy: "\n")
    let example = try #require(lines.first { $0.contains("print(try VideoCaptioner") })
    #expect(readme.contains("\n\(example.trimmingCharacters(in: .whitespaces))\n"))
  }

  /// Runs `body` with a captioner and a video of ten frames, ten a second.
  private func inFolder(_ body: (VideoCaptioner, URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let (model, video) = (folder.appending(path: "model"), folder.appending(path: "clip.mp4"))
      try TinyCaptionModel.write(to: model)
      let writer = try FrameWriter(video, size: .init(64, 48), timeBase: TimeBase(1, 10), options: .init(threads: 1))
      for frame in 0..<10 {
        try writer.append(picture(frame))
      }
      try writer.finish()
      try body(VideoCaptioner(model: model), video)
    }
  }

  /// A box that goes from left to right.
  private func picture(_ frame: Int) -> Pixels {
    var pixels = Pixels(.init(64, 48))
    pixels.fill(PixelRectangle(x: 4 * frame, y: 10, width: 16, height: 20), with: Color(red: 250, green: 90, blue: 20))
    return pixels
  }

  @Test func aVideoHasACaption() throws {
    try inFolder { captioner, video in
      #expect(captioner.language == "en")
      let caption = try captioner.caption(video)
      #expect(!caption.text.isEmpty && caption.frames == 10 && caption.alternatives.isEmpty)
      #expect(caption.start.seconds == 0 && abs(caption.end.seconds - 1) < 1e-6)
      #expect(try captioner.caption(video) == caption)
      let several = try captioner.caption(video, options: CaptionOptions(nBest: 4))
      #expect(several.candidates.count == 4 && several.score == several.candidates[0].score)
      // Those that were cut at the greatest length come behind.
      let scores = several.candidates.filter(\.isComplete).map(\.score)
      #expect(scores == scores.sorted(by: >) && Set(several.candidates.map(\.text)).count == 4)
      #expect(several.candidates.allSatisfy { $0.logProbability < 0 })
    }
  }

  @Test func stretchesOfAVideo() throws {
    try inFolder { captioner, video in
      let captions = try captioner.captions(
        of: FrameReader(video), options: CaptionOptions(beamSize: 1, every: .seconds(0.3)))
      var found: [Caption] = []
      while let caption = try captions.next() { found.append(caption) }
      #expect(found.map(\.frames) == [3, 3, 3, 1])
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.end == $1.start })
    }
  }

  @Test func optionsThatMakeNoSense() throws {
    try inFolder { captioner, video in
      for options in [
        CaptionOptions(beamSize: 0), CaptionOptions(beamSize: 1001), CaptionOptions(nBest: 0),
        CaptionOptions(beamSize: 2, nBest: 3),
      ] {
        expectUnrollError(.usage, mentions: "choose a number from 1 to") {
          try captioner.caption(video, options: options)
        }
      }
    }
  }

  @Test func aMissingModelOrVideoIsAnErrorToCatch() throws {
    expectUnrollError(.noInput, mentions: "/no/such/model") {
      try VideoCaptioner(model: URL(fileURLWithPath: "/no/such/model"))
    }
    try inFolder { captioner, video in
      expectUnrollError(.noInput, mentions: "absent.mp4") {
        try captioner.caption(video.deletingLastPathComponent().appending(path: "absent.mp4"))
      }
    }
  }

  @Test func severalThreadsTakeTurns() async throws {
    try await temporaryFolder { folder in
      let (model, video) = (folder.appending(path: "model"), folder.appending(path: "clip.mp4"))
      try TinyCaptionModel.write(to: model)
      let writer = try FrameWriter(video, size: .init(64, 48), timeBase: TimeBase(1, 10), options: .init(threads: 1))
      for shade in 0..<6 {
        try writer.append(picture(shade))
      }
      try writer.finish()
      let captioner = try VideoCaptioner(model: model)
      let expected = try captioner.caption(video)
      let found = try await withThrowingTaskGroup(of: Caption.self) { group in
        for _ in 0..<6 { group.addTask { try captioner.caption(video) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(found.count == 6 && found.allSatisfy { $0 == expected })
    }
  }
}
