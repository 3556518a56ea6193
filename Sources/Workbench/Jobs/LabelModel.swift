import Diagnostics
package import SequenceModels
package import TensorCore
import VideoIO

/// A network with its labels: frames in, labels out.
///
/// Used through `Workers.run`; a value whose parameters are shared references.
package struct LabelModel: @unchecked Sendable {
  package let network: FrameLabelNetwork
  package let section: LabelModelSection
  package let frames: FrameSection?
  package let labels: LabelNames
  /// Labels that mean that nothing happens.
  package let background: [String]
  /// What finds the most probable sequence of labels; nil where each frame gets its most probable one.
  package let smoother: ViterbiSmoother?

  package init(
    network: FrameLabelNetwork, section: LabelModelSection, frames: FrameSection?, labels: LabelNames,
    background: [String], smoother: ViterbiSmoother? = nil
  ) {
    self.network = network
    self.section = section
    self.frames = frames
    self.labels = labels
    self.background = background
    self.smoother = smoother
  }

  // MARK: Whole clips

  /// The probabilities of the labels of every frame (or of the clip) for some clips of a store, each `[F][V]` flat (or `[V]`),
  /// as a stream of their frames would get them: in windows.
  package func probabilities(_ store: ClipStore, _ clips: [Int]) throws -> [[Float]] {
    let encoder = network.encoder.prepared()
    var results = [[Float]](repeating: [], count: clips.count)
    // Rows with the most frames first, so that those that have ended are at the end.
    let order = clips.indices.sorted { (store.items[clips[$0]].frames, $1) > (store.items[clips[$1]].frames, $0) }
    let most = order.first.map { store.items[clips[$0]].frames } ?? 0
    let window = isClip ? most : section.window
    // A clip that gets one label is read as a whole.
    var state: RecurrentState?
    for start in stride(from: 0, to: most, by: max(window, 1)) {
      let alive = order.filter { store.items[clips[$0]].frames > start }
      let layout = FrameLayout(
        lengths: alive.map { min(window + ahead, store.items[clips[$0]].frames - start) })
      let parts = zip(alive, layout.lengths).map { (clip: clips[$0], frames: start..<start + $1) }
      let features = layout.timeMajor(encoder(try store.input(parts)))
      let run = logits(features, keeping: window, lengths: layout.lengths, state: state?.first(alive.count))
      state = run.state
      let probabilities = try scores(run.logits)
      let classes = labels.count
      for (row, index) in alive.enumerated() {
        for step in 0..<(isClip ? 1 : min(window, layout.lengths[row])) {
          let place = (step * alive.count + row) * classes
          results[index] += probabilities[place..<place + classes]
        }
      }
    }
    return results
  }

  /// The logits of the first `keeping` frames of a window of features `[F, B, D]`, or of the clips that they are: `[F, B, V]` or
  /// `[B, V]`; and the state in which the next window begins.
  package func logits(
    _ features: Tensor, keeping: Int, lengths: [Int]? = nil, state: RecurrentState?, on tape: Tape? = nil
  ) -> (logits: Tensor, state: RecurrentState?) {
    switch network.head {
    case .frames(let labeler):
      let run = labeler.window(features, keeping: keeping, lengths: lengths, state: state, on: tape)
      return (run.logits, run.state)
    case .each(let output): return (output(features, on: tape), nil)
    case .clip(let classifier): return (classifier(features, lengths: lengths, on: tape), nil)
    }
  }

  /// How many frames are looked at ahead of those that are labelled.
  package var ahead: Int {
    guard case .frames = network.head else { return 0 }
    return section.ahead
  }

  /// Whether the clip as a whole gets a label.
  package var isClip: Bool { section.target == .clip }

  /// Probabilities of logits: one label of all, or each for itself.
  ///
  /// Throws `UnrollError` of kind `badData` when they are none, which the video cannot be the reason for.
  package func scores(_ logits: Tensor) throws -> [Float] {
    let scores = (section.multiLabel ? logits.sigmoid() : logits.softmax()).values
    guard scores.allSatisfy(\.isFinite) else {
      throw UnrollError(
        .badData, "the model gives no finite scores", advice: "its weights are damaged, or training diverged")
    }
    return scores
  }
}

extension RecurrentState {
  /// The state of the first rows.
  package func first(_ rows: Int) -> RecurrentState {
    func cut(_ state: Tensor) -> Tensor { state.shape[1] == rows ? state : state.slice(0..<rows, axis: 1) }
    return RecurrentState(hidden: hidden.map(cut), cell: cell.map(cut))
  }
}
