import Foundation

extension ModelFolder {
  /// Whether the model has figures of the test data: every export starts without.
  var isTested: Bool { description.provenance.scores.contains { $0.name.hasPrefix("test_") } }

  /// Tells what the model scores on the test data, and writes it into the folder.
  func add(testScores scores: [String: Double], _ watch: TrainingWatch) throws {
    let sorted = scores.sorted { $0.key < $1.key }
    watch.tell("test: " + sorted.map { "\($0.key) \(String(format: "%.3f", $0.value))" }.joined(separator: "  "))
    var description = description
    description.provenance.add(scores, split: "test")
    _ = try Self.write(description, in: url)
  }
}
