package import VideoIO

/// A frame with what it was found to show.
package struct LabelledFrame: Sendable, Equatable {
  /// Its place in display order, from 0.
  package var index: Int
  /// When it is shown.
  package var time: Timestamp
  /// How long it is shown; zero where nothing says.
  package var duration: Timestamp
  /// Its label; of clips whose frames may have several, all of them, which may be none.
  package var labels: [String]
  /// The probability of each.
  package var probabilities: [Float]

  /// A frame with one label.
  package init(index: Int, time: Timestamp, duration: Timestamp, label: String, probability: Float) {
    self.init(index: index, time: time, duration: duration, labels: [label], probabilities: [probability])
  }

  /// A frame with none, one or several labels and as many probabilities.
  package init(index: Int, time: Timestamp, duration: Timestamp, labels: [String], probabilities: [Float]) {
    precondition(labels.count == probabilities.count, "a probability for each label")
    self.index = index
    self.time = time
    self.duration = duration
    self.labels = labels
    self.probabilities = probabilities
  }

  /// The labels as one text, in tables and in the layout of the temporal segmentation community.
  var joined: String { labels.joined(separator: "|") }
}
