import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

/// Translation as something to train: batches, loss, validation and the finished model.
package struct TranslationJob {
  package let recipe: TranslationRecipe
  package let model: TranslationModel
  let data: TranslationData
  let valid: TranslationData
  let texts: TranslationTexts
  let run: RunFolder

  /// Encodes the data and draws the first parameters from the recipe's seed.
  package init(_ recipe: TranslationRecipe, _ texts: TranslationTexts, _ vocabularies: VocabularyPair, _ run: RunFolder)
  {
    self.recipe = recipe
    self.texts = texts
    self.run = run
    data = TranslationData(texts.train, vocabularies, maximumLength: recipe.data.maximumLength)
    // The loss of a pair takes memory with the product of its lengths, so that one enormous line could end a long run.
    valid = TranslationData(texts.valid, vocabularies, maximumLength: max(recipe.data.maximumLength, 1000))
    let network = Workers.shared.run {
      EncoderDecoder<TokenEncoder>(
        recipe.model, sourceVocabulary: vocabularies.source.count, targetVocabulary: vocabularies.target.count,
        initializer: Initializer(seed: UInt64(recipe.training.seed)))
    }
    model = TranslationModel(network: network, vocabularies: vocabularies)
  }

  /// One line for the user: sizes of data, vocabularies and network.
  package var summary: String {
    let parameters = model.network.parameters.reduce(0) { $0 + $1.parameter.value.count }
    let long = data.tooLong == 0 ? "" : " (\(data.tooLong) longer than data.max_length left out)"
    let (train, valid) = (counted(data.pairs.count, "training pair"), counted(valid.pairs.count, "validation pair"))
    return "\(train)\(long), \(valid), vocabularies \(model.vocabularies.source.count) and "
      + "\(model.vocabularies.target.count), \(parameters) parameters"
  }

  /// What a user has to know before a long training: a vocabulary that does not fit the text.
  package var warnings: [String] {
    let shares = data.unknownShares(model.vocabularies)
    let unknown = [("source", shares.source), ("target", shares.target)].filter { $0.1 > 0.05 }.map { side, share in
      "\(String(format: "%.0f", 100 * share)) % of the \(side) units of the training text are not in the \(side) "
        + "vocabulary (<unk>)"
    }
    let long = valid.tooLong == 0 ? [] : ["validation pairs too long to measure a loss on: \(valid.tooLong)"]
    return unknown + long
  }

  /// The values and functions that `train` works on.
  package var training: TrainingJob<[Int]> {
    let seed = UInt64(recipe.training.seed)
    let pass = TranslationPass(data)
    return TrainingJob(
      parameters: model.network.parameters,
      batches: { epoch in
        if let sampling = recipe.data.sampling {
          pass.data = try TranslationData(
            texts.train, model.vocabularies, sampling: sampling, seed: seed, epoch: epoch,
            maximumLength: recipe.data.maximumLength)
        }
        return pass.data.batches(recipe.data, seed: seed, epoch: epoch)
      },
      loss: { indices, tape in
        loss(of: indices, in: pass.data, labelSmoothing: Float(recipe.training.labelSmoothing), on: tape)
      },
      validate: validate,
      export: export)
  }

  private func loss(of indices: [Int], in data: TranslationData, labelSmoothing: Float, on tape: Tape?) -> SequenceLoss
  {
    let batch = TranslationBatch(
      indices.map { data.pairs[$0] }, model.vocabularies.source.special, model.vocabularies.target.special)
    let dropped = recipe.model.wordDropout
    return model.network.loss(
      source: batch.source.dropping(dropped, model.vocabularies.source.special, on: tape),
      input: batch.input.dropping(dropped, model.vocabularies.target.special, on: tape), expected: batch.expected,
      own: recipe.training.ownInputs(on: tape), labelSmoothing: labelSmoothing, on: tape)
  }

  // MARK: Scores

  /// Loss and perplexity per target piece under teacher forcing, without smoothing, and the scores of the translations.
  private func validate() throws -> Validation {
    var likelihood = 0.0
    var tokens = 0
    let order = valid.pairs.indices.sorted { (valid.pairs[$0].target.count, $0) < (valid.pairs[$1].target.count, $1) }
    for batch in valid.cut(order, recipe.data) {
      let loss = loss(of: batch, in: valid, labelSmoothing: 0, on: nil)
      likelihood += loss.negativeLogLikelihood
      tokens += loss.units
    }
    let loss = likelihood / Double(max(tokens, 1))
    let (bleu, chrf, exact) = try model.scores(on: texts.valid, recipe.search)
    return Validation(
      scores: ["loss": loss, "perplexity": exp(loss), "bleu": bleu, "chrf": chrf, "exact": exact],
      decisive: recipe.training.keepBest == .loss ? loss : -bleu)
  }

  // MARK: The model folder

  /// Scores the best model on the test data, if there is any, and writes the figures into the model folder. A model that
  /// has them is left alone: every export starts without.
  package func test(_ watch: TrainingWatch) throws {
    // Also without test data: a run that had ended before may have lost its model since.
    let folder = try ModelFolder<TranslationDescription>.open(run.model)
    guard let test = texts.test else { return }
    if folder.isTested { return }
    var description = folder.description
    let (bleu, chrf, exact) = try TranslationModel(folder).scores(on: test, recipe.search)
    watch.tell(String(format: "test BLEU %.2f, chrF %.2f, %.1f %% exactly right", bleu, chrf, exact))
    for (name, value) in [("test_bleu", bleu), ("test_chrf", chrf), ("test_exact", exact)] {
      description.provenance.scores.append(.init(name, (value * 100).rounded() / 100))
    }
    _ = try ModelFolder.write(description, in: run.model)
  }

  private func export(_ progress: LearningProgress, _ scores: [String: Double]) throws {
    let provenance = ModelProvenance(
      recipe, progress, data: texts.files, scores: scores)
    try model.write(to: run.model, recipe: recipe, provenance: provenance)
  }
}

/// The sentence pairs of the pass that is going on.
private final class TranslationPass {
  var data: TranslationData

  init(_ data: TranslationData) { self.data = data }
}
