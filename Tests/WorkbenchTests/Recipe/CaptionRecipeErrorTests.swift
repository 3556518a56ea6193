import Diagnostics
import TestSupport
import Testing
import Workbench

@Suite struct CaptionRecipeErrorTests {
  /// The shortest recipe, for tests that add to it from line 3 on.
  private static let short = "task: caption\nframes: {size: 64x64}\n"

  static let ofData: [Mistake] = [
    Mistake(
      yaml: "data:\n  format: xml\n", line: 4, what: "data.format: unknown value xml",
      advice: "give one of tsv, csv, coco, msrvtt, results"),
    Mistake(
      yaml: "data:\n  hold_out: 1\n", line: 4, what: "data.hold_out: 1 is out of range",
      advice: "give a number from 0.0 to less than 1.0"),
    Mistake(
      yaml: "data:\n  hold_out_test: -0.1\n", line: 4, what: "data.hold_out_test: -0.1 is out of range",
      advice: "give a number from 0.0 to less than 1.0"),
    Mistake(
      yaml: "data:\n  max_length: 0\n", line: 4, what: "data.max_length: 0 is out of range",
      advice: "give a whole number from 1 to 100000"),
    Mistake(
      yaml: "data:\n  batch_size: 0\n", line: 4, what: "data.batch_size: 0 is out of range",
      advice: "give a whole number from 1 to 10000"),
    Mistake(
      yaml: "data:\n  level: letter\n", line: 4, what: "data.level: unknown value letter",
      advice: "give one of char, word, subword"),
    Mistake(
      yaml: "data:\n  vocabulary: {joint: true}\n", line: 4,
      what: "data.vocabulary.joint: captions have one side only", advice: "remove it"),
    Mistake(
      yaml: "data:\n  valid: v.txt\n", line: 4, what: "data.valid: the clips to learn from are not named",
      advice: "give train too"),
    Mistake(
      yaml: "data:\n  test: t.txt\n", line: 4, what: "data.test: the clips to learn from are not named",
      advice: "give train too"),
    Mistake(
      yaml: "data:\n  caption: c.tsv\n", line: 4, what: "data.caption: unknown key", advice: "did you mean captions?"),
  ]

  static let ofTheModel: [Mistake] = [
    Mistake(
      yaml: "model:\n  reader: attention\n", line: 4, what: "model.reader: unknown value attention",
      advice: "give one of mean, each, recurrent, s2vt"),
    Mistake(
      yaml: "model:\n  channels: []\n", line: 4, what: "model.channels: there is no layer",
      advice: "give the channels of at least one"),
    Mistake(
      yaml: "model:\n  frozen: true\n", line: 4, what: "model.frozen: an encoder that stays random learns nothing",
      advice: "give pretrained or warm_start, or set frozen to false"),
    Mistake(
      yaml: "model:\n  places: true\n", line: 4, what: "model.places: places are for attention to choose from",
      advice: "set reader to each, or places to false"),
    Mistake(
      yaml: "model:\n  hidden_size: 7\n", line: 4,
      what: "model.hidden_size: 7 is odd, but each direction of the reader has half of it",
      advice: "give an even number"),
    Mistake(
      yaml: "model:\n  reader: mean\n", line: 3, what: "model.attention: of a mean there is nothing to choose",
      advice: "set attention to none, or reader to each"),
    Mistake(
      yaml: "model:\n  reader: mean\n  attention: none\n  bridge: copy\n", line: 6,
      what: "model.bridge: features are not as wide as the decoder's state",
      advice: "set bridge to linear, affine or input"),
    Mistake(
      yaml: "model:\n  reader: each\n  bridge: copy\n", line: 5,
      what: "model.bridge: features are not as wide as the decoder's state",
      advice: "set bridge to linear, affine or input"),
    Mistake(
      yaml: "model:\n  reader: each\n  attention: dot\n", line: 5,
      what: "model.attention: dot compares features with the decoder's state, which has 256 units",
      advice: "set projection_size to 256, or attention to general or additive"),
    Mistake(
      yaml: "model:\n  reader: s2vt\n  layers: 2\n  attention: none\n", line: 4,
      what: "model.reader: s2vt has two layers that read and write, and nothing else",
      advice: "set layers to 2, attention to none and bridge to copy"),
    Mistake(
      yaml: "model: {reader: s2vt, layers: 2, attention: none, bridge: copy, input_feeding: true}\n", line: 3,
      what: "model.input_feeding: there is no attention to feed back",
      advice: "set input_feeding to false or choose an attention"),
    Mistake(
      yaml: "model: {attention: none, bridge: zero}\n", line: 3,
      what: "model.bridge: without attention and without a bridge the decoder never sees the source",
      advice: "set bridge to copy or linear, or choose an attention"),
    Mistake(
      yaml: "model: {layers: 2, attention_placement: next_layer, bridge: input}\n", line: 3,
      what:
        "model.bridge: before its first piece the decoder has nothing to attend with, but next_layer attends at every step",
      advice: "set bridge to linear, copy or zero, or attention_placement to output"),
    Mistake(
      yaml: "model:\n  attention_placement: next_layer\n", line: 4,
      what: "model.attention_placement: next_layer needs a second layer",
      advice: "set layers to 2 or more, or attention_placement to output"),
    Mistake(
      yaml: "model:\n  warm_star: grid-words\n", line: 4, what: "model.warm_star: unknown key",
      advice: "did you mean warm_start?"),
  ]

