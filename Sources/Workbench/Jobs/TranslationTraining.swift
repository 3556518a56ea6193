import Diagnostics
import Foundation
import SequenceModels
import TensorCore
package import TextIO

/// Trains a translation model from a recipe: reads the data, makes or loads the vocabularies, trains, and leaves the
/// best model in the run folder, ready to use, with its scores on the test data.
///
/// - Returns: how training ended, and the model folder.
/// - Throws: `UnrollError` for whatever is wrong with the recipe, the data or the run folder.
func trainTranslation(
  _ request: TrainingRequest, watch: TrainingWatch
) throws -> (outcome: TrainingOutcome, model: URL) {
  let recipe = try TranslationRecipe.read(from: request.recipe, overrides: request.overrides)
  if let threads = recipe.training.threads { Workers.request(threads: threads) }
  let folder = DataFolder(recipe: recipe, file: request.recipe, source: request.source)
  // What is soon found out comes first. Data is read before the run folder is made: a mistake there leaves nothing behind.
  let place = try request.place(of: recipe)
  let first = try FirstWeights(warmStart: recipe.model.warmStart, request, folder)
  let texts = try TranslationTexts(recipe.data, folder, watch)
  let run = try RunFolder(place, resume: request.resume)
  let vocabularies = try prepare(run, recipe, texts, folder, resume: request.resume, watch)
  let job = TranslationJob(recipe, texts, vocabularies, run)
  watch.tell(job.summary)
  job.warnings.forEach(watch.warn)
  if let first { try job.begin(first, folder, watch) }
  job.freezeEmbeddings()
  let (outcome, _) = try Workers.shared.run {
    try train(job.training, plan: recipe.training, run: run, resume: request.resume, watch: watch)
  }
  if outcome != .interrupted { try job.test(watch) }
  return (outcome, run.model)
}

/// Writes recipe and vocabularies into a new run, or reads them from one that goes on.
private func prepare(
  _ run: RunFolder, _ recipe: TranslationRecipe, _ texts: TranslationTexts, _ folder: DataFolder, resume: Bool,
  _ watch: TrainingWatch
) throws -> VocabularyPair {
  if resume {
    try run.begin(recipe, data: texts.files, resume: true)
    return try VocabularyPair.load(from: run.url, isJoint: recipe.data.vocabulary.joint)
  }
  watch.tell(VocabularyPair.origin(recipe.data, pairs: texts.train.count))
  let vocabularies = try VocabularyPair.make(recipe.data, text: texts.train, folder: folder)
  try vocabularies.write(to: run.url)
  try run.begin(recipe, data: texts.files, resume: false)
  return vocabularies
}

/// The sentence pairs of every split, with the digests of their files.
package struct TranslationTexts: Sendable {
  package let train: ParallelText
  package let valid: ParallelText
  package let test: ParallelText?
  /// The files, for a model's provenance.
  package let files: [FileRecord]

  package init(_ data: DataSection, _ folder: DataFolder, _ watch: TrainingWatch) throws {
    func load(_ split: ParallelFiles) throws -> ParallelText {
      let text: ParallelText
      switch split {
      case .tabSeparated(let name):
        text = try ParallelText.load(
          tsv: folder.file(name), sourceColumn: data.columns.firstIndex(of: .source) ?? 0,
          targetColumn: data.columns.firstIndex(of: .target) ?? 1, skipBadLines: data.skipsBadLines)
      case .twoFiles(let source, let target):
        text = try ParallelText.load(
          source: folder.file(source), target: folder.file(target), skipBadLines: data.skipsBadLines)
      }
      if text.skippedLines > 0 {
        watch.warn("\(split.names.joined(separator: ", ")): skipped \(counted(text.skippedLines, "bad line"))")
      }
      guard text.count > 0 else {
        throw UnrollError(
          .badData, file: split.names[0], "there is no sentence pair in it", advice: "check the file and data.columns")
      }
      return text
    }
    train = try load(data.train)
    valid = try load(data.valid)
    test = try data.test.map(load)
    let vectors = [data.source.embeddings, data.target.embeddings].compactMap { $0 }
    let names = data.train.names + data.valid.names + (data.test?.names ?? []) + vectors
    files = try names.map { try FileRecord(of: folder.file($0)) }
  }
}
