import Diagnostics
import SequenceModels
import Workbench

extension SearchSettings {
  /// The whole search for a model. A beam that was not asked for widens to hold `nBest`; where sentences are drawn there is
  /// none.
  ///
  /// - Parameters:
  ///   - model: What the model says.
  ///   - wordings: What a beam holds, in errors.
  ///   - hasAttention: Whether the model has attention.
  /// - Throws: `UnrollError` of kind `usage` for numbers that make no sense.
  func completed(_ model: SearchSection, _ wordings: String, hasAttention: Bool) throws -> SearchSection {
    var search = model
    search.nBest = nBest ?? (beamSize.map { min($0, model.nBest) } ?? model.nBest)
    search.beamSize = beamSize ?? max(model.beamSize, search.nBest)
    if sampling != nil { search.beamSize = max(search.beamSize, search.nBest) }
    try checkWidths(search, wordings)
    if let lengthPenalty {
      search.lengthPenalty =
        switch lengthPenalty {
        case .gnmt: .gnmt
        case .average: .average
        case .none: .none
        }
    }
    search.alpha = alpha ?? search.alpha
    search.coveragePenalty = coveragePenalty ?? search.coveragePenalty
    search.maximumLength = maximumLength ?? max(search.maximumLength, min(minimumLength ?? 0, SearchSection.mostUnits))
    search.minimumLength = minimumLength ?? min(search.minimumLength, search.maximumLength)
    search.maximumLengthRatio = maximumLengthRatio ?? search.maximumLengthRatio
    search.noRepeatNgramSize = noRepeatNgramSize ?? search.noRepeatNgramSize
    search.repetitionPenalty = repetitionPenalty ?? search.repetitionPenalty
    search.forbidsUnknown = forbidsUnknown ?? search.forbidsUnknown
    search.temperature = sampling?.temperature ?? search.temperature
    search.topK = sampling?.topK ?? search.topK
    search.topP = sampling?.topP ?? search.topP
    if search.forbidsUnknown { search.replacesUnknown = false }
    try check(search)
    guard hasAttention || search.coveragePenalty == 0 else {
      throw UnrollError(
        .usage, "the model has no attention, which the coverage penalty needs", advice: "set the penalty to 0")
    }
    return search
  }

  private func checkWidths(_ search: SearchSection, _ wordings: String) throws {
    let widest = 1000
    if beamSize == nil, search.nBest > widest {
      throw UnrollError(.usage, "\(search.nBest) \(wordings)", advice: "choose a number from 1 to \(widest)")
    }
    guard (1...widest).contains(search.beamSize) else {
      throw UnrollError(.usage, "the beam size is \(search.beamSize)", advice: "choose a number from 1 to \(widest)")
    }
    guard (1...search.beamSize).contains(search.nBest) else {
      throw UnrollError(
        .usage, "\(search.nBest) \(wordings), from a beam of \(search.beamSize)",
        advice: "choose a number from 1 to the beam size")
    }
  }

  /// Numbers have the bounds that they have in a recipe.
  private func check(_ search: SearchSection) throws {
    do {
      _ = try SearchSection.read(Field(root: search.node))
    } catch {
      guard let error = error as? UnrollError else { throw error }
      throw UnrollError(.usage, error.what, advice: error.advice)
    }
  }
}

extension SearchOptions {
  /// Draws as the settings say, with what they leave to the model taken from its search.
  mutating func draw(_ sampling: SamplingSettings?, _ search: SearchSection) {
    self.sampling = sampling.map {
      Sampling(
        temperature: Float(search.temperature), topK: search.topK, topP: Float(search.topP), seed: $0.seed)
    }
  }
}
