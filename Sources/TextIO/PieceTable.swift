import Diagnostics
import Foundation

/// The numbered pieces behind word and character vocabularies, and the text file that holds them.
///
/// The file is UTF-8 with `\n` line ends: a header `unroll vocabulary KIND VERSION`, then a piece a line, the first with
/// id 0. In a piece, space, tab, line feed, carriage return and backslash are written `\s \t \n \r \\`. The special
/// pieces `<unk> <pad> <s> </s>` may stand anywhere.
struct PieceTable: Sendable {
  /// The version of the file format that this code writes, and the newest that it reads.
  static let version = 1
  /// What the header starts with.
  static let signature = "unroll vocabulary "

  let pieces: [String]
  let special: SpecialPieces

  /// The special pieces as ids 0 to 3, then the others in the order given.
  init(appending others: [String]) {
    let spellings = SpecialPieces.spellings
    pieces = [spellings.unknown, spellings.pad, spellings.begin, spellings.end] + others
    special = SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3)
  }

  /// Reads a table of the kind named. Throws `badData` with the line where the file breaks the rules.
  init(_ bytes: [UInt8], kind: SegmentationLevel, name: String) throws {
    let header = try Self.header(bytes, name: name)
    guard header.kind == kind else {
      throw UnrollError(
        .badData, file: name, line: 1, "this is a \(header.kind.rawValue) vocabulary, not a \(kind.rawValue) one")
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var pieces: [String] = []
    // Keyed by scalars: strings compare equal when canonically equivalent, pieces only when identical.
    var seen: [[UInt8]: Int] = [:]
    for (offset, line) in lines.enumerated().dropFirst() {
      let number = offset + 1
      guard let text = String(validating: line, as: UTF8.self) else {
        throw UnrollError(.badData, file: name, line: number, "this piece is not valid UTF-8")
      }
      guard let piece = Self.unescape(text), !piece.isEmpty else {
        throw UnrollError(
          .badData, file: name, line: number,
          text.isEmpty ? "this piece is empty" : "this piece ends in a wrong escape",
          advice: "write space, tab, line feed, carriage return and backslash as \\s \\t \\n \\r \\\\")
      }
      if let first = seen.updateValue(number, forKey: Array(piece.utf8)) {
        throw UnrollError(.badData, file: name, line: number, "this piece stands on line \(first) already")
      }
      pieces.append(piece)
    }
    func find(_ spelling: String) throws -> Int {
      guard let line = seen[Array(spelling.utf8)] else {
        throw UnrollError(
          .badData, file: name, "the special piece \(spelling) is missing", advice: "add it on a line of its own")
      }
      return line - 2
    }
    let spellings = SpecialPieces.spellings
    special = SpecialPieces(
      pad: try find(spellings.pad), unknown: try find(spellings.unknown), begin: try find(spellings.begin),
      end: try find(spellings.end))
    self.pieces = pieces
  }

  /// The piece with an id, or the unknown piece.
  func piece(_ id: Int) -> String { pieces.indices.contains(id) ? pieces[id] : pieces[special.unknown] }

  /// The pieces to show for ids: silent ones left out, unknown ones as `⁇`.
  func surfaces(_ ids: [Int]) -> [String] {
    ids.lazy.filter { !special.isSilent($0) }.map { id in
      id == special.unknown || !pieces.indices.contains(id) ? SpecialPieces.unknownSurface : pieces[id]
    }
  }

  /// The file's bytes.
  func serialized(_ kind: SegmentationLevel) -> [UInt8] {
    var text = "\(Self.signature)\(kind.rawValue) \(Self.version)\n"
    for piece in pieces { text += Self.escape(piece) + "\n" }
    return Array(text.utf8)
  }

  /// What the first line says. Throws `badData` when it is no header of ours, or one of a later version.
  static func header(_ bytes: [UInt8], name: String) throws -> (kind: SegmentationLevel, version: Int) {
    let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.dropFirst(signature.count).split(separator: " ")
    guard line.hasPrefix(signature), words.count == 2, let kind = SegmentationLevel(rawValue: String(words[0])),
      kind != .subword, let version = Int(words[1]), version > 0
    else {
      throw UnrollError(
        .badData, file: name, line: 1, "the header of a vocabulary is missing",
        advice: "the first line must read \"\(signature)word \(self.version)\" or \"\(signature)char \(self.version)\"")
    }
    guard version <= self.version else {
      throw UnrollError(
        .badData, file: name, line: 1,
        "this vocabulary has format version \(version), and this build reads up to \(self.version)",
        advice: "use a newer build of Unroll")
    }
    return (kind, version)
  }

  /// The most frequent entries of a count: at least `minimumFrequency` times, at most `limit`, ties in code point order.
  static func mostFrequent<Key: Hashable>(
    _ counts: [Key: Int], minimumFrequency: Int, limit: Int?, spelling: (Key) -> String
  ) -> [String] {
    let kept = counts.filter { $0.value >= minimumFrequency }.map { (text: spelling($0.key), count: $0.value) }
    let sorted = kept.sorted { left, right in
      left.count != right.count
        ? left.count > right.count : left.text.unicodeScalars.lexicographicallyPrecedes(right.text.unicodeScalars)
    }
    return sorted.prefix(limit ?? sorted.count).map(\.text)
  }

  private static let escapes: [(Unicode.Scalar, Unicode.Scalar)] = [
    ("\\", "\\"), (" ", "s"), ("\t", "t"), ("\n", "n"), ("\r", "r"),
  ]

  private static func escape(_ piece: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in piece.unicodeScalars {
      if let escape = escapes.first(where: { $0.0 == scalar }) {
        text.append("\\")
        text.append(escape.1)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }

  private static func unescape(_ text: String) -> String? {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
    var piece = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      if scalar != "\\" {
        piece.append(scalar)
      } else {
        guard let code = scalars.next(), let escape = escapes.first(where: { $0.1 == code }) else { return nil }
        piece.append(escape.0)
      }
    }
    return String(piece)
  }
}
