import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import TextIO
import Workbench

extension FuzzedReader {
  /// Sentences that are read with what was accepted: several scripts, blanks, and what normalisation changes.
  private static let sentences = ["where is the cat", "Où est la gare ? Где ﬁ ＦＵＬＬ 车站 👍🏽\u{0} \u{FDFA}", " "]

  /// Tensors in a safetensors file.
  static func safetensors() throws -> FuzzedReader {
    let name = "weights.safetensors"
    let seeds = try ["python", "written"].map { [name: try Fixture("safetensors").bytes("\($0).safetensors")] }
    let words = [
      "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"F32\"", "\"F16\"", "\"BF16\"", "\"I64\"", "\"BOOL\"",
      "\"__metadata__\":",
      "{", "}", "[", "]", ",", ":", "\\ud800", "\\u0000", "1e400", "-0", "[0,0]", "null",
    ]
    return FuzzedReader("safetensors", seeds: seeds, words: words) { files, random in
      files[name]?.reshape { damageSafetensors(&$0, words: words.map { Array($0.utf8) }, using: &random) }
    } read: { folder in
      let file = try SafetensorsFile(contentsOf: folder.appending(path: name))
      return {
        for entry in file.entries {
          _ = try file.bytes(entry.name)
          if [.float32, .float16, .brainFloat16].contains(entry.type) { _ = try file.floats(entry.name) }
          if [.boolean, .unsigned8, .signed32, .signed64].contains(entry.type) { _ = try file.integers(entry.name) }
        }
      }
    }
  }

  /// A model of any task: its description, weights, vocabularies and labels, which need not fit each other.
  static func models() throws -> FuzzedReader {
    let seeds = try translationFolders() + otherModelFolders()
    let words = [
      "cell: gru", "layers: 2", "hidden_size: 16", "<unk>", "<s>", "</s>", "<pad>", "\\s", "unroll vocabulary char 1",
    ]
    return FuzzedReader("model", seeds: seeds, words: words) { files, random in
      let names = files.keys.sorted()
      // The description is what decides.
      let name = Bool.random(using: &random) ? "model.yaml" : names.randomElement(using: &random) ?? "model.yaml"
      files[name]?.reshape {
        if name.hasSuffix(".yaml") { return damageYAML(&$0, using: &random) }
        if name.hasSuffix(".safetensors") { return damageSafetensors(&$0, words: [], using: &random) }
        if name.hasSuffix(".model") { return damageMessage(&$0, words: [], using: &random) }
        damageLines(&$0, using: &random)
      }
    } repair: { files, random in
      if Int.random(in: 0..<8, using: &random) > 0 { relist(&files) }
    } read: { folder in
      switch try modelTask(of: folder) {
      case .label:
        let model = try LabelModel(ModelFolder<LabelDescription>.open(folder))
        return { _ = model.labels.names }
      case .caption:
        let model = try CaptionModel(ModelFolder<CaptionDescription>.open(folder))
        return { _ = model.vocabulary.encode(sentences[1]) }
      case .translate:
        let opened = try ModelFolder<TranslationDescription>.open(folder)
        let model = try TranslationModel(opened)
        return { try translate(with: model, opened.description.search) }
      }
    }
  }

  /// Translates as the model says, but for lengths and widths: it may ask for very much.
  private static func translate(with model: TranslationModel, _ search: SearchSection) throws {
    var options = SearchOptions(search, target: model.vocabularies.target.special)
    (options.maxLength, options.minLength) = (min(options.maxLength, 12), min(options.minLength, 12))
    (options.beamSize, options.nBest) = (min(options.beamSize, 3), min(options.nBest, 3))
    if !model.hasAttention { options.coveragePenalty = 0 }
    for text in sentences { _ = try model.translate([String(text.prefix(30))], options: options) }
  }

  /// SentencePiece models, and the lists that stand in their place for words and characters.
  static func vocabularies() throws -> FuzzedReader {
    let name = "source.model"
    let lists: [any Vocabulary] = [
      try WordVocabulary.build(from: sentences), try CharacterVocabulary.build(from: sentences),
    ]
    let words = [
      "<unk>", "<s>", "</s>", "<pad>", "<0x41>", "\u{2581}", "\u{2581}a", "unroll vocabulary word 1", "\\s", "nmt_nfkc",
    ]
    let seeds = try sentencePieceModels() + lists.map(\.serialized)
    let bytes = words.map { Array($0.utf8) } + [[0], [0xFF], []]
    return FuzzedReader("vocabulary", seeds: seeds.map { [name: $0] }, words: words) { files, random in
      files[name]?.reshape {
        if $0.starts(with: "unroll".utf8) {
          damageLines(&$0, using: &random)
        } else {
          damageMessage(&$0, words: bytes, using: &random)
        }
      }
    } read: { folder in
      let vocabulary = try loadVocabulary(at: folder.appending(path: name))
      return {
        for text in sentences {
          let ids = vocabulary.encode(text)
          _ = vocabulary.decode(ids + [-1, 0, 1, vocabulary.count - 1, vocabulary.count, .max])
          _ = ids.prefix(100).map(vocabulary.piece)
        }
        guard let pieces = vocabulary as? SentencePieceVocabulary else { return }
        _ = pieces.encodePieces(sentences[1])
        _ = [-1, 0, 3, pieces.count].map(pieces.score)
        _ = try pieces.sample(sentences, alpha: 0.1, nbestSize: -1, seed: 1)
      }
    }
  }

