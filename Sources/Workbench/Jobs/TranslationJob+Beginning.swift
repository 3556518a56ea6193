import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

extension TranslationJob {
  /// Loads the parameters that a training begins with, where the recipe names some: those of another model, then the vectors of
  /// words.
  ///
  /// - Throws: `UnrollError` when there is no such model or file, or it does not fit.
  func begin(_ first: FirstWeights, _ folder: DataFolder, _ watch: TrainingWatch) throws {
    try Workers.shared.run {
      if let other = first.model {
        let units = [
          UnitParameters(side: "source", vocabulary: model.vocabularies.source, beginnings: ["encoder.embedding."]),
          UnitParameters(
            side: "target", vocabulary: model.vocabularies.target,
            beginnings: ["decoder.embedding.", "decoder.output."]),
        ]
        try warmStart(model.network.parameters, from: other, units: units, watch)
      }
      let network = model.network
      try fill(
        network.encoder.embedding, from: recipe.data.source.embeddings, "source", model.vocabularies.source, folder,
        data.pairs.lazy.map { $0.source.dropLast() }, watch)
      try fill(
        network.decoder.embedding, from: recipe.data.target.embeddings, "target", model.vocabularies.target, folder,
        data.pairs.lazy.map { $0.target[...] }, watch)
    }
  }

  /// Freezes the embeddings that the recipe says stay as they begin.
  func freezeEmbeddings() {
    if recipe.data.source.freezesEmbeddings { model.network.encoder.embedding.weight.isFrozen = true }
    if recipe.data.target.freezesEmbeddings { model.network.decoder.embedding.weight.isFrozen = true }
  }

  /// Fills the rows of the units that a file has a vector for, and says how many these are. A subword that begins a word has the
  /// vector of itself, or else of what follows its mark.
  private func fill(
    _ embedding: EmbeddingTable, from name: String?, _ side: String, _ vocabulary: any Vocabulary,
    _ folder: DataFolder, _ text: some Sequence<ArraySlice<Int>>, _ watch: TrainingWatch
  ) throws {
    guard let name else { return }
    let special = vocabulary.special
    var spellings: [Int: [String]] = [:]
    for id in 0..<vocabulary.count
    where ![special.begin, special.end, special.pad, special.unknown].contains(id) {
      let piece = vocabulary.piece(id)
      spellings[id] = piece.hasPrefix("\u{2581}") && piece.count > 1 ? [piece, String(piece.dropFirst())] : [piece]
    }
    let weight = embedding.weight
    let size = weight.value.columns
    let vectors = try WordVectors.read(folder.file(name), size: size, of: Set(spellings.values.joined()))
    var values = weight.value.values
    var filled: Set<Int> = []
    for (id, words) in spellings {
      guard let vector = words.lazy.compactMap({ vectors[$0] }).first else { continue }
      values.replaceSubrange(id * size..<(id + 1) * size, with: vector)
      filled.insert(id)
    }
    guard !filled.isEmpty else {
      throw UnrollError(
        .badData, file: try folder.file(name).relativePath, "has a vector for no unit of the \(side) vocabulary",
        advice: "name a file of the language, and of words as data.level cuts them")
    }
    weight.value = Tensor(values, shape: weight.value.shape)
    var (all, known) = (0, 0)
    for sentence in text {
      all += sentence.count
      known += sentence.count { filled.contains($0) }
    }
    let share = String(format: "%.1f", 100 * Double(known) / Double(max(all, 1)))
    watch.tell(
      "\(side) embeddings from \(name): \(filled.count) of \(spellings.count) units, \(share) % of the training text")
  }
}
