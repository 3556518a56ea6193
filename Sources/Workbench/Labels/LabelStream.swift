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
  private let feed: FrameFeed
  private let encoder: PreparedFrameEncoder
  /// Features of frames from the beginning of the next window on, `[D]` each.
  private var features: [Float] = []
  /// Frames from there on that have no label yet, with whether the network saw them.
  private var frames: [(info: FrameInfo, isSeen: Bool)] = []
  private var state: RecurrentState?
  /// The label of the last frame that the network saw and that got one.
  private var last: Int32?
  private var ready: ArraySlice<LabelledFrame> = []
  private var hasEnded = false

  /// Starts to read and to label.
  ///
  /// - Parameter file: The name of the video, for errors.
  /// - Throws: `UnrollError` of kind `usage` for a model that labels features.
  package init(_ model: LabelModel, _ reader: FrameReader, file: String) throws {
    guard let section = model.frames else {
      throw UnrollError(
        .usage, "the model labels features that another program computed, not videos",
        advice: "name another with --model")
    }
    self.model = model
    let (window, ahead) = (model.section.window, model.ahead)
    feed = FrameFeed(
      reader.frames(.all, as: section.transform).makeIterator(), section,
      isBorder: { seen in seen >= window + ahead && (seen - ahead).isMultiple(of: window) }, file: file)
    encoder = Workers.shared.run { model.network.encoder.prepared() }
  }

  /// The next frame with its label; nil after the last. Throws `UnrollError` when the video cannot be read on.
  package func next() throws -> LabelledFrame? {
    while ready.isEmpty, !hasEnded { try advance() }
    return ready.popFirst()
  }

  /// Takes more frames and labels what can be labelled.
  private func advance() throws {
    guard let chunk = try feed.next() else {
      hasEnded = true
      while !features.isEmpty { try label(last: true) }
      return
    }
    for (info, isSeen) in zip(chunk.frames, chunk.isSeen) { frames.append((info, isSeen)) }
    features += Workers.shared.run { encoder(chunk.input).values }
    if model.isClip { return }
    while features.count / width >= model.section.window + model.ahead { try label(last: false) }
  }

  private var width: Int { model.network.encoder.width }

  /// Labels the next window; the last ones have fewer frames ahead, or none.
  private func label(last: Bool) throws {
    let available = features.count / width
    let window = model.isClip ? available : min(model.section.window, available)
    let looked = min(window + model.ahead, available)
    let input = Tensor(Array(features.prefix(looked * width)), shape: [looked, 1, width])
    let scores = Workers.shared.run { () -> [Float] in
      let run = model.logits(input, keeping: window, state: state)
      state = run.state
      return model.scores(run.logits).values
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
    let ids = model.section.multiLabel ? nil : model.decode(scores[...], after: self.last)
    self.last = ids?.last
    // Frames between those that were seen have the label of the one before them.
    var seen = -1
    var taken = 0
    for (info, isSeen) in frames {
      if isSeen {
        if seen == window - 1 { break }
        seen += 1
      }
      ready.append(model.frame(info, scores[seen * classes..<(seen + 1) * classes], id: ids?[seen]))
      taken += 1
    }
    frames.removeFirst(taken)
  }
}

extension LabelModel {
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
