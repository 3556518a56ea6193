import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// One mistake: what is added to the short recipe from line 7 on, and the message that it must end in.
struct Mistake: CustomTestStringConvertible {
  var yaml: String
  var line: Int?
  var what: String
  var advice: String?
  var testDescription: String { what }
}

@Suite struct RecipeErrorTests {
  static let values: [Mistake] = [
    Mistake(
      yaml: "model:\n  layers: 2\n  hiden_size: 4\n", line: 9, what: "model.hiden_size: unknown key",
      advice: "did you mean hidden_size?"),
    Mistake(yaml: "modle: {}\n", line: 7, what: "modle: unknown key", advice: "did you mean model?"),
    Mistake(
      yaml: "training:\n  adam:\n    gamma: 1\n", line: 9, what: "training.adam.gamma: unknown key",
      advice: "the keys here are beta1, beta2, epsilon"),
    Mistake(
      yaml: "model: {<<: 1}\n", line: 7, what: "model.<<: unknown key",
      advice:
        "the keys here are cell, layers, hidden_size, embedding_size, tie_embeddings, bidirectional, attention, "
        + "attention_placement, input_feeding, bridge, dropout, variational_dropout, recurrent_dropout, layer_normalization, word_dropout, "
        + "residual, reverse_source, warm_start"),
    Mistake(
      yaml: "model:\n  layers: two\n", line: 8, what: "model.layers: expected a whole number, found two",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers: \"2\"\n", line: 8, what: "model.layers: expected a whole number, found \"2\"",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers: 2.5\n", line: 8, what: "model.layers: expected a whole number, found 2.5",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers: 99999999999999999999\n", line: 8,
      what: "model.layers: expected a whole number, found 99999999999999999999",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers:\n    - 1\n", line: 8, what: "model.layers: expected a whole number, found a list",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers:\n", line: 8, what: "model.layers: expected a whole number, found nothing",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  layers: 0\n", line: 8, what: "model.layers: 0 is out of range",
      advice: "give a whole number from 1 to 64"),
    Mistake(
      yaml: "model:\n  dropout: 1\n", line: 8, what: "model.dropout: 1 is out of range",
      advice: "give a number from 0.0 to less than 1.0"),
    Mistake(
      yaml: "model:\n  dropout: .nan\n", line: 8, what: "model.dropout: expected a number, found .nan",
      advice: "give a number from 0.0 to less than 1.0"),
    Mistake(
      yaml: "training:\n  learning_rate: inf\n", line: 8, what: "training.learning_rate: expected a number, found inf",
      advice: "give a number greater than 0.0"),
    Mistake(
      yaml: "training:\n  learning_rate: 0x10\n", line: 8,
      what: "training.learning_rate: expected a number, found 0x10",
      advice: "give a number greater than 0.0"),
    Mistake(
      yaml: "training:\n  learning_rate: 1e999\n", line: 8,
      what: "training.learning_rate: expected a number, found 1e999", advice: "give a number greater than 0.0"),
    Mistake(
      yaml: "training:\n  learning_rate: -1e-3\n", line: 8, what: "training.learning_rate: -1e-3 is out of range",
      advice: "give a number greater than 0.0"),
    Mistake(
      yaml: "training:\n  plateau_factor: 1.5\n", line: 8, what: "training.plateau_factor: 1.5 is out of range",
      advice: "give a number greater than 0.0, at most 1.0"),
    Mistake(
      yaml: "training:\n  seed: -1\n", line: 8, what: "training.seed: -1 is out of range",
      advice: "give a whole number of 0 or more"),
    Mistake(
      yaml: "model:\n  bidirectional: yes\n", line: 8, what: "model.bidirectional: expected true or false, found yes",
      advice: "write true or false"),
    Mistake(
      yaml: "model:\n  cell: lsmt\n", line: 8, what: "model.cell: unknown value lsmt", advice: "did you mean lstm?"),
    Mistake(
      yaml: "model:\n  bridge: none\n", line: 8, what: "model.bridge: unknown value none",
      advice: "give one of linear, affine, input, copy, zero"),
    Mistake(
      yaml: "model:\n  cell: [lstm]\n", line: 8, what: "model.cell: expected a word, found a list",
      advice: "give one of lstm, gru, gru_reset_after, rnn, rnn_relu"),
    Mistake(yaml: "model: lstm\n", line: 7, what: "model: expected keys with values, found lstm"),
    Mistake(yaml: "model: [1]\n", line: 7, what: "model: expected keys with values, found a list"),
    Mistake(
      yaml: "name: ../up\n", line: 7, what: "name: ../up cannot be used as the name of a run",
      advice: "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"),
    Mistake(yaml: "name: {}\n", line: 7, what: "name: expected the name of a run, found keys with values"),
    Mistake(yaml: "  test: ''\n", line: 7, what: "data.test: expected a file name, found \"\""),
    Mistake(
      yaml: "  test: [a, b]\n", line: 7, what: "data.test: expected a file name, found a list",
      advice: "write {source: FILE, target: FILE} for two files"),
    Mistake(
      yaml: "  test:\n    source: a\n", line: 7, what: "data.test.target: required key is missing",
      advice: "add target under data.test"),
    Mistake(
      yaml: "  columns: source\n", line: 7, what: "data.columns: expected a list, found source",
      advice: "write [first, second]"),
    Mistake(
      yaml: "  columns:\n    - source\n    - tagret\n", line: 9, what: "data.columns: unknown value tagret",
      advice: "did you mean target?"),
  ]

