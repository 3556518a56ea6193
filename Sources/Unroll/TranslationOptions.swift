import Diagnostics
import SequenceModels
import TextIO
import Workbench

/// How translations are looked for. What is nil is as the model says.
public struct TranslationOptions: Sendable, Equatable {
  /// Hypotheses that are kept at each step: more are slower and often better; 1 is greedy search.
  public var beamSize: Int?
  /// Translations of each sentence, best first; at most as many as the beam is wide.
  public var nBest: Int?

  /// Options as the model says, except for those given.
  public init(beamSize: Int? = nil, nBest: Int? = nil) {
    self.beamSize = beamSize
    self.nBest = nBest
  }

  /// The whole search for a model. A beam that was not asked for widens to hold `nBest`.
  ///
  /// Throws `usage` for numbers that make no sense.
  func completed(by model: SearchSection, target: SpecialPieces) throws -> SearchOptions {
    SearchOptions(try completed(model), target: target)
  }

  /// The same as a section; `wordings` says in errors what a beam holds.
  func completed(
    _ model: SearchSection, _ wordings: String = "translations of each sentence"
  ) throws -> SearchSection {
    var search = model
    search.nBest = nBest ?? (beamSize.map { min($0, model.nBest) } ?? model.nBest)
    search.beamSize = beamSize ?? max(model.beamSize, search.nBest)
    let widest = 1000
    guard (1...widest).contains(search.beamSize) else {
      throw UnrollError(.usage, "the beam size is \(search.beamSize)", advice: "choose a number from 1 to \(widest)")
    }
    guard (1...search.beamSize).contains(search.nBest) else {
      throw UnrollError(
        .usage, "\(search.nBest) \(wordings), from a beam of \(search.beamSize)",
        advice: "choose a number from 1 to the beam size")
    }
    return search
  }
}
