import Diagnostics
package import Foundation

/// Captions that clips were given beside those that they have.
package struct CaptionPairs: Sendable {
  /// One clip.
  package struct Pair: Sendable, Equatable {
    /// Its name in the references.
    package let name: String
    package let result: String
    /// One at least.
    package let references: [String]
  }

  /// Which clips are measured.
  package enum Selection: Sendable {
    /// All that have references.
    case all
    /// Those whose list says that they are in a split: `train`, `valid` or `test`.
    case split(String)
    /// Those of a list of clips, a name a line.
    case list(URL)
  }

  /// In the order of the references.
  package let pairs: [Pair]
  /// Clips with references but without a result.
  package let missing: Int

  /// Brings results and references of the same clips together, by number or name.
  ///
  /// - Parameters:
  ///   - isPartial: whether clips without a result are left out; they are an error otherwise.
  ///   - note: gets a line for each problem where there are several.
  /// - Throws: `.badData` for results of unknown clips, several results of one clip, clips without one, or nothing to measure.
  package init(
    results: CaptionTable, references: CaptionTable, _ selection: Selection = .all, isPartial: Bool = false,
    note: (String) -> Void
  ) throws {
    var problems = DataProblems()
    let index = CaptionIndex(references.clips)
    var found: [Int: CaptionedClip] = [:]
    for clip in results.clips {
      func problem(_ what: String, _ advice: String) {
        problems.add(UnrollError(.badData, file: results.name, line: clip.line, what, advice: advice))
      }
      guard let place = index.place(name: clip.name, id: clip.id) else {
        problem("the clip \(clip.name) is not in \(references.name)", "add its captions there, or remove the result")
        continue
      }
      if let other = found.updateValue(clip, forKey: place) {
        problem("\(other.name) and \(clip.name) are results of the same clip", "remove one of them")
      } else if clip.captions.count != 1 {
        problem("the clip \(clip.name) has \(clip.captions.count) results", "give the best one only")
      }
    }
    let wanted = try Self.wanted(references, index, selection, &problems)
    let without = wanted.filter { found[$0] == nil }
    if let first = without.first, !isPartial {
      let count = "\(without.count) of \(counted(wanted.count, "clip"))"
      problems.add(
        UnrollError(
          .badData, file: results.name,
          "has no result for \(count) of \(references.name), the first is \(references.clips[first].name)",
          advice: "add them, choose a split, or measure what is there with --partial"))
    }
    try problems.check(results.name, note: note)
    missing = without.count
    pairs = wanted.compactMap { place in
      found[place].map {
        Pair(name: references.clips[place].name, result: $0.captions[0], references: references.clips[place].captions)
      }
    }
    guard !pairs.isEmpty else {
      throw UnrollError(
        .badData, file: results.name, "has no result for a clip that is to be measured", advice: "check the split")
    }
  }

  /// The captions cut into words.
  package func corpus(_ tokenizer: CaptionTokenizer) -> CaptionCorpus {
    var corpus = CaptionCorpus()
    for pair in pairs {
      corpus.add(tokenizer.words(pair.result), references: pair.references.map(tokenizer.words))
    }
    return corpus
  }

  /// The places of the clips that are to be measured.
  private static func wanted(
    _ references: CaptionTable, _ index: CaptionIndex, _ selection: Selection, _ problems: inout DataProblems
  ) throws -> [Int] {
    switch selection {
    case .all: return Array(references.clips.indices)
    case .split(let split):
      let places = references.clips.indices.filter { references.clips[$0].split == split }
      guard !places.isEmpty else {
        throw UnrollError(
          .badData, file: references.name, "no clip is in the split \(split)",
          advice: "name a split that the references have, or a list of clips")
      }
      return places
    case .list(let url):
      var places: Set<Int> = []
      for entry in try SplitList(contentsOf: url, &problems).entries {
        if let place = index.place(name: entry.name) {
          places.insert(place)
        } else {
          problems.add(
            UnrollError(
              .badData, file: entry.file, line: entry.line,
              "the clip \(entry.name) is not in \(references.name)", advice: "add its captions there"))
        }
      }
      return places.sorted()
    }
  }
}
