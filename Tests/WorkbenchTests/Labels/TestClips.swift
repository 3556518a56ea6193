import Foundation
import VideoIO
import Workbench

/// Clips of moving shapes for tests of labels and captions.
enum TestClips {
  /// Writes a video of the first `frames` frames of a generated clip, 64×64 at 10 frames a second; `times` says otherwise when
  /// each is shown, in tenths of a second.
  static func write(
    _ frames: Int, to url: URL, clip: Int = 0, size: PixelSize = PixelSize(64, 64), times: [Int64]? = nil
  ) throws {
    let length = max(frames, ShapeSettings.fewestFrames)
    let settings = ShapeSettings(clips: clip + 1, seed: 11, size: size, frames: length...length, splits: [100, 0, 0])
    let writer = try FrameWriter(url, size: size, timeBase: TimeBase(1, 10), options: .init(threads: 1))
    var left = frames
    try ShapeScene(settings, index: clip).draw { pixels in
      if left > 0, let times {
        try writer.append(pixels, at: Timestamp(ticks: times[frames - left], timeBase: TimeBase(1, 10)))
      } else if left > 0 {
        try writer.append(pixels)
      }
      left -= 1
    }
    try writer.finish()
  }

  /// The clips of some videos, all of whose frames have the label 0.
  static func clips(_ urls: [URL]) -> [LabelledClip] {
    urls.map {
      LabelledClip(
        name: $0.deletingPathExtension().lastPathComponent, content: .video($0), labels: .spans([], outside: 0))
    }
  }

  /// A store of videos whose frames are shown to a network as a model says.
  static func store(_ urls: [URL], frames: FrameSection?) throws -> ClipStore {
    try ClipStore(clips(urls), frames: frames, isMultiLabel: false, megabytes: 64, note: { _ in })
  }

  /// A store of videos as a model sees them.
  static func store(_ urls: [URL], for model: LabelModel, megabytes: Int = 64) throws -> ClipStore {
    try ClipStore(
      clips(urls), frames: model.frames, isMultiLabel: model.section.multiLabel, megabytes: megabytes, note: { _ in })
  }
}
