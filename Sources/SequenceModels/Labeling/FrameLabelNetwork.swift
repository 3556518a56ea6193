package import TensorCore

/// Labels frames of clips, or clips: an encoder of single frames, and recurrent layers over what it makes of them.
package struct FrameLabelNetwork {
  /// What gets a label.
  package enum Head {
    /// Every frame.
    case frames(SequenceLabeler)
    /// Every frame, each on its own: one-to-one.
    case each(Linear)
    /// The clip as a whole.
    case clip(SequenceClassifier)
  }

  package let encoder: FrameEncoder
  package let head: Head

  package init(encoder: FrameEncoder, head: Head) {
    self.encoder = encoder
    self.head = head
  }

  package var parameters: [NamedParameter] {
    let head =
      switch head {
      case .frames(let labeler): labeler.parameters
      case .each(let output): output.parameters.prefixed("output")
      case .clip(let classifier): classifier.parameters
      }
    return encoder.parameters.prefixed("encoder") + head
  }
}

/// Which frames of which rows lie where in a batch whose frames were encoded one after another.
///
/// The encoder sees the frames of row 0, then those of row 1, and so on, without padding; recurrent layers want them
/// time-major.
package struct FrameLayout: Sendable {
  /// Frames of each row.
  package let lengths: [Int]

  /// A batch whose rows have these numbers of frames.
  package init(lengths: [Int]) { self.lengths = lengths }

  /// The most frames of a row, F.
  package var steps: Int { lengths.max() ?? 0 }
  /// All frames together.
  package var total: Int { lengths.reduce(0, +) }

  /// Frames one after another `[N, D]` as `[F, B, D]`; what stands beyond a row's end means nothing.
  package func timeMajor(_ features: Tensor) -> Tensor {
    features.gatherRows(ids: spread(Array(0..<Int32(total)), filler: 0), shape: [steps, lengths.count])
  }

  /// One value a frame, one row after another, as `[F, B]`; `filler` beyond a row's end.
  package func spread<Value>(_ values: [Value], filler: Value) -> [Value] {
    var spread = [Value](repeating: filler, count: steps * lengths.count)
    var start = 0
    for (row, length) in lengths.enumerated() {
      for step in 0..<length { spread[step * lengths.count + row] = values[start + step] }
      start += length
    }
    return spread
  }
}
