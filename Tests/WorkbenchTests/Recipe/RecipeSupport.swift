import Diagnostics
import Testing
import Workbench

/// The shortest recipe that is complete, for tests that add to it. `model:` would be on line 7.
let shortRecipe = """
  task: translate
  data:
    train: train.tsv
    valid: valid.tsv
    source: {language: en}
    target: {language: fr}

  """

/// A recipe in which every key is written out, with no value that is its default, each leaf on a line of its own.
let fullRecipe = """
  task: translate
  name: everything
  data:
    train:
      source: train.en.gz
      target: train.fr.gz
    valid: valid.tsv
    test: test.tsv
    columns: [target, _, source]
    source:
      language: en
      level: char
      vocabulary:
        type: bpe
        size: 100
        character_coverage: 0.98
        normalization_rule_name: nfkc
        joint: false
        file: en.model
        minimum_frequency: 3
      embeddings: en.vec
      freeze_embeddings: true
    target:
      language: pt-BR
      level: word
      vocabulary:
        type: unigram
        size: 200
        character_coverage: 0.97
        normalization_rule_name: identity
        joint: false
        file: "1.model"
        minimum_frequency: 4
      embeddings: pt.vec.gz
      freeze_embeddings: true
    level: word
    vocabulary:
      type: bpe
      size: 300
      character_coverage: 1.0
      normalization_rule_name: nfkc_cf
      joint: false
      file: null
      minimum_frequency: 2
    sampling: null
    max_length: 50
    batch_size: 4000
    batch_type: token
    bucket_size: 1000
    skip_bad_lines: true
  model:
    cell: gru_reset_after
    layers: 3
    hidden_size: 64
    embedding_size: 32
    tie_embeddings: target
    bidirectional: false
    attention: additive
    attention_placement: next_layer
    input_feeding: false
    bridge: linear
    dropout: 0.1
    variational_dropout: 0.25
    recurrent_dropout: 0.0
    layer_normalization: false
    word_dropout: 0.05
    residual: true
    reverse_source: true
    warm_start: tatoeba-en-fr
  training:
    optimizer: sgd
    learning_rate: 1.0
    adam:
      beta1: 0.8
      beta2: 0.98
      epsilon: 1.0e-09
    adagrad:
      epsilon: 1.0e-09
    rmsprop:
      alpha: 0.9
      epsilon: 1.0e-09
    adadelta:
      rho: 0.95
      epsilon: 1.0e-07
    momentum: 0.9
    nesterov: true
    weight_decay: 0.01
    schedule: plateau
    warmup: 100
    decay_factor: 0.6
    decay_every: 700
    plateau_factor: 0.7
    plateau_patience: 4
    minimum_learning_rate: 1.0e-05
    gradient_clip_norm: 5.0
    gradient_clip_value: 0.5
    accumulate: 4
    freeze: [encoder.embedding]
    scheduled_sampling:
      schedule: exponential
      k: 100.0
      base: 0.6
      share: 0.4
      sampled: true
    label_smoothing: 0.1
    average_decay: 0.99
    epochs: 20
    steps: 9000
    validate_every: 500
    log_every: 50
    tensorboard: false
    checkpoint_every: 250
    keep_checkpoints: 5
    patience: 6
    keep_best: bleu
    weights: half
    seed: 42
    threads: 2
  search:
    beam_size: 8
    n_best: 4
    length_penalty: average
    alpha: 0.7
    coverage_penalty: 0.3
    max_length: 80
    max_length_ratio: 2.5
    max_source_length: 30
    min_length: 2
    no_repeat_ngram_size: 3
    repetition_penalty: 1.2
    forbid_unknown: true
    replace_unknown: false
    temperature: 0.8
    top_k: 40
    top_p: 0.9

  """