  static let rules: [Mistake] = [
    Mistake(
      yaml: "  columns: [source, _]\n", line: 7, what: "data.columns: must name target exactly once",
      advice: "write [source, target], or [target, source] for the other direction"),
    Mistake(
      yaml: "  columns: [source, source, target]\n", line: 7, what: "data.columns: must name source exactly once",
      advice: "write [source, target], or [target, source] for the other direction"),
    Mistake(
      yaml: "  vocabulary: {file: v.model}\n", line: 7,
      what: "data.vocabulary.file: one file for both sides although joint is false",
      advice: "set joint to true, or give source.vocabulary.file and target.vocabulary.file"),
    Mistake(
      yaml: "model:\n  hidden_size: 5\n", line: 8,
      what: "model.hidden_size: 5 is odd, but each direction of the encoder has half of it",
      advice: "give an even number"),
    Mistake(
      yaml: "model:\n  attention: none\n  input_feeding: true\n", line: 9,
      what: "model.input_feeding: there is no attention to feed back",
      advice: "set input_feeding to false or choose an attention"),
    Mistake(
      yaml: "model:\n  attention: none\n  attention_placement: next_layer\n", line: 9,
      what: "model.attention_placement: there is no attention to place",
      advice: "remove attention_placement or choose an attention"),
    Mistake(
      yaml: "model:\n  bridge: zero\n  attention: none\n", line: 8,
      what: "model.bridge: without attention and without a bridge the decoder never sees the source",
      advice: "set bridge to copy or linear, or choose an attention"),
    Mistake(
      yaml: "model:\n  bridge: input\n  attention_placement: next_layer\n", line: 8,
      what: "model.bridge: before its first piece the decoder has nothing to attend with, but next_layer attends at "
        + "every step", advice: "set bridge to linear, copy or zero, or attention_placement to output"),
    Mistake(
      yaml: "model:\n  layers: 1\n  attention_placement: next_layer\n", line: 9,
      what: "model.attention_placement: next_layer needs a second layer",
      advice: "set layers to 2 or more, or attention_placement to output"),
    Mistake(
      yaml: "model:\n  input_feeding: true\n  attention_placement: next_layer\n", line: 8,
      what: "model.input_feeding: input feeding goes with attention_placement output",
      advice: "set one of the two differently"),
    Mistake(
      yaml: "model:\n  layers: 1\n  residual: true\n", line: 9,
      what: "model.residual: there is no second layer to add to",
      advice: "set layers to 2 or more, or residual to false"),
    Mistake(
      yaml: "model:\n  cell: gru\n  recurrent_dropout: 0.1\n", line: 9,
      what: "model.recurrent_dropout: gru has no candidates that an LSTM has",
      advice: "set cell to lstm, or use variational_dropout"),
    Mistake(
      yaml: "  level: char\n  sampling: {}\n", line: 8, what: "data.sampling: neither side is cut into subwords",
      advice: "set level to subword or remove sampling"),
    Mistake(
      yaml: "model:\n  cell: gru\n  layer_normalization: true\n", line: 9,
      what: "model.layer_normalization: gru has no layer normalisation",
      advice: "set cell to lstm, or layer_normalization to false"),
    Mistake(
      yaml: "model:\n  tie_embeddings: all\n", line: 8,
      what: "model.tie_embeddings: all embeddings can be one only where both sides have one vocabulary",
      advice: "set data.vocabulary.joint to true, or tie_embeddings to target"),
    Mistake(
      yaml: "training:\n  epochs: null\n", line: 8, what: "training.epochs: training would never end",
      advice: "give epochs or steps"),
    Mistake(
      yaml: "training:\n  minimum_learning_rate: 0.1\n", line: 8,
      what: "training.minimum_learning_rate: 0.1 is above learning_rate, which is 0.001",
      advice: "give a smaller minimum_learning_rate"),
    Mistake(
      yaml: "training:\n  keep_best: accuracy\n", line: 8, what: "training.keep_best: translations have no accuracy",
      advice: "give loss or bleu"),
    Mistake(
      yaml: "training:\n  momentum: 0.9\n", line: 8, what: "training.momentum: adam has no momentum",
      advice: "remove it or set adam.beta1"),
    Mistake(
      yaml: "training:\n  optimizer: adagrad\n  momentum: 0.9\n", line: 9,
      what: "training.momentum: adagrad has no momentum", advice: "remove it"),
    Mistake(
      yaml: "training:\n  nesterov: true\n", line: 8, what: "training.nesterov: only sgd with momentum can look ahead",
      advice: "set optimizer to sgd and momentum to 0.9, or remove it"),
    Mistake(
      yaml: "training:\n  schedule: one_cycle\n  warmup: 10\n", line: 9,
      what: "training.warmup: one_cycle has a warm-up of its own", advice: "remove warmup"),
    Mistake(
      yaml: "search:\n  beam_size: 2\n  n_best: 3\n", line: 9,
      what: "search.n_best: 3 is more than beam_size, which is 2", advice: "give a larger beam_size or a smaller n_best"
    ),
    Mistake(
      yaml: "search:\n  min_length: 201\n", line: 8,
      what: "search.min_length: 201 is more than max_length, which is 200",
      advice: "give a smaller min_length"),
    Mistake(
      yaml: "search:\n  top_p: 0\n", line: 8, what: "search.top_p: 0 is out of range",
      advice: "give a number greater than 0.0, at most 1.0"),
    Mistake(
      yaml: "search:\n  coverage_penalty: 0.2\nmodel:\n  attention: none\n", line: 8,
      what: "search.coverage_penalty: model.attention is none", advice: "remove one of the two"),
    Mistake(
      yaml: "search:\n  replace_unknown: true\n", line: 8,
      what: "search.replace_unknown: only whole words can be put in the place of others",
      advice: "set data.level to word, or remove it"),
    Mistake(
      yaml: "search:\n  forbid_unknown: true\n  replace_unknown: true\n", line: 9,
      what: "search.replace_unknown: forbid_unknown leaves nothing to replace", advice: "remove one of the two"),
  ]

