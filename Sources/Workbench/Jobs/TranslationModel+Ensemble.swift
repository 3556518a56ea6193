import Diagnostics
import SequenceModels
import TextIO

extension TranslationModel {
  /// Several models as one, whose probabilities are averaged at each step.
  ///
  /// - Parameter models: What to join, with names for errors; at least one.
  /// - Throws: `UnrollError` of kind `usage` when their vocabularies are not the same, or one reads from the end and another
  ///   from the start.
  package static func ensemble(_ models: [(name: String, model: TranslationModel)]) throws -> TranslationModel {
    precondition(!models.isEmpty, "an ensemble of nothing")
    let (firstName, first) = models[0]
    for (name, model) in models.dropFirst() {
      for (side, one, other) in [
        ("source", first.vocabularies.source, model.vocabularies.source),
        ("target", first.vocabularies.target, model.vocabularies.target),
      ] where one.serialized != other.serialized {
        throw UnrollError(
          .usage, file: name, "its \(side) vocabulary is not the one of \(firstName)",
          advice: "join models that were trained with the same vocabularies")
      }
      guard model.network.encoder.reversesSource == first.network.encoder.reversesSource else {
        throw UnrollError(
          .usage, file: name, "it reads sentences from the other end than \(firstName)",
          advice: "join models with the same reverse_source")
      }
    }
    return TranslationModel(
      network: first.network, vocabularies: first.vocabularies,
      others: models.dropFirst().flatMap { [$0.model.network] + $0.model.others })
  }
}
