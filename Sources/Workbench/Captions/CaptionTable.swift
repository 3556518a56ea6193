import Diagnostics
package import Foundation
package import TextIO

/// The captions of clips or stills, from any of the forms that people keep them in.
package struct CaptionTable: Sendable {
  /// How a list is read.
  package struct Options: Sendable {
    /// nil: told by the content.
    package var format: CaptionFormat?
    /// Whether a clip may have an empty caption, as a result may.
    package var allowsEmpty = false
    /// Whether text is NFC-normalised.
    package var isNormalizing = true

    package init(format: CaptionFormat? = nil, allowsEmpty: Bool = false, isNormalizing: Bool = true) {
      self.format = format
      self.allowsEmpty = allowsEmpty
      self.isNormalizing = isNormalizing
    }
  }

  /// A file on one line may be as long as this: COCO's captions are 92 MB.
  private static let maximumLineBytes = 1 << 30

  /// The file as errors name it.
  package let name: String
  package let format: CaptionFormat
  /// In the order in which the list names them first.
  package let clips: [CaptionedClip]

  /// Reads a list of captions.
  ///
  /// - Parameter note: gets a line for each problem where there are several.
  /// - Throws: `.noInput`, and `.badData` for what is wrong, with line or field.
  package init(contentsOf url: URL, _ options: Options = Options(), note: (String) -> Void) throws {
    try self.init(Self.lines(url), options, note: note)
  }

  /// Reads lines that come from anywhere; they should not be normalised.
  package init(_ lines: LineReader, _ options: Options = Options(), note: (String) -> Void) throws {
    var problems = DataProblems()
    self = try Self.read(lines, options, &problems)
    try problems.check(name, note: note)
  }

  /// Reads a list; what is wrong with single clips and captions becomes problems, and these are left out.
  package static func read(_ url: URL, _ options: Options, _ problems: inout DataProblems) throws -> CaptionTable {
    try read(lines(url), options, &problems)
  }

  /// Lines as long as lists of captions have them, from a file, or from a descriptor that stays open.
  package static func lines(descriptor: Int32) -> LineReader {
    LineReader(descriptor: descriptor, maximumLineBytes: maximumLineBytes, isNormalizing: false)
  }

  private static func lines(_ url: URL) throws -> LineReader {
    try LineReader(url, maximumLineBytes: maximumLineBytes, isNormalizing: false)
  }

  private init(name: String, format: CaptionFormat, clips: [CaptionedClip]) {
    self.name = name
    self.format = format
    self.clips = clips
  }

  private static func read(
    _ lines: LineReader, _ options: Options, _ problems: inout DataProblems
  ) throws -> CaptionTable {
    var first = try lines.next()
    while let line = first, line.text.allSatisfy(\.isWhitespace) { first = try lines.next() }
    guard let first else {
      throw UnrollError(
        .badData, file: lines.name, "there are no captions in it", advice: "write a clip, a tab and a caption a line")
    }
    var list = CaptionList(file: lines.name, options)
    let format = try list.read(first, lines, &problems)
    let clips = list.finished(&problems)
    guard !clips.isEmpty || !problems.all.isEmpty else {
      throw UnrollError(.badData, file: lines.name, "there are no captions in it", advice: "check the file")
    }
    return CaptionTable(name: lines.name, format: format, clips: clips)
  }
}
