// Whoever imports Unroll can name and catch the error that everything here throws.
@_exported public import struct Diagnostics.UnrollError
public import Foundation
import SequenceModels
import TensorCore
import TextIO
package import Workbench

/// Translates text of one language into another.
///
/// ```swift
/// let translator = try Translator(model: url)
/// print(try translator.translate("Where is the station?"))
/// ```
///
/// A translator may be used by several threads at once; they take turns.
public final class Translator: Sendable {
  /// The code of the language that is read, such as `en`.
  public let sourceLanguage: String
  /// The code of the language that is written, such as `fr`.
  public let targetLanguage: String

  let model: TranslationModel
  let search: SearchSection
  let splitter: SentenceSplitter
  let prefixSplitter: SentenceSplitter

  /// Loads the model in a folder: `model.yaml`, the weights and the vocabularies.
  ///
  /// - Parameters:
  ///   - model: The model folder.
  ///   - threads: How many threads compute; nil for one a core. All translators of a process share these threads, so that
  ///     only the first can say.
  ///   - computeType: The numbers that the decoder computes with.
  /// - Throws: `UnrollError` of kind `noInput` when the folder or a file of it is missing, `badData` when a file is
  ///   damaged or does not fit the others.
  public convenience init(model: URL, threads: Int? = nil, computeType: ComputeType = .float32) throws {
    try self.init([ModelFolder.open(model)], threads: threads, computeType: computeType)
  }

  /// Finds a model by its languages and loads it.
  ///
  /// It is looked for in the folders of the environment variable `UNROLL_MODELS` (separated by colons), in
  /// `../share/unroll/models` beside the program, and in `models` in each folder from the program's upwards.
  ///
  /// - Parameters:
  ///   - source: The code of the language to read, any when nil.
  ///   - target: The code of the language to write, any when nil.
  ///   - threads: As for `init(model:threads:computeType:)`.
  ///   - computeType: The numbers that the decoder computes with.
  /// - Throws: `UnrollError` of kind `noInput` that lists where it looked, and as `init(model:threads:computeType:)`.
  public convenience init(
    from source: String? = nil, to target: String? = nil, threads: Int? = nil, computeType: ComputeType = .float32
  ) throws {
    try self.init([ModelFinder().find(from: source, to: target)], threads: threads, computeType: computeType)
  }

  /// Loads models that translate together: at each step a unit has the mean of the probabilities that they give it. The
  /// first one's search is taken.
  ///
  /// - Parameters:
  ///   - models: The model folders, at least one.
  ///   - threads: As for `init(model:threads:computeType:)`.
  ///   - computeType: The numbers that the decoder computes with.
  /// - Throws: `UnrollError` of kind `usage` where there is none or their vocabularies are not the same, and as
  ///   `init(model:threads:computeType:)`.
  public convenience init(models: [URL], threads: Int? = nil, computeType: ComputeType = .float32) throws {
    try self.init(models.map { try ModelFolder.open($0) }, threads: threads, computeType: computeType)
  }

  /// As above for folders that were opened, and so checked.
  package init(
    _ folders: [ModelFolder<TranslationDescription>], threads: Int?, computeType: ComputeType = .float32
  ) throws {
    guard let description = folders.first?.description else {
      throw UnrollError(.usage, "no model is named", advice: "name at least one")
    }
    if let threads { Workers.request(threads: threads) }
    sourceLanguage = description.source.language
    targetLanguage = description.target.language
    search = description.search
    splitter = SentenceSplitter(language: sourceLanguage)
    prefixSplitter = SentenceSplitter(language: targetLanguage)
    model = try TranslationModel.ensemble(
      folders.map { (name: $0.url.relativePath, model: try TranslationModel($0)) }
    ).computing(with: computeType)
  }

  /// The best translation of a text; empty for one that is empty or blank.
  ///
  /// - Throws: `UnrollError` when the search fails.
  public func translate(_ text: String) throws -> String {
    try translate([text]).first?.text ?? ""
  }

  /// The translations of texts, in their order. Many at a time are faster than one by one.
  ///
  /// A text of several sentences goes to the model sentence by sentence and comes back with the blanks as they were
  /// (``TranslationOptions/splitsSentences``).
  ///
  /// - Parameters:
  ///   - texts: What to translate. One that is empty or blank has one empty translation.
  ///   - prefixes: How the translations of each text begin, behind the blanks that it begins with; none where it is empty.
  ///     They are cut into units by themselves, and the last word of one may go on. A text whose prefix has several
  ///     sentences is not split. Empty for no prefixes.
  ///   - options: How translations are looked for.
  /// - Throws: `UnrollError` of kind `usage` when the options make no sense or there is not one prefix a text,
  ///   or the model cannot write one.
  public func translate(
    _ texts: [String], prefixes: [String] = [], options: TranslationOptions = .init()
  ) throws -> [Translation] {
    guard prefixes.isEmpty || prefixes.count == texts.count else {
      throw UnrollError(
        .usage, "\(prefixes.count) prefixes for \(texts.count) texts", advice: "give one for each")
    }
    let (search, replacesUnknown) = try options.completed(by: search, for: model)
    if options.keepsAttention && !model.hasAttention {
      throw UnrollError(.usage, "the model has no attention", advice: "do not ask for it, or name another model")
    }
    let forced = try prefixes.map { try pieces(ofPrefix: $0) }
    let plans = texts.enumerated().map { index, text in
      plan(text.precomposedStringWithCanonicalMapping, prefix: prefixes.isEmpty ? "" : prefixes[index], options)
    }
    let found = try candidates(plans, forced, search, replacesUnknown, keepsAttention: options.keepsAttention)
    return zip(plans, found).map { plan, found in
      plan.translation(found, options, separator: separator) { options.keepsAttention ? sourcePieces(of: $0) : [] }
    }
  }

  /// The units that a prefix is forced with.
  ///
  /// - Parameters:
  ///   - file: Where the prefix stands, for errors.
  ///   - line: Its line there.
  @discardableResult
  package func pieces(ofPrefix prefix: String, file: String? = nil, line: Int? = nil) throws -> [Int] {
    let target = model.vocabularies.target
    let pieces = target.encode(prefix.precomposedStringWithCanonicalMapping)
    guard !pieces.contains(target.special.unknown) else {
      throw UnrollError(
        file == nil ? .usage : .badData, file: file, line: line,
        "the model cannot write all of the prefix \"\(prefix)\"",
        advice: "give one of words and characters that it knows")
    }
    return pieces
  }

  func sourcePieces(of text: String) -> [String] {
    let source = model.vocabularies.source
    let ids = source.encode(text)
    return ids.isEmpty ? [] : (ids + [source.special.end]).map(source.piece)
  }
}
