import Diagnostics
import SequenceModels
import TextIO
import Workbench

/// How translations are looked for. What is nil is as the model says.
public struct TranslationOptions: Sendable, Equatable {
  /// How the search goes.
  public var search: SearchSettings
  /// How many different units follow the prefix at most: each is completed to the best translation that goes on so, and
  /// these stand in the order of the units' probabilities. nil for the best translations.
  public var alternatives: Int?
  /// Whether an unknown word becomes the source word that attention was on most (Luong et al., 2015); for models of words.
  public var replacesUnknown: Bool?
  /// Whether translations say where the model looked.
  public var keepsAttention: Bool
  /// Whether a text goes to the model sentence by sentence, with the blanks around them kept, and a sentence that is too long
  /// for it part by part. Where it does not, all of a text is one sentence.
  public var splitsSentences: Bool
  /// The most units of a sentence that is translated in one piece, where texts are split.
  public var maximumSourceLength: Int?

  /// Options as the model says, except for those given.
  public init(
    search: SearchSettings, alternatives: Int? = nil, replacesUnknown: Bool? = nil,
    keepsAttention: Bool = false, splitsSentences: Bool = true
  ) {
    self.search = search
    self.alternatives = alternatives
    self.replacesUnknown = replacesUnknown
    self.keepsAttention = keepsAttention
    self.splitsSentences = splitsSentences
  }

  /// As above with the two settings that are needed most.
  public init(beamSize: Int? = nil, nBest: Int? = nil) {
    self.init(search: SearchSettings(beamSize: beamSize, nBest: nBest))
  }

  /// The whole search for a model that says `search`, and whether unknown words are replaced.
  ///
  /// Throws `usage` for numbers and choices that make no sense.
  func completed(
    by search: SearchSection, for model: TranslationModel
  ) throws -> (options: SearchOptions, replacesUnknown: Bool) {
    var section = search
    // What was asked for outweighs what the model says.
    if replacesUnknown == true && self.search.forbidsUnknown == nil { section.forbidsUnknown = false }
    section = try self.search.completed(section, "translations of each sentence", hasAttention: model.hasAttention)
    let replaces = replacesUnknown ?? section.replacesUnknown
    if replaces { try checkReplacement(section, model) }
    var options = SearchOptions(section, target: model.vocabularies.target.special)
    options.draw(self.search.sampling, section)
    guard maximumSourceLength.map({ $0 > 0 }) ?? true else {
      throw UnrollError(
        .usage, "sentences of at most \(maximumSourceLength ?? 0) units", advice: "choose a number from 1 up")
    }
    if let alternatives {
      let most = 1000
      guard (1...most).contains(alternatives) else {
        throw UnrollError(.usage, "\(alternatives) alternatives", advice: "choose a number from 1 to \(most)")
      }
      guard self.search.sampling == nil, (self.search.nBest ?? 1) == 1 else {
        throw UnrollError(
          .usage, "alternatives are the best ones after different units",
          advice: "remove either them or sampling and the number of best translations")
      }
      options.alternatives = alternatives
    }
    return (options, replaces)
  }

  private func checkReplacement(_ search: SearchSection, _ model: TranslationModel) throws {
    guard !search.forbidsUnknown else {
      throw UnrollError(.usage, "unknown words are forbidden, so that there is none to replace", advice: "choose one")
    }
    guard model.vocabularies.source is WordVocabulary, model.vocabularies.target is WordVocabulary else {
      throw UnrollError(
        .usage, "the model writes parts of words, and only whole words can be replaced",
        advice: "do without, or name a model of words")
    }
    guard model.hasAttention else {
      throw UnrollError(
        .usage, "the model has no attention, which says what word to take", advice: "name a model that has some")
    }
  }
}
