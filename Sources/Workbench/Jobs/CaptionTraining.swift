import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

/// Trains a model that writes captions from a recipe.
///
/// - Returns: how training ended, and the model folder.
/// - Throws: `UnrollError` for whatever is wrong with the recipe, the data or the run folder.
func trainCaptions(
  _ request: TrainingRequest, watch: TrainingWatch
) throws -> (outcome: TrainingOutcome, model: URL) {
  let recipe = try CaptionRecipe.read(from: request.recipe, overrides: request.overrides)
  if let threads = recipe.training.threads { Workers.request(threads: threads) }
  let folder = DataFolder(recipe: recipe, file: request.recipe, source: request.source)
  // What is soon found out comes first. Data is read before the run folder is made: a mistake there leaves nothing behind.
  let place = try request.place(of: recipe)
  let first = try FirstWeights(
    pretrained: recipe.model.pretrained, warmStart: recipe.model.warmStart, isFrozen: recipe.model.frozen, request,
    folder)
  let texts = try CaptionTexts(recipe, folder)
  let clips = try SplitClips(
    texts.clips, frames: recipe.frames, megabytes: recipe.data.cacheMegabytes,
    holdsNothingOut: recipe.data.holdOut == 0, place: folder.candidates[0].relativePath, problems: texts.problems,
    watch)
  let files = try texts.clips.files + (first?.records() ?? [])
  let run = try RunFolder(place, resume: request.resume)
  let vocabulary = try prepare(run, recipe, texts, files, folder, resume: request.resume, watch)
  var data = CaptionData(texts, clips, vocabulary, maximumLength: recipe.data.maximumLength)
  let network = try Workers.shared.run {
    try EncoderDecoder(
      recipe.model, frames: recipe.frames, features: data.train.clips.featureSize, vocabulary: vocabulary.count,
      initializer: Initializer(seed: UInt64(recipe.training.seed)))
  }
  let model = CaptionModel(
    network: network, section: recipe.model, frames: recipe.frames, vocabulary: vocabulary)
  if let first { try model.begin(first, watch) }
  if recipe.model.frozen, let backbone = network.encoder.frames.backbone, let frames = recipe.frames {
    let cache = recipe.data.featureCache.map { URL(fileURLWithPath: $0, isDirectory: true) }
    data = try Workers.shared.run {
      try data.with(
        data.clips.encoded(by: backbone, FeatureCache(cache, network: backbone, frames: frames), watch))
    }
  }
  let job = CaptionJob(recipe, data, model, run)
  watch.tell(job.summary)
  let (outcome, _) = try Workers.shared.run {
    try train(job.training, plan: recipe.training, run: run, resume: request.resume, watch: watch)
  }
  if outcome != .interrupted { try job.test(watch) }
  return (outcome, run.model)
}

/// Writes recipe and vocabulary into a new run, or reads them from one that goes on.
private func prepare(
  _ run: RunFolder, _ recipe: CaptionRecipe, _ texts: CaptionTexts, _ files: [FileRecord], _ folder: DataFolder,
  resume: Bool, _ watch: TrainingWatch
) throws -> any Vocabulary {
  if resume {
    try run.begin(recipe, data: files, resume: true)
    guard let vocabulary = try existingVocabulary("target", in: run.url) else {
      throw UnrollError(
        .noInput, file: run.url.path, "the vocabulary of the run is missing", advice: "start a new run")
    }
    return vocabulary
  }
  let section = recipe.data.vocabulary
  let vocabulary = try VocabularyPair.vocabulary(
    "caption", section, recipe.data.level, key: "data", texts.captions(of: texts.clips.train).joined(), folder)
  try AtomicFile.write(vocabulary.serialized, to: run.url.appending(path: vocabulary.fileName("target")))
  try run.begin(recipe, data: files, resume: false)
  return vocabulary
}

extension CaptionModel {
  /// Loads the parameters that a training begins with.
  fileprivate func begin(_ first: FirstWeights, _ watch: TrainingWatch) throws {
    try Workers.shared.run {
      if let file = first.pretrained, let backbone = network.encoder.frames.backbone {
        try SafetensorsFile(contentsOf: file).load(into: backbone)
      }
      guard let other = first.model else { return }
      // What belongs to a word belongs to no other.
      let words = UnitParameters(
        side: "target", vocabulary: vocabulary, beginnings: ["decoder.embedding.", "decoder.output."])
      try warmStart(network.parameters, from: other, units: [words], watch)
    }
  }
}