/// The same for captions.
let fullCaptionRecipe = """
  task: caption
  name: everything
  data:
    captions: captions.csv
    format: csv
    clips: images
    train: lists/train.txt
    valid: lists/valid.txt
    test: lists/test.txt
    hold_out: 0.2
    hold_out_test: 0.3
    language: pt-BR
    level: subword
    vocabulary:
      type: bpe
      size: 300
      character_coverage: 1.0
      normalization_rule_name: nfkc_cf
      joint: false
      file: words.model
      minimum_frequency: 2
    max_length: 50
    batch_size: 40
    cache_megabytes: 100
    feature_cache: features
  frames:
    crop: 200x100+20+10
    size: 64x48
    fit: pad
    window: 56x40
    color: gray
    differences: true
    normalization: signed
    every: 2
  augmentation:
    mirror: true
    brightness: 0.1
    time_masks: 2
    time_mask_frames: 5
    noise: 0.5
    feature_shift: 0.2
    feature_gain: 0.3
    time_warp: 0.4
    splice: 0
    mixup: 0
  model:
    encoder: resnet18
    channels: [8, 16]
    pretrained: weights.safetensors
    warm_start: grid-words
    chunk: 64
    frozen: false
    places: true
    projection_size: 32
    reader: each
    cell: gru
    layers: 3
    hidden_size: 64
    embedding_size: 32
    tie_embeddings: target
    bidirectional: false
    attention: additive
    attention_placement: next_layer
    input_feeding: false
    bridge: affine
    dropout: 0.1
    variational_dropout: 0.25
    recurrent_dropout: 0.0
    layer_normalization: false
    word_dropout: 0.05
  training:
    optimizer: sgd
    learning_rate: 1.0
    adam:
      beta1: 0.8
      beta2: 0.98
      epsilon: 1.0e-09
    adagrad:
      epsilon: 1.0e-09
    rmsprop:
      alpha: 0.9
      epsilon: 1.0e-09
    adadelta:
      rho: 0.95
      epsilon: 1.0e-07
    momentum: 0.9
    nesterov: true
    weight_decay: 0.01
    schedule: plateau
    warmup: 100
    decay_factor: 0.6
    decay_every: 700
    plateau_factor: 0.7
    plateau_patience: 4
    minimum_learning_rate: 1.0e-05
    gradient_clip_norm: 5.0
    gradient_clip_value: 0.5
    accumulate: 4
    freeze: [encoder.embedding]
    scheduled_sampling:
      schedule: exponential
      k: 100.0
      base: 0.6
      share: 0.4
      sampled: true
    label_smoothing: 0.1
    average_decay: 0.99
    epochs: 20
    steps: 9000
    validate_every: 500
    log_every: 50
    tensorboard: false
    checkpoint_every: 250
    keep_checkpoints: 5
    patience: 6
    keep_best: cider
    weights: half
    seed: 42
    threads: 2
  search:
    beam_size: 8
    n_best: 4
    length_penalty: average
    alpha: 0.7
    coverage_penalty: 0.3
    max_length: 80
    max_length_ratio: 2.5
    max_source_length: 30
    min_length: 2
    no_repeat_ngram_size: 3
    repetition_penalty: 1.2
    forbid_unknown: true
    replace_unknown: false
    temperature: 0.8
    top_k: 40
    top_p: 0.9

  """

/// The error that `body` ends in, which must be an `UnrollError`.
func unrollError(_ body: () throws -> Void) throws -> UnrollError {
  do {
    try body()
  } catch let error as UnrollError {
    return error
  }
  Issue.record("expected an error")
  throw CancellationError()
}

/// The error that a recipe ends in; errors call the file `r.yaml`.
func recipeError(_ yaml: String, set overrides: [String] = []) throws -> UnrollError {
  try unrollError { _ = try TranslationRecipe.read(yaml: yaml, path: "r.yaml", overrides: overrides) }
}

/// Expects `body` to end in exactly this error.
func expectError(
  _ expected: UnrollError, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) throws {
  #expect(try unrollError(body) == expected, sourceLocation: sourceLocation)
}
