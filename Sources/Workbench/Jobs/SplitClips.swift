import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// The clips of every split, read.
struct SplitClips: Sendable {
  let train: ClipStore
  let valid: ClipStore
  let test: ClipStore?
  /// Whether the clips to validate on are those to learn from, because none were held out.
  let validatesOnTraining: Bool

  /// Collects what was read.
  init(train: ClipStore, valid: ClipStore, test: ClipStore?, validatesOnTraining: Bool) {
    self.train = train
    self.valid = valid
    self.test = test
    self.validatesOnTraining = validatesOnTraining
  }

  /// Reads all clips.
  ///
  /// - Parameters:
  ///   - clips: The clips; without any to validate on, those to learn from are taken where `holdsNothingOut`.
  ///   - place: The data, for errors.
  ///   - problems: What is known to be wrong already, to be told with what reading finds.
  /// - Throws: `UnrollError` for the first thing that is wrong with the clips; several are told to the watch first.
  init(
    _ clips: LabelledClips, frames: FrameSection?, isMultiLabel: Bool = false, megabytes: Int, holdsNothingOut: Bool,
    place: String, problems: DataProblems = DataProblems(), _ watch: TrainingWatch
  ) throws {
    var problems = problems
    validatesOnTraining = clips.valid.isEmpty && holdsNothingOut
    for (split, found) in [("training", clips.train), ("validation", validatesOnTraining ? clips.train : clips.valid)]
    where found.isEmpty {
      try problems.check(place, note: watch.warn)
      throw UnrollError(
        .badData, file: place, "there is no \(split) clip",
        advice: split == "validation"
          ? "add clips, name some in data.valid, or set data.hold_out to 0 to validate on the clips learnt from"
          : "check data.train and data.valid of the recipe")
    }
    func load(
      _ split: String, _ clips: [LabelledClip], width: ClipStore.FeatureWidth? = nil, _ problems: inout DataProblems
    ) throws -> ClipStore {
      var line = watch.progress("reading \(split) clips", total: clips.count, unit: "clips")
      defer { line?.clear() }
      return try ClipStore(
        clips, frames: frames, isMultiLabel: isMultiLabel, megabytes: megabytes, width: width, &problems,
        stop: watch.isInterrupted
      ) { line?.update(done: $0) }
    }
    train = try load("training", clips.train, &problems)
    valid = validatesOnTraining ? train : try load("validation", clips.valid, width: train.width, &problems)
    test = clips.test.isEmpty ? nil : try load("test", clips.test, width: train.width, &problems)
    try problems.check(place, note: watch.warn)
    tellOfDamage(watch)
  }

  /// Says once which clips are damaged: a decoder conceals that, and they are learnt from all the same.
  private func tellOfDamage(_ watch: TrainingWatch) {
    let stores = [("training", train), ("validation", validatesOnTraining ? nil : valid), ("test", test)]
    let parts = stores.compactMap { split, store -> String? in
      let damaged = store?.items.compactMap(\.damage) ?? []
      guard !damaged.isEmpty else { return nil }
      return
        "\(counted(damaged.count, "\(split) clip")) \(damaged.count == 1 ? "is" : "are") damaged: \(firstFew(damaged))"
    }
    if !parts.isEmpty { watch.warn(parts.joined(separator: "; ") + "; look at them, or get the files again") }
  }

  /// The same clips as features of a network that does not change, which looks at each of them once. Called on the tensor
  /// thread.
  func encoded(by backbone: ImageBackbone, _ cache: FeatureCache, _ watch: TrainingWatch) throws -> SplitClips {
    let stores = [train] + (validatesOnTraining ? [] : [valid]) + (test.map { [$0] } ?? [])
    var line = watch.progress("computing features", total: stores.reduce(0) { $0 + $1.items.count }, unit: "clips")
    defer { line?.clear() }
    let encoder = backbone.prepared()
    var cache = cache
    var done = 0
    let encoded = try stores.map { store in
      let first = done
      done += store.items.count
      return try store.encoded(&cache, progress: { line?.update(done: first + $0) }) { clip in
        let count = store.items[clip].frames
        // A few frames at a time: pictures as numbers are large.
        let parts = try stride(from: 0, to: count, by: 64).map { start in
          encoder(try store.input([(clip: clip, frames: start..<min(start + 64, count))])).values
        }
        let values = Array(parts.joined())
        return FeatureMatrix(frames: count, dimensions: values.count / max(count, 1), values: values)
      }
    }
    if let damage = cache.damage {
      line?.clear()
      watch.warn(damage)
    }
    return SplitClips(
      train: encoded[0], valid: validatesOnTraining ? encoded[0] : encoded[1],
      test: test == nil ? nil : encoded[encoded.count - 1], validatesOnTraining: validatesOnTraining)
  }
}
