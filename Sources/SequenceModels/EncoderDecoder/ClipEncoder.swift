package import TensorCore

/// Reads clips: an encoder of single frames, and what becomes of its features. A still is a clip of one frame.
package struct ClipEncoder: SourceEncoder {
  /// How the features of a clip are read. Where frames keep their places, each place counts as a position of its own.
  package enum Reader {
    /// Their mean, the only position and the final state (one-to-many), for a decoder of this cell.
    case mean(decoder: RecurrentCell)
    /// As they are; their mean is the final state. With the places of a feature map, an attention and a linear bridge this is
    /// Show, Attend and Tell (Xu et al., 2015).
    case each(decoder: RecurrentCell)
    /// By recurrent layers, in one direction or both.
    case recurrent(RecurrentStack)
    /// By the two layers of a decoder that words enter above, with zeros in place of `words` values of a word (S2VT;
    /// Venugopalan et al., 2015). The layers are the decoder's own, and listed among its parameters.
    case stacked(RecurrentStack, words: Int)
  }

  package let frames: FrameEncoder
  package let reader: Reader

  package init(frames: FrameEncoder, reader: Reader) {
    self.frames = frames
    self.reader = reader
  }

  /// The width D of the states.
  package var width: Int {
    switch reader {
    case .mean, .each: frames.width
    case .recurrent(let rnn), .stacked(let rnn, _): rnn.width
    }
  }

  /// Encodes clips; none may be without frames.
  package func callAsFunction(_ source: ClipBatch, on tape: Tape?) -> EncodedSource {
    read(frames(source.frames, on: tape), source.layout, on: tape)
  }

  /// Encodes clips whose frames have been encoded already, such as by `frames.prepared()`: features `[N·P, D]`, places of a
  /// frame one after another, frames laid out by `layout`.
  package func read(_ features: Tensor, _ layout: FrameLayout, on tape: Tape?) -> EncodedSource {
    let positions = FrameLayout(lengths: layout.lengths.map { $0 * frames.places })
    switch reader {
    case .mean(let cell):
      let mean = positions.means(features)
      let states = mean.reshaped([1, mean.shape[0], mean.shape[1]])
      let lengths = [Int](repeating: 1, count: positions.lengths.count)
      return EncodedSource(states: states, lengths: lengths, mean: mean, for: cell)
    case .each(let cell):
      return EncodedSource(
        states: positions.timeMajor(features), lengths: positions.lengths, mean: positions.means(features), for: cell)
    case .recurrent(let rnn):
      let masks = rnn.masks(batch: positions.lengths.count, on: tape)
      let (states, final) = rnn(
        positions.timeMajor(features), lengths: positions.lengths, masks: masks, on: tape)
      return EncodedSource(states: states, lengths: positions.lengths, final: final)
    case .stacked(let rnn, let words):
      let x = positions.timeMajor(features)
      let noWords = Tensor(zeros: [x.shape[0], x.shape[1], words])
      let (states, final) = rnn(x, lengths: positions.lengths, on: tape) { _ in noWords }
      return EncodedSource(states: states, lengths: positions.lengths, final: final)
    }
  }

  package var parameters: [NamedParameter] {
    let own = frames.parameters.prefixed("frames")
    guard case .recurrent(let rnn) = reader else { return own }
    return own + rnn.parameters.prefixed("rnn")
  }
}

/// Clips side by side, their frames one after another.
package struct ClipBatch: Sendable {
  /// Pictures `[N, C, H, W]`, or what a network made of them, or other features, `[N, I]`.
  package let frames: Tensor
  /// How many of the frames are whose.
  package let layout: FrameLayout

  package init(frames: Tensor, layout: FrameLayout) {
    precondition(frames.shape[0] == layout.total, "\(frames.shape[0]) frames for clips of \(layout.lengths)")
    self.frames = frames
    self.layout = layout
  }
}

extension FrameLayout {
  /// The mean of each row's frames: `[N, D]` gives `[B, D]`.
  fileprivate func means(_ features: Tensor) -> Tensor {
    let rows = lengths.enumerated().flatMap { row, length in [Int32](repeating: Int32(row), count: length) }
    let shares = Tensor(lengths.map { 1 / Float(max($0, 1)) }, shape: [lengths.count, 1])
    return features.scatterAddRows(ids: rows, rows: lengths.count) * shares
  }
}

extension EncodedSource {
  /// The mean of a clip as its final state, of both parts for a cell that has two.
  fileprivate init(states: Tensor, lengths: [Int], mean: Tensor, for cell: RecurrentCell) {
    self.init(states: states, lengths: lengths, finalHidden: [mean], finalCell: cell.hasCellState ? [mean] : [])
  }
}
