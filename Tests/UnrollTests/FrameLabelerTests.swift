import Foundation
import Testing
// Nothing else of ours, so that this also shows what a user of the library sees.
import Unroll

/// The labeler as users of the library meet it. What labels say is tested with the command.
struct FrameLabelerTests {
  /// The example of the README, line by line as it stands there.
  private func readmeExample(_ video: URL) throws {
    for frame in try FrameLabeler().label(video) { print(frame.timestamp, frame.label, frame.probability) }
  }

  @Test func theExampleOfTheReadmeIsTheOneAbove() throws {
    let here = URL(fileURLWithPath: #filePath)
    let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)
    let lines = try String(contentsOf: here, encoding: .utf8).components(separatedBy: "\n")
    let example = try #require(lines.first { $0.contains("for frame in try FrameLabeler") })
    #expect(readme.contains("\n\(example.trimmingCharacters(in: .whitespaces))\n"))
  }

  @Test func aMissingModelIsAnErrorToCatch() throws {
    do {
      _ = try FrameLabeler(model: URL(fileURLWithPath: "/no/such/model"))
      Issue.record("no error was thrown")
    } catch let error as UnrollError {
      #expect(error.kind == .noInput)
      #expect(error.description == "/no/such/model: no such model folder; check the path")
    }
  }
}
