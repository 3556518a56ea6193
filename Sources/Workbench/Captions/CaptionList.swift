import Diagnostics
import Foundation
import TextIO

/// Captions while they are read: collects those of each clip.
struct CaptionList {
  /// Longer captions are refused: measures take time by the square of the length.
  private static let mostBytes = 10_000
  private static let splits = [
    "train": "train", "valid": "valid", "val": "valid", "validate": "valid", "validation": "valid", "test": "test",
  ]

  /// The file as errors name it.
  let file: String
  let options: CaptionTable.Options
  private var clips: [CaptionedClip] = []
  /// Where the clip of a key is: its name, or its number in formats that have numbers.
  private var places: [String: Int] = [:]

  init(file: String, _ options: CaptionTable.Options) {
    self.file = file
    self.options = options
  }

  /// Reads all lines, of which `first` was read already, and returns in what format they are.
  mutating func read(
    _ first: LineReader.Line, _ lines: LineReader, _ problems: inout DataProblems
  ) throws -> CaptionFormat {
    let start = first.text.first { !$0.isWhitespace }
    let isJSON = options.format.map { [.coco, .msrvtt, .results].contains($0) } ?? (start == "{" || start == "[")
    if isJSON { return try readJSON(first, lines, &problems) }
    let columns = CaptionColumns(first)
    if options.format == .csv || options.format == nil, let columns {
      try readRecords(columns, first, lines, &problems)
      return .csv
    }
    guard options.format != .csv else {
      throw fault(
        first.number, "the first line does not name the columns image and caption", "begin with 'image,caption'")
    }
    guard options.format == .tsv || first.text.contains("\t") else {
      throw fault(
        first.number, "this is no list of captions that is known",
        "write a clip, a tab and a caption a line, or one of \(CaptionFormat.names)")
    }
    try readLines(first, lines, &problems)
    return .tsv
  }

  /// An error about a line, or about the whole file.
  func fault(_ line: Int?, _ what: String, _ advice: String) -> UnrollError {
    UnrollError(.badData, file: file, line: line, what, advice: advice)
  }

  /// Makes room for a clip that may get captions; false when there is one with this key.
  @discardableResult
  mutating func addClip(_ key: String, _ clip: CaptionedClip) -> Bool {
    guard places[key] == nil else { return false }
    places[key] = clips.count
    clips.append(clip)
    return true
  }

  func hasClip(_ key: String) -> Bool { places[key] != nil }

  /// Adds a caption to a clip that there is. Throws `.badData` for one that is empty or too long.
  mutating func add(_ caption: String, to key: String, _ line: Int?, _ place: String = "") throws {
    let words = caption.split(whereSeparator: \.isWhitespace)
    let text = words.joined(separator: " ")
    guard !words.isEmpty || options.allowsEmpty else { throw fault(line, "\(place)has an empty caption", "write one") }
    guard text.utf8.count <= Self.mostBytes else {
      throw fault(line, "\(place)has a caption of more than \(Self.mostBytes) bytes", "write a sentence")
    }
    guard let clip = places[key] else { return }
    clips[clip].captions.append(options.isNormalizing ? text.precomposedStringWithCanonicalMapping : text)
  }

  /// Says what split a clip is in. Throws `.badData` for an unknown one, or when the clip is in another.
  mutating func set(split: String, of key: String, _ line: Int?, _ place: String = "") throws {
    guard let known = Self.splits[split] else {
      throw fault(line, "\(place)'\(split)' is not a split", "write train, valid or test")
    }
    guard let clip = places[key] else { return }
    guard clips[clip].split ?? known == known else {
      throw fault(line, "\(place)the clip \(key) is in the split \(clips[clip].split ?? "") too", "leave it in one")
    }
    clips[clip].split = known
  }

  /// The clips; those without a caption become problems.
  func finished(_ problems: inout DataProblems) -> [CaptionedClip] {
    // A clip whose captions were wrong has been told of.
    if problems.all.isEmpty {
      for clip in clips where clip.captions.isEmpty {
        problems.add(fault(clip.line, "the clip \(clip.name) has no caption", "write one, or remove the clip"))
      }
    }
    return clips.filter { !$0.captions.isEmpty }
  }
}
