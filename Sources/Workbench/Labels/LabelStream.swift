import Diagnostics
import SequenceModels
import TensorCore
package import VideoIO

/// Labels frames as they come: windows of so many frames, each labelled when those that are looked at ahead of it are there too.
/// Files and streams get the same labels, and memory does not grow with the length.
///
/// For one thread at a time.
package final class LabelStream {
  private let model: LabelModel
  private let chunks: () throws -> FrameFeed.Chunk?
  private let encoder: PreparedFrameEncoder
  /// Features of frames from the beginning of the next window on, `[D]` each.
  private var features: [Float] = []
  /// Frames from there on that have no label yet, with whether the network saw them.
  private var frames: ArraySlice<(info: FrameInfo, isSeen: Bool)> = []
  private var state: RecurrentState?
  /// The probabilities of the last frame that the network saw and that has its label.
  private var latest: ArraySlice<Float> = []
  /// Its label, where a frame has one.
  private var last: Int32?
  private var ready: ArraySlice<LabelledFrame> = []
  private var hasEnded = false

  /// Starts to read and to label.
  ///
  /// - Parameter file: The name of the video, for errors.
  /// - Throws: `UnrollError` of kind `usage` for a model that labels features.
  package convenience init(_ model: LabelModel, _ reader: FrameReader, file: String) throws {
    let feed = try model.feed(reader, file: file)
    self.init(model, feed.next)
  }

  /// Labels frames that come from elsewhere; `chunks` gives nil at the end.
  package init(_ model: LabelModel, _ chunks: @escaping () throws -> FrameFeed.Chunk?) {
    self.model = model
    self.chunks = chunks
    encoder = Workers.shared.run { model.network.encoder.prepared() }
  }

  /// The next frame with its label; nil after the last. Throws `UnrollError` when the video cannot be read on.
  package func next() throws -> LabelledFrame? {
    while ready.isEmpty, !hasEnded { try advance() }
    return ready.popFirst()
  }

  /// Takes more frames and labels what can be labelled.
  private func advance() throws {
    guard let chunk = try chunks() else {
      hasEnded = true
      while !features.isEmpty { try label() }
      passOn()
      return
    }
    for (info, isSeen) in zip(chunk.frames, chunk.isSeen) { frames.append((info, isSeen)) }
    if let input = chunk.input { features += Workers.shared.run { encoder(input).values } }
    if model.isClip { return }
    passOn()
    while features.count / width >= model.section.window + model.ahead { try label() }
  }

  private var width: Int { model.network.encoder.width }

  /// Labels the next window; the last ones have fewer frames ahead, or none.
  private func label() throws {
    let available = features.count / width
    let window = model.isClip ? available : min(model.section.window, available)
    let looked = min(window + model.ahead, available)
    let input = Tensor(Array(features.prefix(looked * width)), shape: [looked, 1, width])
    let scores = try Workers.shared.run { () -> [Float] in
      let run = model.logits(input, keeping: window, state: state)
      state = run.state
      return try model.scores(run.logits)
    }
    features.removeFirst(window * width)
    let classes = model.labels.count
    if model.isClip {
      if let first = frames.first {
        ready.append(model.frame(first.info, scores[...]))
      }
      frames = []
      return
    }
    let ids = model.section.multiLabel ? nil : model.decode(scores[...], after: last)
    for row in 0..<window {
      last = ids?[row]
      latest = scores[row * classes..<(row + 1) * classes]
      if let (info, _) = frames.popFirst() { ready.append(model.frame(info, latest, id: last)) }
      passOn()
    }
  }

  /// Frames up to the next one that the network sees have the label of the one before them.
  private func passOn() {
    while let next = frames.first, !next.isSeen, !latest.isEmpty {
      ready.append(model.frame(next.info, latest, id: last))
      frames.removeFirst()
    }
  }
}

extension LabelModel {
  /// Starts to read frames as this model sees them.
  ///
  /// Throws `UnrollError` of kind `usage` for a model that labels features.
  package func feed(_ reader: FrameReader, file: String) throws -> FrameFeed {
    guard let frames else {
      throw UnrollError(
        .usage, "the model labels features that another program computed, not videos",
        advice: "name another with --model")
    }
    let (window, ahead) = (section.window, ahead)
    return FrameFeed(
      reader.frames(.all, as: frames.transform).makeIterator(), frames,
      isBorder: { seen in seen >= window + ahead && (seen - ahead).isMultiple(of: window) }, file: file)
  }

  /// A frame with the label `id`, or with the label of its probabilities: the best, or all above a half.
  func frame(_ info: FrameInfo, _ probabilities: ArraySlice<Float>, id: Int32? = nil) -> LabelledFrame {
    let first = probabilities.startIndex
    let ids =
      section.multiLabel
      ? probabilities.indices.filter { probabilities[$0] > 0.5 }
      : id.map { [first + Int($0)] } ?? probabilities.indices.max { probabilities[$0] < probabilities[$1] }.map { [$0] }
        ?? []
    return LabelledFrame(
      index: info.index, time: info.timestamp, duration: info.duration,
      labels: ids.map { labels[Int32($0 - first)] }, probabilities: ids.map { probabilities[$0] })
  }
}
