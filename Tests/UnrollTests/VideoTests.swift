import Foundation
import TestSupport
import Testing
import Unroll

/// The reader of frames as users of the library meet it.
struct VideoTests {
  private static let line =
    "for try await frame in try FrameReader(url).frames(every: .seconds(0.2), size: .init(224, 224)) {"

  @Test func theExampleOfTheReadmeIsTheOneThatRuns() throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let package = here.deletingLastPathComponent().deletingLastPathComponent()
    for file in [package.appending(path: "README.md"), here.appending(path: "VideoExample.swift")] {
      let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
      #expect(lines.contains { $0.trimmingCharacters(in: .whitespaces) == Self.line }, "\(file.lastPathComponent)")
    }
  }

  @Test func theExampleOfTheReadmeRuns() async throws {
    guard let shared = sharedFolder() else { return }
    let video = shared.appending(path: "data/videos/torchcodec__test__resources__h265_video.mp4")
    // Ten frames a second.
    let frames = try await framesOfTheReadme(url: video)
    #expect(frames.map(\.index) == [0, 2, 4, 6, 8])
    #expect(frames.map { "\($0.timestamp)" } == ["0.000000", "0.200000", "0.400000", "0.600000", "0.800000"])
    #expect(frames.allSatisfy { $0.pixels.size == PixelSize(224, 224) && $0.pixels.format == .rgb })
  }

  @Test func everythingCanBeNamed() throws {
    guard let shared = sharedFolder() else { return }
    let video = shared.appending(path: "data/videos/decord__tests__test_data__video_90.mov")
    let found = try pictures(of: video, FrameTransform(size: .init(16, 8), fit: .pad, format: .gray))
    #expect(found.map(\.0.ticks) == [0, 1280] && found.allSatisfy { $0.1.size == PixelSize(16, 8) })
    #expect(throws: UnrollError.self) { try pictures(of: shared, FrameTransform()) }
  }
}
