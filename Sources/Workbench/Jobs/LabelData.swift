import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// The clips of every split, read and laid beside their labels, with the digests of the files that say what they are.
package struct LabelData {
  package let labels: LabelNames
  package let train: ClipStore
  package let valid: ClipStore
  package let test: ClipStore?
  /// Whether the clips to validate on are those to learn from, because none were held out.
  package var validatesOnTraining: Bool { valid === train }
  /// The files, for a model's provenance.
  package let files: [FileRecord]

  /// Reads what a recipe names.
  ///
  /// - Throws: `UnrollError` for the first thing that is wrong with the data; several are told to the watch first.
  package init(_ recipe: LabelRecipe, _ folder: DataFolder, _ watch: TrainingWatch) throws {
    var clips = try LabelledClips(recipe, folder, note: watch.warn)
    if clips.valid.isEmpty { clips.holdOut(recipe.data.holdOut) }
    let holdsNothingOut = clips.valid.isEmpty && recipe.data.holdOut == 0
    for (split, found) in [("training", clips.train), ("validation", holdsNothingOut ? clips.train : clips.valid)]
    where found.isEmpty {
      throw UnrollError(
        .badData, file: folder.candidates[0].relativePath, "there is no \(split) clip",
        advice: split == "validation"
          ? "add clips, name some in data.valid, or set data.hold_out to 0 to validate on the clips learnt from"
          : "check data.train and data.valid of the recipe")
    }
    labels = clips.labels
    files = clips.files
    func load(_ split: String, _ clips: [LabelledClip]) throws -> ClipStore {
      var line = watch.progress("reading \(split) clips", total: clips.count, unit: "clips")
      defer { line?.clear() }
      return try ClipStore(
        clips, frames: recipe.frames, isMultiLabel: recipe.model.multiLabel, megabytes: recipe.data.cacheMegabytes,
        stop: watch.isInterrupted, note: watch.warn
      ) { line?.update(done: $0) }
    }
    train = try load("training", clips.train)
    valid = holdsNothingOut ? train : try load("validation", clips.valid)
    test = clips.test.isEmpty ? nil : try load("test", clips.test)
    for store in [valid, test] where store?.featureSize != train.featureSize && store != nil {
      throw UnrollError(
        .badData, file: folder.candidates[0].relativePath, "the features of the clips have different widths",
        advice: "compute all with the same network")
    }
  }

  /// The same clips as features of a network that does not change.
  func encoded(by model: LabelModel, cache folder: URL?, _ watch: TrainingWatch) throws -> LabelData {
    guard let backbone = model.network.encoder.backbone, let frames = model.frames else { return self }
    let cache = try FeatureCache(folder, network: backbone, frames: frames)
    let stores = [train, validatesOnTraining ? nil : valid, test].compactMap { $0 }
    var line = watch.progress("computing features", total: stores.reduce(0) { $0 + $1.items.count }, unit: "clips")
    defer { line?.clear() }
    let encoder = backbone.prepared()
    var done = 0
    func encode(_ store: ClipStore) throws -> ClipStore {
      let first = done
      let result = try store.encoded(cache, progress: { line?.update(done: first + $0) }) { clip in
        let count = store.items[clip].frames
        // A few frames at a time: pictures as numbers are large.
        let parts = try stride(from: 0, to: count, by: 64).map { start in
          encoder(try model.input(store, [(clip: clip, frames: start..<min(start + 64, count))]) { _ in nil }).values
        }
        return FeatureMatrix(frames: count, dimensions: backbone.width, values: Array(parts.joined()))
      }
      done += store.items.count
      return result
    }
    let encoded = try encode(train)
    return LabelData(
      labels: labels, train: encoded, valid: validatesOnTraining ? encoded : try encode(valid),
      test: try test.map(encode), files: files)
  }

  private init(labels: LabelNames, train: ClipStore, valid: ClipStore, test: ClipStore?, files: [FileRecord]) {
    self.labels = labels
    self.train = train
    self.valid = valid
    self.test = test
    self.files = files
  }

  /// The weight of each label: the inverse square root of how often it occurs, 1 on average over frames. A label that does not
  /// occur weighs nothing.
  var classWeights: [Float] {
    var counts = [Double](repeating: 0, count: labels.count)
    for item in train.items { for id in item.labels.ids where id >= 0 { counts[Int(id)] += 1 } }
    let raw = counts.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
    let mean = zip(raw, counts).reduce(0) { $0 + $1.0 * $1.1 } / max(1, counts.reduce(0, +))
    return raw.map { Float($0 / max(mean, 1e-12)) }
  }
}

extension LabelledClips {
  /// Finds the clips that a recipe names.
  init(_ recipe: LabelRecipe, _ folder: DataFolder, note: (String) -> Void) throws {
    let data = recipe.data
    switch data.format {
    case .mstcn:
      let isClip = recipe.model.target == .clip
      let root = try folder.file(isClip ? "clip_labels.tsv" : "mapping.txt").deletingLastPathComponent()
      self = try SegmentationFolder(root).load(
        SplitFiles(train: data.train ?? "splits/train.bundle", valid: data.valid, test: data.test),
        source: recipe.frames == nil ? .features : .videos,
        target: isClip ? .clips : recipe.model.multiLabel ? .severalPerFrame : .frames, note: note)
    case .scores:
      let root = try folder.file("manifest.json").deletingLastPathComponent()
      self = try ScoreFolder(root).load(data.dataset ?? "", testFold: data.fold ?? 1, note: note)
    case .spans:
      let outside = recipe.model.multiLabel ? nil : data.background.first
      let train = try folder.file(data.train ?? "train.csv")
      if data.valid == nil, data.test == nil {
        self = try SpanTable.load(train, outside: outside, note: note)
      } else {
        self = try SpanTable.load(
          train, valid: data.valid.map(folder.file), test: data.test.map(folder.file), outside: outside,
          note: note)
      }
    }
  }
}

extension AlignedLabels {
  /// 1 or 0 for each of `classes` labels, a row for each of some frames.
  func targets(_ frames: [Int], of classes: Int) -> [[Float]] {
    frames.map { frame in
      var row = [Float](repeating: 0, count: classes)
      for id in several?[frame] ?? [ids[frame]] where id >= 0 { row[Int(id)] = 1 }
      return row
    }
  }
}
