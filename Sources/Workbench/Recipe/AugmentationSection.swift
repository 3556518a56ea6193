/// How clips are changed at random in training, the same for all frames of a clip: `augmentation` of a recipe. (Where the
/// network sees a window of the frame, `frames.window`, its place is random too.)
package struct AugmentationSection: Sendable, Equatable {
  /// Whether left and right are exchanged in half of the clips. Default false.
  package var mirror = false
  /// Brightness is multiplied by a number from 1 - this to 1 + this. Default 0.
  package var brightness = 0.0
  /// Stretches of frames that are blacked out in each clip. Default 0.
  package var timeMasks = 0
  /// The most frames of such a stretch. Default 10.
  package var timeMaskFrames = 10
  /// The deviation of normal noise that is added to features, another at every frame. Default 0.
  package var noise = 0.0
  /// The deviation of what is added to each feature of a clip, the same at all its frames. Default 0.
  package var featureShift = 0.0
  /// Each feature of a clip is multiplied by a number from 1 - this to 1 + this, the same at all its frames. Default 0.
  package var featureGain = 0.0
  /// How much the speed changes within a clip: its logarithm is drawn between minus and plus this. Default 0.
  package var timeWarp = 0.0
  /// The share of clips that from some moment on are another clip: for labels of frames only. Default 0.
  package var splice = 0.0
  /// The α of the distribution Beta(α, α) of the shares in which two clips are mixed: for labels only. Default 0.
  package var mixup = 0.0

  /// The defaults.
  package init() {}
}

extension AugmentationSection {
  /// Whether pictures of a clip are shown otherwise than they are, which features that are computed once cannot follow.
  var changesPictures: Bool { mirror || brightness > 0 || timeMasks > 0 }
  /// Whether the features of a clip are shown otherwise than they are, apart from noise.
  var changesFeatureViews: Bool { featureShift > 0 || featureGain > 0 || timeWarp > 0 }
}

extension AugmentationSection: KeyedSection {
  package static let blank = AugmentationSection()
  package static let keys: [SectionKey<AugmentationSection>] = [
    SectionKey("mirror", \.mirror, .flag),
    SectionKey("brightness", \.brightness, .number(.upTo(0, 1))),
    SectionKey("time_masks", \.timeMasks, .integer(.through(0, 100))),
    SectionKey("time_mask_frames", \.timeMaskFrames, .integer(.through(1, 10_000))),
    SectionKey("noise", \.noise, .number(.through(0, 100))),
    SectionKey("feature_shift", \.featureShift, .number(.through(0, 100))),
    SectionKey("feature_gain", \.featureGain, .number(.upTo(0, 1))),
    SectionKey("time_warp", \.timeWarp, .number(.through(0, 3))),
    SectionKey("splice", \.splice, .number(.through(0, 1))),
    SectionKey("mixup", \.mixup, .number(.through(0, 1))),
  ]
}
