import Diagnostics
import Foundation
package import TextIO

/// The vocabularies of both sides of a translation model; one object twice when they are joint.
package struct VocabularyPair: Sendable {
  package let source: any Vocabulary
  package let target: any Vocabulary
  /// Whether both sides are one vocabulary.
  package let isJoint: Bool

  package init(source: any Vocabulary, target: any Vocabulary) {
    self.source = source
    self.target = target
    isJoint = false
  }

  package init(joint: any Vocabulary) {
    source = joint
    target = joint
    isJoint = true
  }
}

extension VocabularyPair {
  /// Loads the vocabularies that a recipe names, or builds them from the training text.
  ///
  /// - Throws: `UnrollError` when a named file is missing or wrong, or the text is too small for the size asked for.
  package static func make(_ data: DataSection, text: ParallelText, folder: DataFolder) throws -> VocabularyPair {
    if data.vocabulary.joint {
      let lines = [text.sources, text.targets].joined()
      return VocabularyPair(
        joint: try vocabulary("joint", data.vocabulary, data.sourceLevel, key: "data", lines, folder))
    }
    func key(_ side: String, _ section: LanguageSection) -> String {
      section.vocabulary == nil ? "data" : "data.\(side)"
    }
    return VocabularyPair(
      source: try vocabulary(
        "source", data.sourceVocabulary, data.sourceLevel, key: key("source", data.source), text.sources, folder),
      target: try vocabulary(
        "target", data.targetVocabulary, data.targetLevel, key: key("target", data.target), text.targets, folder))
  }

  /// Loads the vocabulary of a side that `section` names, or builds it from lines; `key` is the section that it is in.
  static func vocabulary(
    _ side: String, _ section: VocabularySection, _ level: DataSection.Level, key: String,
    _ lines: some Sequence<String>, _ folder: DataFolder
  ) throws -> any Vocabulary {
    guard let file = section.file else {
      do {
        return try buildVocabulary(section, level: level, from: lines)
      } catch let error as UnrollError {
        throw UnrollError(
          error.kind, file: error.file, line: error.line, "the \(side) vocabulary: \(error.what)",
          advice: error.advice)
      }
    }
    let url = try folder.file(file)
    let vocabulary = try loadVocabulary(at: url)
    guard vocabulary.level == level else {
      throw UnrollError(
        .badData, file: url.relativePath,
        "\(key).vocabulary.file holds a vocabulary of level \(vocabulary.level.rawValue), the recipe's level is \(level.rawValue)",
        advice: "name another file, or change the level")
    }
    return vocabulary
  }

  /// What a user is told before `make`: where the vocabularies come from.
  static func origin(_ data: DataSection, pairs: Int) -> String {
    let from = "from \(counted(pairs, "sentence pair"))"
    if data.vocabulary.joint {
      return data.vocabulary.file.map { "joint vocabulary from \($0)" } ?? "building a joint vocabulary \(from)"
    }
    switch (data.sourceVocabulary.file, data.targetVocabulary.file) {
    case (nil, nil): return "building vocabularies \(from)"
    case (let source?, let target?): return "vocabularies from \(source) and \(target)"
    case (let source?, nil): return "source vocabulary from \(source), building the target vocabulary \(from)"
    case (nil, let target?): return "target vocabulary from \(target), building the source vocabulary \(from)"
    }
  }
}

extension Vocabulary {
  /// The units of its pieces.
  var level: SegmentationLevel {
    if self is CharacterVocabulary { return .char }
    return self is WordVocabulary ? .word : .subword
  }
}

/// Builds a vocabulary from text as a recipe's section says.
///
/// - Throws: `UnrollError` when the text is too small for the size asked for.
package func buildVocabulary(
  _ section: VocabularySection, level: DataSection.Level, from lines: some Sequence<String>
) throws -> any Vocabulary {
  switch level {
  case .char:
    return try CharacterVocabulary.build(
      from: lines, minimumFrequency: section.minimumFrequency, maximumSize: section.size)
  case .word:
    return try WordVocabulary.build(from: lines, minimumFrequency: section.minimumFrequency, maximumSize: section.size)
  case .subword:
    var training = SentencePieceTraining(vocabularySize: section.size)
    training.modelType = section.type == .bpe ? .bpe : .unigram
    training.characterCoverage = section.characterCoverage
    training.normalizationRuleName = section.normalizationRuleName.rawValue
    return try SentencePieceVocabulary.train(on: lines, training)
  }
}
