package import TensorCore
import VideoIO

extension ClipStore {
  /// The encoder's input for frames of clips: `[N, C, H, W]`, or `[N, D]` for features; one clip after another, each
  /// as its view shows it.
  package func input(
    _ parts: [(clip: Int, frames: Range<Int>)], view: (Int) -> ClipView? = { _ in nil },
    featureView: (Int) -> FeatureView? = { _ in nil }
  ) throws -> Tensor {
    var total = 0
    var starts: [Int] = []
    for part in parts {
      starts.append(total)
      total += part.frames.count
    }
    guard let frames, featureSize == nil else {
      let width = featureSize ?? 0
      let input = Tensor(uninitialized: [total, width])
      for (part, start) in zip(parts, starts) {
        let values = try features(part.clip).values
        if let view = featureView(part.clip) {
          view.write(values, part.frames, to: input.base + start * width)
          continue
        }
        values.withUnsafeBufferPointer { values in
          guard let first = values.baseAddress else { return }
          (input.base + start * width).update(
            from: first + part.frames.lowerBound * width, count: part.frames.count * width)
        }
      }
      return input
    }
    let maker = PlaneMaker(frames)
    let input = Tensor(uninitialized: [total, frames.channels, frames.seen.height, frames.seen.width])
    let clips = try parts.map { try pictures($0.clip) }
    let views = zip(parts, clips).map { part, pictures in
      view(part.clip) ?? ClipView(of: frames, picture: pictures.size)
    }
    // Every thread takes some frames of each clip: clips may be fewer than threads.
    let workers = Workers.shared
    workers.split(workers.count) { thread in
      for (index, part) in parts.enumerated() {
        let mine = share(of: part.frames.count, part: thread, parts: workers.count)
        let range = part.frames.lowerBound + mine.lowerBound..<part.frames.lowerBound + mine.upperBound
        maker.write(
          clips[index], range, views[index], to: input.base + (starts[index] + mine.lowerBound) * maker.floatCount)
      }
    }
    return input
  }
}