  static let ofTheRest: [Mistake] = [
    Mistake(
      yaml: "model: {encoder: features}\n", line: 2, what: "frames: model.encoder is features: there are no pictures",
      advice: "remove frames or choose another encoder"),
    Mistake(
      yaml: "augmentation: {mirror: true}\nmodel:\n  frozen: true\n  warm_start: shapes\n", line: 5,
      what: "model.frozen: features are computed once, so pictures cannot change at random",
      advice:
        "remove frames.window, and mirror, brightness and time_masks of augmentation, or set model.frozen to false"),
    Mistake(
      yaml: "augmentation: {splice: 0.5}\n", line: 3, what: "augmentation.splice: a caption is of a whole clip",
      advice: "remove it"),
    Mistake(
      yaml: "training:\n  keep_best: accuracy\n", line: 4, what: "training.keep_best: captions have no accuracy",
      advice: "give loss, bleu, cider or wer"),
    Mistake(
      yaml: "loss: {smoothing: 0.1}\n", line: 3, what: "loss: unknown key",
      advice: "the keys here are task, name, data, frames, augmentation, model, training, search"),
    Mistake(
      yaml: "search:\n  beam_size: 0\n", line: 4, what: "search.beam_size: 0 is out of range",
      advice: "give a whole number from 1 to 1000"),
    Mistake(
      yaml: "search:\n  replace_unknown: true\n", line: 4,
      what: "search.replace_unknown: a clip has no words to put in their place", advice: "remove it"),
  ]

  @Test(arguments: ofData + ofTheModel + ofTheRest) func mistakes(_ mistake: Mistake) throws {
    let expected = UnrollError(.badData, file: "r.yaml", line: mistake.line, mistake.what, advice: mistake.advice)
    try expectError(expected) { try read(Self.short + mistake.yaml) }
  }

  @Test func featuresHaveNoEncoder() throws {
    for (model, key) in [
      ("pretrained: a.safetensors", "pretrained"), ("frozen: true", "frozen"), ("places: true, reader: each", "places"),
    ] {
      try expectError(
        UnrollError(
          .badData, file: "r.yaml", line: 2, "model.\(key): there is no encoder: frames come as features",
          advice: "remove it or choose an encoder")
      ) { try read("task: caption\nmodel: {encoder: features, \(model)}\n") }
    }
  }

  @Test func anEncoderOfPicturesNeedsFrames() throws {
    let error = try unrollError { try read("task: caption\n") }
    #expect(
      error.description.contains("frames: model.encoder is small, which needs to know how frames are shown to it"))
  }

  @Test func otherTasksHaveOtherScores() throws {
    for (score, what) in [("wer", "translations have no wer"), ("cider", "translations have no cider")] {
      #expect(try recipeError(shortRecipe + "training: {keep_best: \(score)}\n").what.hasSuffix(what))
    }
    let error = try unrollError {
      _ = try LabelRecipe.read(
        yaml: "task: label\ndata: {}\nframes: {size: 64x64}\ntraining: {keep_best: wer}\n", path: "r.yaml")
    }
    #expect(error.what == "training.keep_best: labels have no wer")
  }

  /// Every key is written out: what follows from another must not contradict it when it is read again.
  @Test(arguments: [
    [], ["model.reader=mean", "model.attention=none"], ["model.reader=each", "model.places=true"],
    ["model.reader=s2vt", "model.layers=2", "model.attention=none", "model.bridge=copy"],
    ["model.encoder=features", "frames=null"], ["model.frozen=true", "model.warm_start=shapes"],
    ["model.reader=mean", "model.attention=none", "model.hidden_size=7", "model.bridge=affine", "model.cell=rnn"],
    ["model.reader=each", "model.attention=dot", "model.projection_size=256"],
  ])
  func everyChoiceIsWrittenAndRead(_ overrides: [String]) throws {
    let recipe = try CaptionRecipe.read(yaml: Self.short, path: "r.yaml", overrides: overrides)
    #expect(try CaptionRecipe.read(yaml: recipe.yaml(), path: "r.yaml") == recipe)
  }

  @Test func whatIsWrittenIsRead() throws {
    let recipe = try CaptionRecipe.read(yaml: fullCaptionRecipe, path: "r.yaml")
    #expect(recipe.data.format == .csv && recipe.model.warmStart == "grid-words" && recipe.model.reader == .each)
    #expect(recipe.data.featureCache == "features" && recipe.training.keepBest == .cider)
    #expect(try CaptionRecipe.read(yaml: recipe.yaml(), path: "r.yaml") == recipe)
  }

  private func read(_ yaml: String) throws { _ = try CaptionRecipe.read(yaml: yaml, path: "r.yaml") }
}
