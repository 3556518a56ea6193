/// Frames one after the other with the same label.
package struct LabelRun: Sendable, Equatable {
  package let label: Int32
  package let frames: Range<Int>

  package init(label: Int32, frames: Range<Int>) {
    self.label = label
    self.frames = frames
  }

  /// The runs of a clip, in the order of time, those of every label among them.
  package static func all(in labels: [Int32]) -> [LabelRun] {
    var runs: [LabelRun] = []
    var start = 0
    for end in labels.indices.dropFirst() where labels[end] != labels[start] {
      runs.append(LabelRun(label: labels[start], frames: start..<end))
      start = end
    }
    if !labels.isEmpty { runs.append(LabelRun(label: labels[start], frames: start..<labels.count)) }
    return runs
  }
}
