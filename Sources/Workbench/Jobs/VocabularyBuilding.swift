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
      return VocabularyPair(
        joint: try vocabulary(data.vocabulary, data.sourceLevel, [text.sources, text.targets].joined(), folder))
    }
    return VocabularyPair(
      source: try vocabulary(data.sourceVocabulary, data.sourceLevel, text.sources, folder),
      target: try vocabulary(data.targetVocabulary, data.targetLevel, text.targets, folder))
  }

  private static func vocabulary(
    _ section: VocabularySection, _ level: DataSection.Level, _ lines: some Sequence<String>, _ folder: DataFolder
  ) throws -> any Vocabulary {
    if let file = section.file { return try loadVocabulary(at: folder.file(file)) }
    return try buildVocabulary(section, level: level, from: lines)
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
