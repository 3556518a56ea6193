import Foundation
import SequenceModels
package import TensorCore

/// How the clips of a store look in each pass of a training: drawn from the seed, the pass and the clip alone, the same in all
/// windows of a clip.
package struct TrainingViews {
  package let store: ClipStore
  let augmentation: AugmentationSection
  let seed: UInt64

  /// Views of the clips of `store`.
  package init(store: ClipStore, augmentation: AugmentationSection, seed: UInt64) {
    self.store = store
    self.augmentation = augmentation
    self.seed = seed
  }

  /// Frames of one clip.
  package typealias Part = (clip: Int, frames: Range<Int>)

  /// The encoder's input for frames of clips in a pass, as `ClipStore.input`.
  package func input(_ parts: [Part], epoch: Int, on tape: Tape) throws -> Tensor {
    var views: [Int: ClipView] = [:]
    var featureViews: [Int: FeatureView] = [:]
    for part in parts {
      views[part.clip] = view(part.clip, epoch: epoch)
      featureViews[part.clip] = featureView(part.clip, epoch: epoch)
    }
    let input = try store.input(parts, view: { views[$0] }, featureView: { featureViews[$0] })
    guard store.frames == nil, augmentation.noise > 0 else { return input }
    var generator = Initializer(seed: tape.randomness.seed &* 0x2545_F491 &+ tape.randomness.stream)
    return input + generator.normal(input.shape, deviation: Float(augmentation.noise))
  }

  /// Which frames of the clip a part shows in a pass.
  package func shown(_ part: Part, epoch: Int) -> [Int] {
    let warped = featureView(part.clip, epoch: epoch)?.frames ?? view(part.clip, epoch: epoch)?.frames
    return warped.map { Array($0[part.frames]) } ?? Array(part.frames)
  }

  /// The parts that a part of a clip consists of in a pass: itself, or, in a share of `augmentation.splice` of the clips, what
  /// comes before a moment and the frames of another clip from that moment on, which is one where the other's label changes.
  /// (CutMix in time; Yun et al., 2019.) So nothing can be learnt by heart about what comes together in a clip.
  package func spliced(_ part: Part, epoch: Int) -> [Part] {
    guard augmentation.splice > 0 else { return [part] }
    var generator = generator(part.clip, epoch: epoch, apart: 0x5851_F42D_4C95_7F2D)
    guard Double.random(in: 0..<1, using: &generator) < augmentation.splice else { return [part] }
    let count = store.items[part.clip].frames
    let other = Int.random(in: store.items.indices, using: &generator)
    guard other != part.clip, store.items[other].frames >= count else { return [part] }
    let labels = store.items[other].labels
    let ids = shown((other, 0..<count), epoch: epoch).map { labels.several?[$0] ?? [labels.ids[$0]] }
    let changes = ids.indices.dropFirst().filter { ids[$0] != ids[$0 - 1] }
    guard let moment = changes.randomElement(using: &generator) else { return [part] }
    return [
      (part.clip, part.frames.clamped(to: 0..<moment)), (other, part.frames.clamped(to: moment..<count)),
    ].filter { !$0.1.isEmpty }
  }

  /// What each row of a batch is mixed with in a pass, frame by frame, and the share of what the row itself shows, from 0.5 to
  /// 1; nil for nothing. (Mixup; Zhang et al., 2018: the share has the distribution Beta(α, α) with α = `augmentation.mixup`.)
  /// Rows go with one of the same batch, the same in all windows; where that has ended a row is mixed with itself.
  ///
  /// - Parameters:
  ///   - rows: The parts of each row, of the first of `clips`, all from the same frame on.
  ///   - clips: The clips of the batch.
  package func mixture(_ rows: [[Part]], of clips: [Int], epoch: Int) -> (rows: [[Part]], share: Float)? {
    guard augmentation.mixup > 0, let start = rows.first?.first?.frames.lowerBound else { return nil }
    var generator = generator(clips[0], epoch: epoch, apart: 0x1405_7B7E_F767_814F)
    let drawn = generator.beta(augmentation.mixup)
    let others = zip(rows, clips.reversed()).map { row, other -> [Part] in
      let end = row[row.count - 1].frames.upperBound
      let shared = min(end, store.items[other].frames)
      guard start < shared else { return row }
      return spliced((other, start..<shared), epoch: epoch)
        + row.compactMap { part in
          let rest = max(part.frames.lowerBound, shared)..<max(part.frames.upperBound, shared)
          return rest.isEmpty ? nil : (part.clip, rest)
        }
    }
    return (others, Float(max(drawn, 1 - drawn)))
  }

  private func view(_ clip: Int, epoch: Int) -> ClipView? {
    guard let frames = store.frames, let picture = store.items[clip].picture else { return nil }
    var generator = generator(clip, epoch: epoch)
    return ClipView(
      of: frames, picture: picture, count: store.items[clip].frames, augmentation, using: &generator)
  }

  private func featureView(_ clip: Int, epoch: Int) -> FeatureView? {
    guard store.frames == nil, let width = store.featureSize, augmentation.changesFeatureViews else { return nil }
    var generator = generator(clip, epoch: epoch)
    return FeatureView(features: width, count: store.items[clip].frames, augmentation, using: &generator)
  }

  /// What is drawn for a clip in a pass.
  private func generator(_ clip: Int, epoch: Int) -> SplitMix {
    SplitMix(seed: seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(epoch) &* 0x1_0000_0001 &+ UInt64(clip))
  }

  /// What is drawn for a clip in a pass besides its view; another for each `key`.
  private func generator(_ clip: Int, epoch: Int, apart key: UInt64) -> SplitMix {
    var generator = generator(clip, epoch: epoch)
    return SplitMix(seed: generator.next() ^ key)
  }
}

extension SplitMix {
  /// A number of the distribution Beta(α, α), for α up to 1 (Jöhnk, 1964).
  fileprivate mutating func beta(_ alpha: Double) -> Double {
    while true {
      let x = pow(Double.random(in: 0..<1, using: &self), 1 / alpha)
      let y = pow(Double.random(in: 0..<1, using: &self), 1 / alpha)
      if x + y > 0, x + y <= 1 { return x / (x + y) }
    }
  }
}
