// Whoever imports Unroll can name and catch the error that everything here throws.
@_exported public import struct Diagnostics.UnrollError
public import Foundation
import SequenceModels
import TensorCore
import TextIO
package import Workbench

/// Translates sentences of one language into another.
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

  private let model: TranslationModel
  private let search: SearchSection

  /// Loads the model in a folder: `model.yaml`, the weights and the vocabularies.
  ///
  /// - Parameters:
  ///   - model: The model folder.
  ///   - threads: How many threads compute; nil for one a core. All translators of a process share these threads, so that
  ///     only the first can say.
  /// - Throws: `UnrollError` of kind `noInput` when the folder or a file of it is missing, `badData` when a file is
  ///   damaged or does not fit the others.
  public convenience init(model: URL, threads: Int? = nil) throws {
    try self.init(ModelFolder.open(model), threads: threads)
  }

  /// Finds a model by its languages and loads it.
  ///
  /// It is looked for in the folders of the environment variable `UNROLL_MODELS` (separated by colons), in
  /// `../share/unroll/models` beside the program, and in `models` in each folder from the program's upwards.
  ///
  /// - Parameters:
  ///   - source: The code of the language to read, any when nil.
  ///   - target: The code of the language to write, any when nil.
  ///   - threads: As for `init(model:threads:)`.
  /// - Throws: `UnrollError` of kind `noInput` that lists where it looked, and as `init(model:threads:)`.
  public convenience init(from source: String? = nil, to target: String? = nil, threads: Int? = nil) throws {
    try self.init(ModelFinder().find(from: source, to: target), threads: threads)
  }

  /// Loads the model of a folder that was opened, and so checked.
  package init(_ folder: ModelFolder<TranslationDescription>, threads: Int?) throws {
    if let threads { Workers.request(threads: threads) }
    sourceLanguage = folder.description.source.language
    targetLanguage = folder.description.target.language
    search = folder.description.search
    model = try TranslationModel(folder)
  }

  /// The best translation of a sentence; empty for one that is empty or blank.
  ///
  /// - Throws: `UnrollError` when the search fails.
  public func translate(_ sentence: String) throws -> String {
    try translate([sentence]).first?.text ?? ""
  }

  /// The translations of sentences, in their order. Many at a time are faster than one by one.
  ///
  /// - Throws: `UnrollError` of kind `usage` when the options make no sense.
  public func translate(_ sentences: [String], options: TranslationOptions = .init()) throws -> [Translation] {
    let options = try options.completed(by: search, target: model.vocabularies.target.special)
    let texts = sentences.map { sentence in
      // What the models learnt from was composed, too.
      sentence.allSatisfy(\.isWhitespace) ? "" : sentence.precomposedStringWithCanonicalMapping
    }
    return try model.translate(texts, options: options).map { Translation($0.map(Translation.Candidate.init)) }
  }
}
