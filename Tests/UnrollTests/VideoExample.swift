import Foundation
// Nothing else of ours, so that this also shows what a user of the library sees.
import Unroll

/// The example of the README: a frame every fifth of a second.
func framesOfTheReadme(url: URL) async throws -> [Frame] {
  var seen: [Frame] = []
  for try await frame in try FrameReader(url).frames(every: .seconds(0.2), size: .init(224, 224)) {
    seen.append(frame)
  }
  return seen
}

/// What else a user may want to name.
func pictures(of url: URL, _ transform: FrameTransform) throws -> [(Timestamp, Pixels)] {
  let reader = try FrameReader(url, options: .init(threads: 1, isStrict: true))
  let selection = FrameSelection.indexes([0, 2])
  let frames: FrameIterator = reader.frames(selection, as: transform).makeIterator()
  var found: [(Timestamp, Pixels)] = []
  while let frame = try frames.next() { found.append((frame.timestamp, frame.pixels)) }
  let report: ReadReport = reader.report
  guard report.isClean else { throw UnrollError(.badData, "damage that was not thrown") }
  return found
}
