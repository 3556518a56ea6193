/// How often frames of each label were given each label.
package struct ConfusionMatrix: Sendable, Equatable {
  /// Labels V.
  package let labels: Int
  /// V × (V + 1) counts, a row a true label; the last column counts frames that were given no label.
  private var counts: [Int]

  package init(labels: Int) {
    self.labels = labels
    counts = Array(repeating: 0, count: labels * (labels + 1))
  }

  /// Counts a frame. Both are ids; `predicted` may be ``FrameLabels/none``.
  package mutating func add(truth: Int32, predicted: Int32) {
    counts[Int(truth) * (labels + 1) + (predicted < 0 ? labels : Int(predicted))] += 1
  }

  /// Frames of the label `truth` that were given the label `predicted`.
  package subscript(truth: Int, predicted: Int) -> Int { counts[truth * (labels + 1) + predicted] }

  /// The frames of a label that were given each label.
  package func row(_ truth: Int) -> [Int] { Array(counts[truth * (labels + 1)..<truth * (labels + 1) + labels]) }

  /// Frames that have a label.
  package func frames(of label: Int) -> Int { counts[label * (labels + 1)..<(label + 1) * (labels + 1)].reduce(0, +) }

  /// Frames that were given a label.
  package func predictions(of label: Int) -> Int { (0..<labels).reduce(0) { $0 + self[$1, label] } }

  /// All frames.
  package var frames: Int { counts.reduce(0, +) }

  /// The frames that were given their label.
  package var hits: Int { (0..<labels).reduce(0) { $0 + self[$1, $1] } }
}
