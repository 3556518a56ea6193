import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import TextIO
import Workbench

/// Networks of PyTorch become models that give PyTorch's numbers (Fixtures/import/make.py).
@Suite struct ModelImportTests {
  private static let tolerance: Float = 1e-5

  /// The mapping that docs/import has, with the sizes of the fixture.
  static func mapping() throws -> String {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: package.appending(path: "docs/import/torch-seq2seq.yaml"), encoding: .utf8)
      .replacing("hidden_size: 512 ", with: "hidden_size: 6 ").replacing(
        "embedding_size: 256", with: "embedding_size: 5"
      )
      .replacing("spm.model}", with: "words.vocab}")
  }

  private static let other = """
    task: translate
    name: other
    model: {layers: 1, hidden_size: 6, embedding_size: 5, attention: general, bridge: linear}
    source: {language: a, vocabulary: words.vocab}
    target: {language: b, vocabulary: words.vocab}
    tensors:
      encoder.embedding.weight: {tensor: reader.table, rows: [[2, 20]]}
      encoder.rnn.weight_ih_l0: {tensor: forward.kernel, transpose: true, gates: [i, o, f, g]}
      encoder.rnn.weight_hh_l0: {tensor: forward.recurrent, transpose: true, gates: [i, o, f, g]}
      encoder.rnn.bias_ih_l0: {tensor: forward.bias, gates: [i, o, f, g]}
      encoder.rnn.bias_hh_l0: {zeros: true}
      encoder.rnn.weight_ih_l0_reverse: {tensor: backward.kernel, transpose: true, gates: [i, o, f, g]}
      encoder.rnn.weight_hh_l0_reverse: {tensor: backward.recurrent, transpose: true, gates: [i, o, f, g]}
      encoder.rnn.bias_ih_l0_reverse: {tensor: backward.bias, gates: [i, o, f, g]}
      encoder.rnn.bias_hh_l0_reverse: {zeros: true}
      decoder.embedding.weight: writer.table
      decoder.rnn.weight_ih_l0: {tensor: writer.kernel, transpose: true, gates: [i, o, f, g]}
      decoder.rnn.weight_hh_l0: {tensor: writer.recurrent, transpose: true, gates: [i, o, f, g]}
      decoder.rnn.bias_ih_l0: {tensor: writer.bias, gates: [i, o, f, g]}
      decoder.rnn.bias_hh_l0: {zeros: true}
      decoder.bridge.h_l0.weight: {tensor: bh.kernel, transpose: true, columns: [[3, 6], [0, 3]]}
      decoder.bridge.h_l0: bh
      decoder.bridge.c_l0.weight: {tensor: bc.kernel, transpose: true, columns: [[3, 6], [0, 3]]}
      decoder.bridge.c_l0: bc
      decoder.attention.key.weight: {tensor: wa, columns: [[3, 6], [0, 3]]}
      decoder.combine.weight: {tensor: wc.kernel, transpose: true, columns: [[6, 12], [3, 6], [0, 3]]}
      decoder.combine.bias: wc.bias
      decoder.output.weight: {tensor: out.kernel, transpose: true}
      decoder.output.bias: {sum: [out.bias, out.shift]}
    unused: [optimizer]

    """

  private static let plain = """
    task: translate
    name: plain
    model:
      cell: gru_reset_after
      layers: 1
      hidden_size: 6
      embedding_size: 5
      bidirectional: false
      attention: none
    source: {language: a, vocabulary: words.vocab}
    target: {language: b, vocabulary: words.vocab}
    tensors:
      encoder.embedding: es
      encoder.rnn: {tensor: enc, gates: [z, r, n]}
      decoder.embedding: et
      decoder.rnn: {tensor: dec, gates: [z, r, n]}
      decoder.output: out

    """

  /// Imports `Fixtures/import/WEIGHTS` by a mapping, and opens the model folder that was written.
  @discardableResult
  private func imported<Result>(
    _ weights: String, _ mapping: String,
    _ body: (TranslationModel, ModelFolder<TranslationDescription>) throws -> Result
  ) throws -> Result {
    try temporaryFolder { folder in
      let fixture = try Fixture("import")
      let file = folder.appending(path: "mapping.yaml")
      try mapping.write(to: file, atomically: true, encoding: .utf8)
      let output = folder.appending(path: "model")
      try ModelImport(fixture.url(weights), mapping: file, source: fixture.folder).write(to: output)
      let opened = try ModelFolder<TranslationDescription>.open(output)
      return try body(TranslationModel(opened), opened)
    }
  }

  private var outputs: [JSONValue] {
    get throws {
      guard case .array(let outputs) = try JSONReader.read(Array(Fixture("import").data("outputs.json"))) else {
        return []
      }
      return outputs
    }
  }

  private func expectLogits(_ model: TranslationModel, _ key: String) throws {
    for output in try outputs {
      guard case .string(let source)? = output["source"], case .string(let target)? = output["target"],
        case .array(let rows)? = output[key]
      else {
        Issue.record("no sentence pair")
        continue
      }
      let (read, written) = (model.vocabularies.source, model.vocabularies.target)
      let logits = Workers.shared.run {
        model.network.logits(
          source: TokenBatch([read.encode(source) + [read.special.end]], padding: read.special.pad),
          input: TokenBatch([[written.special.begin] + written.encode(target)], padding: written.special.pad), on: nil)
      }
      let expected = rows.flatMap(\.numbers)
      #expect(logits.values.count == expected.count)
      expectClose(logits.values, expected, tolerance: Self.tolerance, "\(key) of \(source)")
    }
  }

  @Test func theNetworkOfThePeerGivesItsNumbers() throws {
    try imported("network.safetensors", Self.mapping()) { model, folder in
      try expectLogits(model, "logits")
      var options = SearchOptions(folder.description.search, target: model.vocabularies.target.special)
      options.nBest = 5
      #expect(options.lengthPenalty == .average)
      for output in try outputs {
        guard case .string(let source)? = output["source"], case .array(let best)? = output["best"] else { continue }
        let found = try model.translate([source], options: options)[0]
        #expect(best.count == 5)
        #expect(found.map(\.text) == best.compactMap { $0["text"]?.text })
        expectClose(
          found.map(\.score), best.flatMap { [$0["score"] ?? .null].flatMap(\.numbers) }, tolerance: Self.tolerance,
          source)
      }
    }
  }

  @Test func otherWaysToStoreItGiveTheSame() throws {
    try imported("other.safetensors", Self.other) { model, _ in try expectLogits(model, "logits") }
  }

  @Test func gatesOfAGRUAreBroughtInOrder() throws {
    try imported("gru.safetensors", Self.plain) { model, _ in try expectLogits(model, "gru_logits") }
  }

  @Test func theModelSaysWhereItComesFrom() throws {
    try imported("other.safetensors", Self.other) { _, folder in
      let provenance = folder.description.provenance
      #expect(provenance.recipe == "other")
      #expect(provenance.data.map(\.name) == ["other.safetensors", "mapping.yaml"])
      #expect(folder.description.source.level == .word)
      #expect(folder.description.source.vocabulary == folder.description.target.vocabulary)
    }
  }

  // MARK: Mistakes

  /// What a mapping says with `old` replaced by `new`, as the one error that importing by it gives.
  private func error(_ old: String, _ new: String, in mapping: String, of weights: String) throws -> UnrollError? {
    #expect(mapping.contains(old), "\(old)")
    do {
      try imported(weights, mapping.replacing(old, with: new)) { _, _ in Issue.record("\(new) passed") }
      return nil
    } catch let error as UnrollError {
      return error
    }
  }

  @Test(arguments: [
    (
      "  encoder.rnn: enc ", "  encoder.rn: enc ",
      "tensors.encoder.rn: the model has no such parameter; did you mean encoder.rnn?"
    ),
    (
      "  decoder.output: out\n", "",
      "tensors: nothing says what decoder.output.weight is made from; add decoder.output.weight: TENSOR, with one of out."
    ),
    (
      ": enc ", ": encc ",
      "tensors.encoder.rnn: network.safetensors has no tensor 'encc.weight_ih_l0' for encoder.rnn.weight_ih_l0; did you mean enc.weight_ih_l0?"
    ),
    ("attention: general", "attention: dot", "tensors.decoder.attention.key: the model has no such parameter; "),
    (
      "hidden_size: 6 ", "hidden_size: 8 ",
      "tensors.decoder.output: tensor 'out.weight' has shape [18, 6], and decoder.output.weight is [18, 8]; compare model"
    ),
    ("hidden_size: 6 ", "hidden_size: 65536 ", "tensors.decoder.output: tensor 'out.weight' has shape [18, 6], and "),
    ("embedding_size: 5", "embedding_size: 4", "[18, 5], and encoder.embedding.weight is [18, 4]"),
    (
      ": wa\n", ": {tensor: wa, transpose: true, gates: [i, f, g]}\n",
      "tensors.decoder.attention.key: gates are [\"i\", \"f\", \"g\"], and those of lstm"
    ),
    (
      ": wa\n", ": {tensor: wa, rows: [[0, 7]]}\n",
      "tensors.decoder.attention.key: tensor 'wa.weight' has 6 rows, and [0, 7] ends behind them"
    ),
    (
      ": wa\n", ": {tensor: wa, rows: [[0, 5]]}\n",
      "tensor 'wa.weight' has shape [6, 6], which becomes [5, 6], and decoder.attention.key.weight is [6, 6]"
    ),
    (
      ": wa\n", ": {tensor: wa, colums: [[0, 6]]}\n",
      "tensors.decoder.attention.key.colums: unknown key; did you mean columns?"
    ),
    (
      ": wa\n", ": {tensor: wa, columns: [[6, 0]]}\n",
      "tensors.decoder.attention.key.columns: expected a first number and the one behind the last; write [0, 256]"
    ),
    (
      ": wa\n", ": {tensor: wa, zeros: true}\n",
      "tensors.decoder.attention.key: it is made of one thing; give one of tensor, sum and zeros"
    ),
    (
      ": wa\n", ": {zeros: true}\n  decoder.combine.bias: {sum: [wc.bias, wa.weight]}\n",
      "tensors.decoder.attention.key: only a bias can be zeros; name a tensor"
    ),
    (
      ": wc ", ": {tensor: wc, transpose: true} ",
      "[6, 12], which becomes [12, 6], and decoder.combine.weight is [6, 12]; set transpose to false"
    ),
    (
      "  decoder.bridge.c_l0: bc\n", "  decoder.bridge.c_l0: bh\n",
      "tensors: tensor 'bc.bias' of network.safetensors goes nowhere; name it under tensors, or under unused"
    ),
    (
      "task: translate\n", "task: translate\nunused: [momentum]\n",
      "unused: network.safetensors has no tensor 'momentum'; remove it from the list"
    ),
    (
      "  decoder.output: out\n", "  decoder.output: out\n  decoder: all\n",
      "tensors.decoder: longer keys name all that it could stand for; remove it"
    ),
    (
      "  dropout: 0.3\n", "  dropout: 0.3\n  warm_start: tatoeba\n",
      "model.warm_start: all weights come from the imported network; remove warm_start"
    ),
    ("vocabulary: words.vocab}\ntarget", "vocabulary: absent.vocab}\ntarget", "absent.vocab: cannot be opened"),
    ("language: de, ", "", "target.language: required key is missing"),
    (
      "  bridge: linear\n", "  bridge: linear\n  tie_embeddings: target\n",
      "tensors: nothing says what decoder.projection.weight is made from; add decoder.projection.weight: TENSOR"
    ),
  ])
  func mistakesAreOneLine(_ old: String, _ new: String, _ message: String) throws {
    let error = try #require(try error(old, new, in: Self.mapping(), of: "network.safetensors"))
    // Without the folders of files.
    let line = "\(error)".replacing(/[^ ]*\//, with: "")
    #expect(line.contains(message), "\(error)")
    #expect(line.hasPrefix("mapping.yaml:") || message.hasPrefix("absent"), "\(error)")
  }

  @Test func filesThatAreNoTensors() throws {
    try temporaryFolder { folder in
      let (file, mapping) = (folder.appending(path: "net.pt"), folder.appending(path: "mapping.yaml"))
      try Self.mapping().write(to: mapping, atomically: true, encoding: .utf8)
      for (start, message) in [
        ([0x50, 0x4B, 0x03, 0x04], "net.pt: was written by torch.save, which only Python can read"),
        ([0x80, 0x02, 0x8A, 0x0A], "net.pt: was written by torch.save"), ([1, 2], "too short for a safetensors file"),
      ] as [([UInt8], String)] {
        try Data(start).write(to: file)
        expectUnrollError(.badData, mentions: message) {
          try ModelImport(file, mapping: mapping, source: Fixture("import").folder)
        }
      }
    }
  }
}

extension JSONValue {
  fileprivate var numbers: [Float] {
    switch self {
    case .array(let values): values.flatMap(\.numbers)
    case .number(let value): [Float(value)]
    case .integer(let value): [Float(value)]
    default: []
    }
  }

  fileprivate var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
