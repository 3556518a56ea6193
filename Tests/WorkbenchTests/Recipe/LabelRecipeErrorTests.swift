import Diagnostics
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite struct LabelRecipeErrorTests {
  /// The shortest recipe for features, and one for pictures, for tests that add to them from line 4 on.
  private static let features = "task: label\ndata: {}\nmodel: {encoder: features}\n"
  private static let pictures = "task: label\ndata: {}\nframes: {size: 64x64}\n"

  static let ofPictures: [Mistake] = [
    Mistake(
      yaml: "model:\n  target: video\n", line: 5, what: "model.target: unknown value video",
      advice: "give one of frames, clip"),
    Mistake(
      yaml: "model:\n  encoder: resnet\n", line: 5, what: "model.encoder: unknown value resnet",
      advice: "did you mean resnet18?"),
    Mistake(
      yaml: "model:\n  window: 0\n", line: 5, what: "model.window: 0 is out of range",
      advice: "give a whole number from 1 to 1000000"),
    Mistake(
      yaml: "model:\n  look_ahead: -1\n", line: 5, what: "model.look_ahead: -1 is out of range",
      advice: "give a whole number from 0 to 1000000"),
    Mistake(
      yaml: "model:\n  channels: []\n", line: 5, what: "model.channels: there is no layer",
      advice: "give the channels of at least one"),
    Mistake(
      yaml: "model:\n  channels: [8, 0]\n", line: 5, what: "model.channels: 0 is out of range",
      advice: "give a whole number from 1 to 4096"),
    Mistake(
      yaml: "model:\n  add_scores: true\n", line: 5,
      what: "model.add_scores: scores of labels come as features and go to recurrent layers as they are",
      advice: "set encoder to features, target to frames, and remove projection_size, or set add_scores to false"),
    Mistake(
      yaml: "model: {target: clip, multi_label: true}\n", line: 4,
      what: "model.multi_label: several labels are for frames, and target is clip",
      advice: "set target to frames or multi_label to false"),
    Mistake(
      yaml: "model: {target: clip, layers: 0}\n", line: 4,
      what: "model.layers: a clip gets its label from recurrent layers",
      advice: "give 1 or more, or set target to frames"),
    Mistake(
      yaml: "model: {target: clip, decoding: viterbi}\n", line: 4,
      what: "model.decoding: viterbi finds a sequence with one label a frame", advice: "set decoding to best"),
    Mistake(
      yaml: "model: {multi_label: true, decoding: viterbi}\n", line: 4,
      what: "model.decoding: viterbi finds a sequence with one label a frame", advice: "set decoding to best"),
    Mistake(
      yaml: "model: {frozen: true}\n", line: 4, what: "model.frozen: an encoder that stays random learns nothing",
      advice: "give pretrained or warm_start, or set frozen to false"),
    Mistake(
      yaml: "augmentation: {mirror: true}\nmodel: {frozen: true, pretrained: a.safetensors}\n", line: 5,
      what: "model.frozen: features are computed once, so pictures cannot change at random",
      advice:
        "remove frames.window, and mirror, brightness and time_masks of augmentation, or set model.frozen to false"),
    Mistake(
      yaml: "model: {bidirectional: false, look_ahead: 4}\n", line: 4,
      what: "model.look_ahead: there is no backward direction to look ahead for",
      advice: "set look_ahead to 0 or bidirectional to true"),
    Mistake(
      yaml: "model: {encoder: features}\n", line: 3, what: "frames: model.encoder is features: there are no pictures",
      advice: "remove frames or choose another encoder"),
    Mistake(
      yaml: "model: {multi_label: true}\nloss: {smoothing: 0.15}\n", line: 5, what: "loss: is for one label a frame",
      advice: "remove it"),
    Mistake(
      yaml: "loss:\n  smoothing_threshold: 0\n", line: 5, what: "loss.smoothing_threshold: 0 is out of range",
      advice: "give a number greater than 0.0"),
    Mistake(
      yaml: "loss: {class_weights: equal}\n", line: 4, what: "loss.class_weights: unknown value equal",
      advice: "give one of none, balanced"),
    Mistake(
      yaml: "augmentation: {brightness: 1}\n", line: 4, what: "augmentation.brightness: 1 is out of range",
      advice: "give a number from 0.0 to less than 1.0"),
    Mistake(
      yaml: "augmentation: {flip: true}\n", line: 4, what: "augmentation.flip: unknown key",
      advice:
        "the keys here are mirror, brightness, time_masks, time_mask_frames, noise, feature_shift, feature_gain, time_warp, splice, mixup"
    ),
    Mistake(
      yaml: "model: {target: clip}\naugmentation: {splice: 0.5}\n", line: 5,
      what: "augmentation.splice: a clip as a whole has one label", advice: "remove it"),
    Mistake(
      yaml: "training: {keep_best: bleu}\n", line: 4, what: "training.keep_best: labels have no bleu",
      advice: "give loss or accuracy"),
    Mistake(
      yaml: "training: {weight_decay: 0.1}\n", line: 4, what: "training.weight_decay: adam has no weight decay",
      advice: "remove it or set optimizer to adamw"),
    Mistake(
      yaml: "search: {beam_size: 5}\n", line: 4, what: "search: unknown key",
      advice: "the keys here are task, name, data, frames, augmentation, model, loss, training"),
  ]

  static let ofFeatures: [Mistake] = [
    Mistake(
      yaml: "frames: {size: 64}\n", line: 4, what: "frames.size: 64 is no size",
      advice: "write it as 224x224, width first"),
    Mistake(
      yaml: "frames: {size: 65535x65535}\n", line: 4, what: "frames.size: 65535x65535 is too large",
      advice: "give at most 16384 pixels in width and height"),
    Mistake(
      yaml: "frames: {crop: 99999999999999999999x10+0+0}\n", line: 4,
      what: "frames.crop: 99999999999999999999x10+0+0 is too large",
      advice: "give at most 16384 pixels in width and height"),
    Mistake(
      yaml: "frames: {size: 0x64}\n", line: 4, what: "frames.size: 0x64 is no size",
      advice: "write it as 224x224, width first"),
    Mistake(
      yaml: "frames: {crop: 10x10}\n", line: 4, what: "frames.crop: 10x10 is no part of a picture",
      advice: "write it as 200x100+20+10: size, then left and top"),
    Mistake(
      yaml: "frames: {color: gray}\n", line: 4, what: "frames.size: the network must know how large frames are",
      advice: "give size, crop or window"),
    Mistake(
      yaml: "frames: {size: 64x32, window: 32x48}\n", line: 4,
      what: "frames.window: 32x48 is larger than the frame, which is 64x32",
      advice: "give a smaller window or a larger size"),
    Mistake(
      yaml: "frames: {size: 64x32, color: gray, normalization: imagenet}\n", line: 4,
      what: "frames.normalization: imagenet has colours, and color is gray",
      advice: "set color to rgb, or another normalization"),
    Mistake(
      yaml: "frames: {size: 64x32, every: 0}\n", line: 4, what: "frames.every: 0 is out of range",
      advice: "give a whole number from 1 to 10000"),
    Mistake(
      yaml: "frames: {size: 64x32, fit: fill}\n", line: 4, what: "frames.fit: unknown value fill",
      advice: "give one of stretch, pad, crop"),
  ]

  @Test(arguments: ofPictures) func recipesForPictures(_ mistake: Mistake) throws {
    try expect(mistake, Self.pictures)
  }

  @Test(arguments: ofFeatures) func recipesForFeatures(_ mistake: Mistake) throws {
    try expect(mistake, Self.features)
  }

  @Test func dataOfScoresNeedsAFold() throws {
    let dataset = "task: label\ndata: {format: scores, fold: 1}\nmodel: {encoder: features}\n"
    try expectError(
      UnrollError(
        .badData, file: "r.yaml", line: 2, "data.format: scores need dataset", advice: "add data.dataset")
    ) { try read(dataset) }
    try expectError(
      UnrollError(
        .badData, file: "r.yaml", line: 2, "data.fold: is for format scores only",
        advice: "remove it or set format to scores")
    ) { try read("task: label\ndata: {fold: 1}\nmodel: {encoder: features}\n") }
  }

  @Test func anEncoderOfPicturesNeedsFrames() throws {
    let error = try unrollError { try read("task: label\ndata: {}\n") }
    #expect(
      error.description.contains("frames: model.encoder is small, which needs to know how frames are shown to it"))
    let missing = try unrollError { try read("task: label\nframes: {size: 64x64}\n") }
    #expect(missing.description.contains("data: required key is missing"))
    let frozen = try unrollError {
      try read("task: label\ndata: {}\nmodel: {encoder: features, pretrained: a.safetensors}\n")
    }
    #expect(frozen.description.contains("model.pretrained: there is no encoder to load"))
  }

  /// Every key is written out: what follows from another must not contradict it when it is read again.
  @Test(arguments: [
    "model.bidirectional=false", "model.target=clip", "model.layers=0", "model.multi_label=true",
    "training.optimizer=adam", "training.optimizer=sgd", "data.format=spans",
  ])
  func everyChoiceIsWrittenAndRead(_ override: String) throws {
    let recipe = try LabelRecipe.read(yaml: Self.pictures, path: "r.yaml", overrides: [override])
    #expect(try LabelRecipe.read(yaml: recipe.yaml(), path: "r.yaml") == recipe)
  }

  @Test func whatIsWrittenIsRead() throws {
    let recipe = try LabelRecipe.read(
      yaml: Self.pictures + """
        model: {encoder: mobilenet_v2, pretrained: a.safetensors, channels: [1, 2], projection_size: 7}
        augmentation: {mirror: true, brightness: 0.25, time_masks: 2, time_mask_frames: 5, noise: 0.5, feature_shift: 0.2,
          feature_gain: 0.3, time_warp: 0.4, splice: 0.5, mixup: 0.2}
        loss: {class_weights: balanced, smoothing: 0.15, smoothing_threshold: 2}
        training: {optimizer: adamw, weight_decay: 0.1, schedule: one_cycle, keep_best: accuracy}

        """, path: "r.yaml",
      overrides: [
        "frames.crop=200x100+20+10", "frames.window=20x24", "data.background=[none, still]", "data.hold_out=0",
        "model.decoding=viterbi", "model.decoding_scale=2",
      ])
    #expect(recipe.frames?.crop?.description == "200x100+20+10")
    #expect(recipe.data.background == ["none", "still"])
    let again = try LabelRecipe.read(yaml: recipe.yaml(), path: "r.yaml")
    #expect(again == recipe)
  }

  private func read(_ yaml: String) throws { _ = try LabelRecipe.read(yaml: yaml, path: "r.yaml") }

  private func expect(_ mistake: Mistake, _ before: String) throws {
    let expected = UnrollError(
      .badData, file: "r.yaml", line: mistake.line, mistake.what, advice: mistake.advice)
    try expectError(expected) { try read(before + mistake.yaml) }
  }
}
