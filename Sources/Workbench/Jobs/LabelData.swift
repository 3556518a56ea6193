import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// The clips of every split, read and laid beside their labels, with the digests of the files that say what they are.
package struct LabelData {
  package let labels: LabelNames
  /// The files, for a model's provenance.
  package let files: [FileRecord]
  private let clips: SplitClips

  package var train: ClipStore { clips.train }
  package var valid: ClipStore { clips.valid }
  package var test: ClipStore? { clips.test }
  /// Whether the clips to validate on are those to learn from, because none were held out.
  package var validatesOnTraining: Bool { clips.validatesOnTraining }

  /// Reads what a recipe names.
  ///
  /// - Throws: `UnrollError` for the first thing that is wrong with the data; several are told to the watch first.
  package init(_ recipe: LabelRecipe, _ folder: DataFolder, _ watch: TrainingWatch) throws {
    var found = try LabelledClips(recipe, folder, note: watch.warn)
    if found.valid.isEmpty { found.holdOut(recipe.data.holdOut) }
    labels = found.labels
    files = found.files
    clips = try SplitClips(
      found, frames: recipe.frames, isMultiLabel: recipe.model.multiLabel, megabytes: recipe.data.cacheMegabytes,
      holdsNothingOut: recipe.data.holdOut == 0, place: folder.candidates[0].relativePath, watch)
  }

  private init(labels: LabelNames, files: [FileRecord], clips: SplitClips) {
    self.labels = labels
    self.files = files
    self.clips = clips
  }

  /// The same clips as features of a network that does not change.
  func encoded(by model: LabelModel, cache folder: URL?, _ watch: TrainingWatch) throws -> LabelData {
    guard let backbone = model.network.encoder.backbone, let frames = model.frames else { return self }
    let cache = try FeatureCache(folder, network: backbone, frames: frames)
    return LabelData(labels: labels, files: files, clips: try clips.encoded(by: backbone, cache, watch))
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
  func targets(_ frames: ArraySlice<Int>, of classes: Int) -> [[Float]] {
    frames.map { frame in
      var row = [Float](repeating: 0, count: classes)
      for id in several?[frame] ?? [ids[frame]] where id >= 0 { row[Int(id)] = 1 }
      return row
    }
  }
}
