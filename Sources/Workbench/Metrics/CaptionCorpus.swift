/// Captions cut into words, each beside those that it should be: what the metrics of captions are computed from.
///
/// Equal words have equal numbers in the whole corpus. Words are the same when their code points are, as in Python.
package struct CaptionCorpus: Sendable {
  /// A caption and its references, as numbers of words.
  struct Clip: Sendable {
    let hypothesis: [UInt32]
    let references: [[UInt32]]
  }

  private(set) var clips: [Clip] = []
  private var numbers: [[UInt8]: UInt32] = [:]
  private var words: [[UInt32]] = []

  package init() {}

  /// How many captions are measured.
  package var count: Int { clips.count }

  /// Adds a caption and its references, one at least, as words without white space in them.
  package mutating func add(_ hypothesis: [String], references: [[String]]) {
    precondition(!references.isEmpty, "a reference for each caption")
    clips.append(Clip(hypothesis: numbered(hypothesis), references: references.map { numbered($0) }))
  }

  /// The code points of words with a space between them.
  func characters(_ caption: [UInt32]) -> [UInt32] {
    Array(caption.map { words[Int($0)] }.joined(separator: [0x20]))
  }

  /// The fewest and the most references of a clip.
  var referenceCounts: ClosedRange<Int> {
    let counts = clips.map(\.references.count)
    return (counts.min() ?? 0)...(counts.max() ?? 0)
  }

  private mutating func numbered(_ caption: [String]) -> [UInt32] {
    caption.map { word in
      let bytes = Array(word.utf8)
      if let number = numbers[bytes] { return number }
      let number = UInt32(words.count)
      numbers[bytes] = number
      words.append(word.unicodeScalars.map(\.value))
      return number
    }
  }
}