  static let syntax: [Mistake] = [
    Mistake(
      yaml: "model:\n  layers: 2\n  hidden_size: 4\n  layers: 3\n", line: 10, what: "model.layers: key given twice",
      advice: "it was first given on line 8; remove one of the two"),
    Mistake(
      yaml: "model:\n  layers: 2\nmodel:\n  layers: 2\n", line: 9, what: "model: key given twice",
      advice: "it was first given on line 7; remove one of the two"),
    Mistake(
      yaml: "training:\n  # layers: 2\n  adam:\n    beta1: 0.5\n    \"beta1\" : 0.5\n", line: 11,
      what: "training.adam.beta1: key given twice", advice: "it was first given on line 10; remove one of the two"),
    Mistake(
      yaml: "model: {layers: 2, layers: 3}\n", line: 7, what: "layers: key given twice",
      advice: "it was first given on line 7; remove one of the two"),
    Mistake(
      yaml: "model:\n  layers: 2: 3\n", line: 8,
      what: "not valid YAML: mapping values are not allowed in this context",
      advice: "check the indentation, colons and quotes near this line"),
    Mistake(
      yaml: "model: [1\n", line: 8,
      what: "not valid YAML: while parsing a flow sequence did not find expected ',' or ']'",
      advice: "check the indentation, colons and quotes near this line"),
    Mistake(
      yaml: "model: *layers\n", line: 7, what: "not valid YAML: found undefined alias",
      advice: "check the indentation, colons and quotes near this line"),
    Mistake(
      yaml: "name: a\u{1}b\n", line: 7, what: "not valid YAML: control characters are not allowed",
      advice: "check the indentation, colons and quotes near this line"),
    Mistake(
      yaml: "---\nname: second\n", line: 7,
      what: "not valid YAML: expected a single document in the stream but found another document",
      advice: "check the indentation, colons and quotes near this line"),
    Mistake(
      yaml: "? [a, b]\n: 1\n", line: 7, what: "a key must be one word, found a list or keys with values"),
  ]

  @Test(arguments: values + rules + syntax)
  func aMistakeIsOneErrorWithItsLine(mistake: Mistake) throws {
    let error = try recipeError(shortRecipe + mistake.yaml)
    #expect(error == UnrollError(.badData, file: "r.yaml", line: mistake.line, mistake.what, advice: mistake.advice))
  }