  /// Recipes of all tasks.
  static func recipes() throws -> FuzzedReader {
    let name = "recipe.yaml"
    let label = try LabelRecipe.read(
      yaml: "task: label\ndata: {background: [none]}\nframes: {size: 32x32}\n", path: name
    ).yaml()
    let seeds = [fullRecipe, shortRecipe, fullCaptionRecipe, label].map { [name: Array($0.utf8)] }
    let words = (TranslationRecipe.keys.map(\.name) + TrainingSection.keys.map(\.name) + ModelSection.keys.map(\.name))
      .map { "\($0): " }
    return FuzzedReader("recipe", seeds: seeds, words: words) { files, random in
      files[name]?.reshape { damageYAML(&$0, using: &random) }
    } read: { folder in
      let file = folder.appending(path: name)
      switch try RecipeTask.peek(file) {
      case .label:
        let recipe = try LabelRecipe.read(from: file)
        return { try plan(recipe.training, again: recipe) }
      case .caption:
        let recipe = try CaptionRecipe.read(from: file)
        return { try plan(recipe.training, again: recipe) }
      default:
        let recipe = try TranslationRecipe.read(from: file)
        return {
          try plan(recipe.training, again: recipe)
          let data = TranslationData((1...9).map { IDPair(source: [Int](0..<$0), target: [4]) })
          _ = data.batches(recipe.data, seed: 1, epoch: 1)
          let special = SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3)
          _ = SearchOptions(recipe.search, target: special).lengthLimit(sourceLength: 7)
        }
      }
    }
  }

  /// What a run works out from a recipe before it begins and while it goes on.
  private static func plan<Plan: Recipe>(_ training: TrainingSection, again recipe: Plan) throws {
    let written = try recipe.yaml()
    guard try Plan.read(yaml: written, path: "again.yaml").yaml() == written else {
      throw UnrollError(.internalFault, "what was written reads as something else")
    }
    let progress = LearningProgress(learningRate: training.learningRate)
    let steps = progress.plannedSteps(training, perEpoch: 1000)
    for step in [0, 1, steps / 2, max(0, steps - 1)] {
      _ = (training.scheduledRate(step: step, of: steps), training.warmUp(step: step))
      _ = training.scheduledSampling?.ownShare(step: step)
    }
    _ = Optimizer(training)
  }

  /// Text in lines and columns, plain and gzip.
  static func texts() throws -> FuzzedReader {
    let rows = "where is the cat\tou est le chat\tx\nun\tdeux\ttrois\r\n\u{E9}t\u{E9}\te\u{301}te\t1\n"
    let values = "\"a, b\",\"c\"\"d\"\ne,\"f\ng\"\n"
    let zipped = try Fixture("gzip", filePath: textFixtures).bytes("lines.gz")
    let seeds = [
      ["left.txt": Array("a\nb. C!\n".utf8), "right.txt": Array("c\nd".utf8)],
      ["left.txt": zipped, "right.txt": zipped],
    ].map { $0.merging(["pairs.tsv": Array(rows.utf8), "values.csv": Array(values.utf8)]) { $1 } }
    let characters = try CharacterVocabulary.build(from: sentences)
    return FuzzedReader("text", seeds: seeds, words: ["\t", "\n", "\r\n", "\"", ","]) { files, random in
      guard let name = files.keys.sorted().randomElement(using: &random) else { return }
      files[name]?.reshape { damageLines(&$0, using: &random) }
    } read: { folder in
      let (table, left) = (folder.appending(path: "pairs.tsv"), folder.appending(path: "left.txt"))
      // Each is read whatever becomes of the others.
      var texts = [try ParallelText.load(tsv: table, sourceColumn: 0, targetColumn: 1, skipBadLines: true)]
      var faults: [any Error] = []
      func attempt(_ body: () throws -> Void) { do { try body() } catch { faults.append(error) } }
      attempt { texts.append(try ParallelText.load(tsv: table, sourceColumn: 2, targetColumn: 0)) }
      attempt { texts.append(try ParallelText.load(source: left, target: folder.appending(path: "right.txt"))) }
      attempt {
        let reader = try CSVReader(folder.appending(path: "values.csv"))
        while try reader.next() != nil {}
      }
      attempt {
        let lines = try LineReader(left, invalidText: .repair, longLine: .cut, maximumLineBytes: 1000)
        while let line = try lines.next() { _ = normalizedNFC(line.text) }
      }
      if let other = faults.first(where: { !($0 is UnrollError) }) ?? faults.first { throw other }
      return { [texts] in
        for text in texts {
          _ = TranslationData(text, VocabularyPair(joint: characters), maximumLength: 50)
          _ = try WordVocabulary.build(from: text.sources)
          let splitter = SentenceSplitter(language: "en")
          for source in text.sources.prefix(20) { _ = splitter.split(String(source.prefix(5000))) }
        }
      }
    }
  }
}

extension Fixture {
  fileprivate func bytes(_ file: String) throws -> [UInt8] { Array(try data(file)) }
}

extension [UInt8] {
  fileprivate mutating func reshape(_ change: (inout [UInt8]) -> Void) { change(&self) }
}
