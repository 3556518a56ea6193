import SequenceModels
import TensorCore

/// How the clips of a store look in each pass of a training: drawn from the seed, the pass and the clip alone, the same in all
/// windows of a clip.
struct TrainingViews {
  let store: ClipStore
  let augmentation: AugmentationSection
  let seed: UInt64

  /// The encoder's input for frames of clips in a pass, as `ClipStore.input`, and which frame of its clip each row shows, as
  /// ids of frames, clip by clip.
  func input(
    _ parts: [(clip: Int, frames: Range<Int>)], epoch: Int, on tape: Tape
  ) throws -> (frames: Tensor, shown: [Int: [Int]]) {
    var views: [Int: ClipView] = [:]
    var featureViews: [Int: FeatureView] = [:]
    var shown: [Int: [Int]] = [:]
    for part in parts {
      views[part.clip] = view(part.clip, epoch: epoch)
      featureViews[part.clip] = featureView(part.clip, epoch: epoch)
      let warped = featureViews[part.clip]?.frames ?? views[part.clip]?.frames
      shown[part.clip] = warped.map { Array($0[part.frames]) } ?? Array(part.frames)
    }
    var input = try store.input(parts, view: { views[$0] }, featureView: { featureViews[$0] })
    if store.frames == nil, augmentation.noise > 0 {
      var generator = Initializer(seed: tape.randomness.seed &* 0x2545_F491 &+ tape.randomness.stream)
      input = input + generator.normal(input.shape, deviation: Float(augmentation.noise))
    }
    return (input, shown)
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
}
