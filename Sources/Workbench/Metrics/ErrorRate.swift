/// Errors of captions against their references: what must be replaced, put in or taken out, by how much there is.
///
/// In words it is the word error rate, in characters (with the spaces between words) the character error rate, both over the sums of
/// a corpus. Of several references that of the lowest rate counts, the first of equals.
package struct ErrorRate: Sendable, Equatable {
  package private(set) var errors = 0
  /// Words or characters of the references that count.
  package private(set) var length = 0

  /// 0 where nothing is wrong; more than 1 is possible; infinite where the references are empty and the captions are not.
  package var rate: Double {
    if errors == 0 { return 0 }
    return length == 0 ? .infinity : Double(errors) / Double(length)
  }

  /// Of one caption: elements are words or characters.
  init(_ hypothesis: [UInt32], _ references: [[UInt32]]) {
    let rates = references.map { reference in
      var rate = ErrorRate()
      rate.errors = editDistance(hypothesis, reference)
      rate.length = reference.count
      return rate
    }
    self = rates.min { $0.rate < $1.rate } ?? ErrorRate()
  }

  init() {}

  static func += (sum: inout ErrorRate, other: ErrorRate) {
    sum.errors += other.errors
    sum.length += other.length
  }
}