  @Test(arguments: [
    Mistake(yaml: "", line: nil, what: "the file is empty", advice: "expected keys with values"),
    Mistake(yaml: "# nothing\n\n", line: nil, what: "the file is empty", advice: "expected keys with values"),
    Mistake(yaml: "---\n", line: nil, what: "the file is empty", advice: "expected keys with values"),
    Mistake(yaml: "\n- task: translate\n", line: 2, what: "expected keys with values, found a list"),
    Mistake(yaml: "translate\n", line: 1, what: "expected keys with values, found translate"),
    Mistake(yaml: "name: a\n", line: nil, what: "task: required key is missing", advice: "add task at the top level"),
    Mistake(
      yaml: "task: translate\n", line: nil, what: "data: required key is missing", advice: "add data at the top level"),
    Mistake(
      yaml: "task: translate\ndata:\n  valid: v\n", line: 2, what: "data.train: required key is missing",
      advice: "add train under data"),
    Mistake(
      yaml: "task: label\n", line: 1, what: "task: the task is label, and translate is wanted here",
      advice: "name another file, or use unroll label"),
    Mistake(
      yaml: shortRecipe.replacing("language: fr", with: "language: en"), line: 6,
      what: "data.target.language: source and target are both en", advice: "give the two sides different codes"),
    Mistake(
      yaml: shortRecipe.replacing("fr}", with: "fr, vocabulary: {size: 9}}") + "  vocabulary: {joint: true}\n", line: 6,
      what: "data.target.vocabulary: given although data.vocabulary.joint is true",
      advice: "set joint to false or remove target.vocabulary"),
    Mistake(
      yaml: shortRecipe.replacing("fr}", with: "fr, vocabulary: {joint: true}}"), line: 6,
      what: "data.target.vocabulary.joint: one side cannot share its vocabulary",
      advice: "set data.vocabulary.joint instead"),
    Mistake(
      yaml: shortRecipe.replacing("fr}", with: "fr, level: char}") + "  vocabulary: {joint: true}\n", line: 7,
      what: "data.vocabulary.joint: source is cut into subword and target into char",
      advice: "set joint to false or give both the same level"),
  ])
  func aMistakeOfTheWholeFileIsOneError(mistake: Mistake) throws {
    let error = try recipeError(mistake.yaml)
    #expect(error == UnrollError(.badData, file: "r.yaml", line: mistake.line, mistake.what, advice: mistake.advice))
  }

  @Test func theMessageReadsAsOneLine() throws {
    let error = try recipeError(shortRecipe + "model:\n  hiden_size: 4\n")
    #expect(error.description == "r.yaml:8: model.hiden_size: unknown key; did you mean hidden_size?")
  }

  @Test func nestingWithoutEndIsAnError() throws {
    let error = try recipeError(shortRecipe + "name: " + String(repeating: "[", count: 100_000))
    #expect(error.kind == .badData && error.line == 7)
  }

  @Test func anchorsThatMultiplyAreAnError() throws {
    var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in 1...8 { yaml += "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", "))]\n" }
    let error = try recipeError(yaml)
    #expect(error.what == "more than 100000 values")
  }

  @Test func aMissingFileIsNoInput() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "none.yaml")
      let error = try unrollError { _ = try TranslationRecipe.read(from: url) }
      #expect(
        error
          == UnrollError(
            .noInput, file: url.path, "cannot read the file: no such file or directory", advice: "check the path"))
    }
  }

  @Test func aFolderIsNoInput() throws {
    try temporaryFolder { folder in
      let error = try unrollError { _ = try TranslationRecipe.read(from: folder) }
      #expect(error == UnrollError(.noInput, file: folder.path, "is not a regular file", advice: "name a file"))
    }
  }

  @Test func bytesThatAreNotUTF8AreAnErrorWithTheirLine() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "latin1.yaml")
      try (Data("task: translate\n# caf".utf8) + [0xE9, 0x0A]).write(to: url)
      let error = try unrollError { _ = try TranslationRecipe.read(from: url) }
      #expect(error == UnrollError(.badData, file: url.path, line: 2, "not UTF-8", advice: "save the file as UTF-8"))
    }
  }

  @Test func aFileOfAnotherKindIsAnError() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "weights.yaml")
      try Data(count: 2_000_000).write(to: url)
      let error = try unrollError { _ = try TranslationRecipe.read(from: url) }
      #expect(
        error == UnrollError(.badData, file: url.path, "too large (2000000 bytes) for a YAML file of settings"))
    }
  }
}
