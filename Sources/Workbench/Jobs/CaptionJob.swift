import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

/// Captions as something to train: batches, loss, validation and the finished model.
package final class CaptionJob {
  /// Some captions, each with its clip: what a step learns from.
  package struct Batch: Equatable {
    /// The pass that it belongs to.
    let epoch: Int
    /// Places in the captions to learn from.
    let captions: [Int]
  }

  package let recipe: CaptionRecipe
  package let model: CaptionModel
  let data: CaptionData
  let run: RunFolder
  private let views: TrainingViews

  /// Brings together what is trained and on what.
  package init(_ recipe: CaptionRecipe, _ data: CaptionData, _ model: CaptionModel, _ run: RunFolder) {
    self.recipe = recipe
    self.data = data
    self.model = model
    self.run = run
    views = TrainingViews(
      store: data.train.clips, augmentation: recipe.augmentation, seed: UInt64(recipe.training.seed))
  }

  /// One line for the user: sizes of data, vocabulary and network.
  package var summary: String {
    let parameters = model.network.parameters.reduce(0) { $0 + $1.parameter.value.count }
    let long = data.train.tooLong == 0 ? "" : " (\(data.train.tooLong) longer than data.max_length left out)"
    return "\(counted(data.train.clips.items.count, "training clip")) with "
      + "\(counted(data.train.captions.count, "caption"))\(long), "
      + "\(counted(data.valid.clips.items.count, "validation clip")), vocabulary \(model.vocabulary.count), "
      + "\(parameters) parameters"
  }

  /// The values and functions that `train` works on.
  package var training: TrainingJob<Batch> {
    TrainingJob(
      parameters: model.network.parameters, batches: batches,
      loss: { [self] batch, tape in
        try loss(
          data.train, batch.captions, labelSmoothing: Float(recipe.training.labelSmoothing), on: tape
        ) { try views.input($0, epoch: batch.epoch, on: tape) }
      },
      validate: validate, export: export)
  }

  // MARK: Batches

  /// The batches of a pass: captions shuffled, then those of clips and sentences of like length put together, then the batches
  /// shuffled. A function of seed and pass alone.
  func batches(_ epoch: Int) -> [Batch] {
    var generator = SplitMix(seed: UInt64(recipe.training.seed) &* 0x9E37_79B9 &+ UInt64(epoch))
    let (captions, items) = (data.train.captions, data.train.clips.items)
    let order = captions.indices.shuffled(using: &generator)
    let groups = lengthGroups(order, size: recipe.data.batchSize) { one, other in
      let (a, b) = (captions[one], captions[other])
      return (items[a.clip].frames, a.ids.count) < (items[b.clip].frames, b.ids.count)
    }
    return groups.shuffled(using: &generator).map { Batch(epoch: epoch, captions: $0) }
  }

  // MARK: Loss

  /// The loss of some captions under teacher forcing; `input` gives the frames of their clips.
  private func loss(
    _ split: CaptionSplit, _ captions: [Int], labelSmoothing: Float, on tape: Tape?,
    input: ([(clip: Int, frames: Range<Int>)]) throws -> Tensor
  ) throws -> SequenceLoss {
    let batch = captions.map { split.captions[$0] }
    let lengths = batch.map { split.clips.items[$0.clip].frames }
    let parts = zip(batch, lengths).map { (clip: $0.clip, frames: 0..<$1) }
    let clips = ClipBatch(frames: try input(parts), layout: FrameLayout(lengths: lengths))
    let target = TargetBatch(batch.map(\.ids), model.vocabulary.special)
    return model.network.loss(
      source: clips,
      input: target.input.dropping(recipe.model.wordDropout, model.vocabulary.special, on: tape),
      expected: target.expected,
      own: recipe.training.ownInputs(on: tape), labelSmoothing: labelSmoothing, on: tape)
  }

  // MARK: Scores

  /// Loss and perplexity per unit under teacher forcing, without smoothing, and the scores of the captions that the model
  /// writes.
  private func validate() throws -> Validation {
    let valid = data.valid
    var likelihood = 0.0
    var units = 0
    for start in stride(from: 0, to: valid.captions.count, by: recipe.data.batchSize) {
      let batch = Array(start..<min(start + recipe.data.batchSize, valid.captions.count))
      let loss = try loss(valid, batch, labelSmoothing: 0, on: nil) { try valid.clips.input($0) }
      likelihood += loss.negativeLogLikelihood
      units += loss.units
    }
    let loss = likelihood / Double(max(units, 1))
    var scores = ["loss": loss, "perplexity": exp(loss)]
    scores.merge(try evaluate(model, valid).scores) { $1 }
    let decisive =
      switch recipe.training.keepBest {
      case .bleu: -(scores["bleu"] ?? 0)
      case .cider: -(scores["cider"] ?? 0)
      case .wer: scores["wer"] ?? 0
      case .loss, .accuracy: loss
      }
    return Validation(scores: scores, decisive: decisive)
  }

  /// The captions that a model writes for the clips of a split, and how they compare with their own.
  private func evaluate(
    _ model: CaptionModel, _ split: CaptionSplit
  ) throws -> (captions: [String], scores: [String: Double]) {
    let captions = try model.captions(split.clips, search: recipe.search, batchSize: recipe.data.batchSize)
    var corpus = CaptionCorpus()
    let tokenizer = CaptionTokenizer.treebank
    for (caption, references) in zip(captions, split.references) {
      corpus.add(tokenizer.words(caption), references: references.map(tokenizer.words))
    }
    let found = CaptionScores(corpus).corpus
    return (
      captions,
      [
        "bleu": found.bleu[3], "rouge_l": found.rougeL, "cider": found.cider, "wer": found.words.rate,
        "exact": found.exact,
      ]
    )
  }

  // MARK: The model folder

  /// Captions the test clips, if there are any, with the best model, writes the captions into `test.json` of the run, as COCO's
  /// results, and the figures into the model folder. A model that has figures is left alone: every export starts without.
  package func test(_ watch: TrainingWatch) throws {
    // Also without test data: a run that had ended before may have lost its model since.
    let folder = try ModelFolder<CaptionDescription>.open(run.model)
    guard let test = data.test else { return }
    if folder.isTested { return }
    let model = try CaptionModel(folder)
    let (captions, scores) = try Workers.shared.run { try evaluate(model, test) }
    let results = zip(test.clips.items, captions).map { item, caption in
      JSONValue.object([.init("image_id", .string(item.name)), .init("caption", .string(caption))])
    }
    try AtomicFile.write(JSONValue.array(results).text + "\n", to: run.url.appending(path: "test.json"))
    try folder.add(testScores: scores, watch)
  }

  private func export(_ progress: LearningProgress, _ scores: [String: Double]) throws {
    let provenance = ModelProvenance(
      recipe, progress, data: data.files, scores: scores,
      split: data.validatesOnTraining ? "train" : "valid")
    try model.write(to: run.model, recipe: recipe, provenance: provenance)
  }
}
