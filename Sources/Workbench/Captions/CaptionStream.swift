import Diagnostics
package import SequenceModels
import TensorCore
package import VideoIO

/// A stretch of a video and what was found to happen in it.
package struct CaptionedSpan: Sendable, Equatable {
  /// When its first frame is shown.
  package let start: Timestamp
  /// When its last frame has been shown, as far as the file says.
  package let end: Timestamp
  /// How many frames it has.
  package let frames: Int
  /// The captions, the best first.
  package let candidates: [TextCandidate]
  /// When each frame that the network saw is shown: with the places of a frame, what attention is over.
  package let seen: [Timestamp]
}

/// Captions a video while it is read: all of it, or one stretch of time after another. Only numbers of frames are kept, and only
/// those of the stretch.
///
/// For one thread at a time.
package final class CaptionStream {
  private let model: CaptionModel
  private let options: SearchOptions
  private let keepsAttention: Bool
  private let every: Duration?
  private let feed: FrameFeed
  private let file: String
  private let encoder: PreparedFrameEncoder
  /// Frames that were read and belong to no finished stretch, with what the encoder made of those that the network sees.
  private var waiting: ArraySlice<(info: FrameInfo, features: [Float]?)> = []
  private var first: Timestamp?
  /// Stretches that were captioned.
  private var count: UInt64 = 0
  private var hasEnded = false

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - options: How captions are looked for.
  ///   - every: How long a stretch is; nil for the whole video.
  ///   - file: The name of the video, for errors.
  /// - Throws: `UnrollError` of kind `usage` for a model that reads features.
  package init(
    _ model: CaptionModel, _ reader: FrameReader, options: SearchOptions, keepsAttention: Bool = false,
    every: Duration? = nil, file: String
  ) throws {
    guard let frames = model.frames else {
      throw UnrollError(
        .usage, "the model reads features that another program computed, not videos",
        advice: "name another with --model")
    }
    self.model = model
    self.options = options
    self.keepsAttention = keepsAttention
    self.every = every
    self.file = file
    feed = FrameFeed(
      reader.frames(.all, as: frames.transform).makeIterator(), frames, isBorder: { _ in false }, file: file)
    encoder = Workers.shared.run { model.network.encoder.frames.prepared() }
  }

  /// The next stretch with its captions; nil after the last. Throws `UnrollError` when the video cannot be read on.
  package func next() throws -> CaptionedSpan? {
    while true {
      if let count = finished() { return try caption(count) }
      if hasEnded { return nil }
      try read()
    }
  }

  /// How many of the waiting frames are a whole stretch; nil where more must be read.
  private func finished() -> Int? {
    guard let start = waiting.first?.info.timestamp else { return nil }
    guard let every, let first else { return hasEnded ? waiting.count : nil }
    // Stretches lie end to end from the first frame on; one without a frame is passed over.
    let stretch = Self.stretch(start, from: first, every: every)
    let end = waiting.firstIndex { Self.stretch($0.info.timestamp, from: first, every: every) != stretch }
    return end.map { $0 - waiting.startIndex } ?? (hasEnded ? waiting.count : nil)
  }

  private static func stretch(_ time: Timestamp, from first: Timestamp, every: Duration) -> Int64 {
    (time.microseconds - first.microseconds) / max(1, every.microsecondsRounded)
  }

  private func read() throws {
    guard let chunk = try feed.next() else {
      hasEnded = true
      return
    }
    var rows: ArraySlice<Float> = []
    if let input = chunk.input { rows = Workers.shared.run { encoder(input).values }[...] }
    let width = rows.count / max(1, chunk.isSeen.count { $0 })
    for (info, isSeen) in zip(chunk.frames, chunk.isSeen) {
      if first == nil { first = info.timestamp }
      waiting.append((info, isSeen ? Array(rows.prefix(width)) : nil))
      if isSeen { rows = rows.dropFirst(width) }
    }
  }

  /// Captions the first frames that wait.
  private func caption(_ count: Int) throws -> CaptionedSpan {
    let frames = waiting.prefix(count)
    waiting = waiting.dropFirst(count)
    let seen = frames.filter { $0.features != nil }
    let (last, next) = (frames[frames.endIndex - 1].info, waiting.first?.info.timestamp)
    let span = { (candidates: [TextCandidate]) in
      CaptionedSpan(
        start: frames[frames.startIndex].info.timestamp,
        end: next ?? last.timestamp.end(lasting: last.duration), frames: count, candidates: candidates,
        seen: seen.map(\.info.timestamp))
    }
    // Where only every so manieth frame is looked at, a short stretch may have none of them.
    guard !seen.isEmpty else { return span([.empty]) }
    let features = seen.flatMap { $0.features ?? [] }
    let width = model.network.encoder.frames.width
    let key = self.count
    self.count += 1
    return span(
      try Workers.shared.run {
        let source = model.network.encoder.read(
          Tensor(features, shape: [features.count / width, width]), FrameLayout(lengths: [seen.count]), on: nil)
        return try model.captions(of: source, options: options, key: key, keepsAttention: keepsAttention) { _ in file }[
          0]
      })
  }
}
