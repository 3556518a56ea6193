import ArgumentParser
import Diagnostics
import Foundation
import TextIO
import Workbench

/// `unroll vocabulary build`: a vocabulary from text.
struct VocabularyBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Builds a vocabulary from text.",
    discussion: """
      The words are those of a recipe: level, and for subwords SentencePiece's own. \
      The same text and options give the same file. A recipe uses it as \
      data.vocabulary.file.

      Examples:
        unroll vocabulary build --size 8000 --output en.model english.txt
        unroll vocabulary build --type bpe --output joint.model en.txt fr.txt
        unroll vocabulary build --columns 2 --output fr.model train.tsv
        unroll vocabulary build --level word --output words.txt text.gz
      """)

  @Argument(
    help: ArgumentHelp("Text, one sentence a line, also gzip; standard input when left out.", valueName: "file"))
  var files: [String] = []

  @Option(help: ArgumentHelp("The vocabulary to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("What a piece is.", valueName: "name"))
  var level = SegmentationLevel.subword

  @Option(help: ArgumentHelp("How SentencePiece cuts words into pieces.", valueName: "name"))
  var type = SentencePieceTraining.ModelType.unigram

  @Option(help: ArgumentHelp("The most pieces, the four special ones included.", valueName: "number"))
  var size = 8000

  @Option(help: ArgumentHelp("The share of characters that get a piece, for subwords.", valueName: "number"))
  var characterCoverage = 0.9995

  @Option(help: ArgumentHelp("SentencePiece's normalisation.", valueName: "name"))
  var normalizationRuleName = VocabularySection.NormalizationRule.nmtNFKC

  @Option(help: ArgumentHelp("How often a word or character must occur.", valueName: "number"))
  var minimumFrequency = 1

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Read only this tab-separated column, counted from 1; may be repeated.", valueName: "number"))
  var columns: [Int] = []

  @Flag(help: "Do not report what was built.")
  var quiet = false

  func validate() throws {
    if let column = columns.first(where: { $0 < 1 }) {
      throw ValidationError("There is no column \(column): columns are counted from 1.")
    }
    if minimumFrequency < 1 {
      throw ValidationError("The value '\(minimumFrequency)' is invalid for '--minimum-frequency'.")
    }
  }

  func run() throws {
    var section = VocabularySection()
    section.type = type
    section.size = size
    section.characterCoverage = characterCoverage
    section.normalizationRuleName = normalizationRuleName
    section.minimumFrequency = minimumFrequency
    var texts: [String] = []
    for file in files.isEmpty ? ["-"] : files { try read(file, into: &texts) }
    let vocabulary = try buildVocabulary(section, level: level, from: texts)
    try AtomicFile.write(vocabulary.serialized, to: URL(fileURLWithPath: output))
    if !quiet { complain("\(output): \(vocabulary.count) pieces from \(texts.count) texts") }
  }

  /// Adds the lines of a file, or the wanted columns of each.
  private func read(_ file: String, into texts: inout [String]) throws {
    let reader = try InputLines.reader(file)
    while let line = try reader.next() {
      guard let last = columns.max() else {
        texts.append(line.text)
        continue
      }
      let cells = line.text.split(separator: "\t", omittingEmptySubsequences: false)
      guard cells.count >= last else {
        throw UnrollError(
          .badData, file: reader.name, line: line.number,
          "this line has \(cells.count) columns, and \(last) are needed",
          advice: "separate columns with a tab")
      }
      texts += columns.map { String(cells[$0 - 1]) }
    }
  }
}

extension SegmentationLevel: ExpressibleByArgument {}
extension SentencePieceTraining.ModelType: ExpressibleByArgument {}
extension VocabularySection.NormalizationRule: ExpressibleByArgument {}
