import Diagnostics

/// Checks that a metric has something to compare: at least one segment, and as many lines in every reference.
///
/// Throws `.badData` otherwise. `references` holds one whole document a reference, as sacreBLEU takes them.
func checkReferences(_ references: [[String]], for hypotheses: [String]) throws {
  guard !hypotheses.isEmpty else { throw UnrollError(.badData, "there are no sentences to score") }
  guard !references.isEmpty else { throw UnrollError(.badData, "there is no reference to score against") }
  for (index, reference) in references.enumerated() where reference.count != hypotheses.count {
    throw UnrollError(
      .badData, "\(hypotheses.count) hypotheses, but \(reference.count) lines in reference \(index + 1)",
      advice: "give one line for each hypothesis")
  }
}
