import Foundation
import Workbench

/// The digest of the three bytes `abc`, from FIPS 180-4's example.
let digestOfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/// A whole description; its line numbers are used by the tests.
let fullDescription = """
  format: 1
  task: translate
  model:
    cell: lstm
    layers: 2
    hidden_size: 512
    embedding_size: 256
    tie_embeddings: none
    bidirectional: true
    attention: general
    attention_placement: output
    input_feeding: false
    bridge: copy
    dropout: 0.2
    variational_dropout: 0.0
    recurrent_dropout: 0.0
    layer_normalization: false
    word_dropout: 0.0
    residual: false
    reverse_source: false
    warm_start: null
  source:
    language: en
    level: subword
    normalization: nfc
    vocabulary: pieces.model
    vocabulary_size: 8000
  target:
    language: fr
    level: subword
    normalization: nfc
    vocabulary: pieces.model
    vocabulary_size: 8000
  search:
    beam_size: 5
    n_best: 1
    length_penalty: gnmt
    alpha: 1.0
    coverage_penalty: 0.0
    max_length: 200
    max_length_ratio: 2.0
    max_source_length: 50
    min_length: 0
    no_repeat_ngram_size: 0
    repetition_penalty: 1.0
    forbid_unknown: false
    replace_unknown: false
    temperature: 1.0
    top_k: 0
    top_p: 1.0
  provenance:
    recipe: tatoeba-en-fr
    data:
    - name: train data.tsv.gz
      bytes: 3
      sha256: \(digestOfABC)
    seed: 1
    steps: 20000
    scores:
      valid_loss: 1.5
      test_bleu: 34.25
    unroll: "0.1.0"
    date: "2026-11-21"
  files:
  - name: pieces.model
    bytes: 3
    sha256: \(digestOfABC)
  - name: weights.safetensors
    bytes: 3
    sha256: \(digestOfABC)

  """

/// Makes a model folder whose weights and vocabulary hold `abc`.
func makeModel(_ folder: URL, description: String = fullDescription) throws {
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for name in ["weights.safetensors", "pieces.model"] {
    try Data("abc".utf8).write(to: folder.appending(path: name))
  }
  try Data(description.utf8).write(to: folder.appending(path: "model.yaml"))
}
