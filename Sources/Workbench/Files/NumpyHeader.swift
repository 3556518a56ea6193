/// The header of a NumPy file: what its numbers are and how they lie.
///
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1 to 3.
struct NumpyHeader: Equatable {
  /// The type of the numbers, as in `<f4`: order of bytes, kind, width.
  var type: String
  /// Whether the first index runs fastest.
  var isFortranOrder: Bool
  var shape: [Int]

  /// What is wrong with a header.
  struct Failure: Error {
    let what: String
  }

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Where the text of the header lies, from the first 12 bytes of the file.
  static func textRange(_ start: [UInt8]) throws(Failure) -> Range<Int> {
    guard start.starts(with: magic), start.count >= 10 else { throw Failure(what: "does not begin as a NumPy file") }
    guard (1...3).contains(start[6]) else {
      throw Failure(what: "has the format version \(start[6]).\(start[7]); 1 to 3 are known")
    }
    let width = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + width else { throw Failure(what: "is cut short") }
    let length = start[8..<8 + width].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= 1 << 20 else { throw Failure(what: "claims a header of \(length) bytes") }
    return 8 + width..<8 + width + length
  }

  /// Reads the text, a Python dictionary with the keys `descr`, `fortran_order` and `shape`.
  init(_ text: String) throws(Failure) {
    var scanner = Scanner(text: Array(text.unicodeScalars))
    try scanner.take("{")
    var (type, order, shape): (String?, Bool?, [Int]?) = (nil, nil, nil)
    while !scanner.has("}") {
      let key = try scanner.string()
      try scanner.take(":")
      switch key {
      case "descr": type = try scanner.string()
      case "fortran_order": order = try scanner.boolean()
      case "shape": shape = try scanner.tuple()
      default: throw Failure(what: "has an unknown entry '\(key)' in its header")
      }
      if !scanner.has(",") && !scanner.has("}") { throw Failure(what: "has a header that cannot be read") }
      if scanner.has(",") { try scanner.take(",") }
    }
    guard let type, let order, let shape else { throw Failure(what: "has a header without type, order or shape") }
    (self.type, isFortranOrder, self.shape) = (type, order, shape)
  }

  /// Reads the few forms of Python that such a header has.
  private struct Scanner {
    let text: [Unicode.Scalar]
    var place = 0

    private static let unreadable = Failure(what: "has a header that cannot be read")

    private mutating func skipSpace() {
      while place < text.count, text[place].properties.isWhitespace { place += 1 }
    }

    mutating func has(_ mark: Unicode.Scalar) -> Bool {
      skipSpace()
      return place < text.count && text[place] == mark
    }

    mutating func take(_ mark: Unicode.Scalar) throws(Failure) {
      guard has(mark) else { throw Self.unreadable }
      place += 1
    }

    mutating func string() throws(Failure) -> String {
      let quote: Unicode.Scalar = has("\"") ? "\"" : "'"
      guard has(quote) else { throw Failure(what: "holds records or something else that is not plain numbers") }
      let rest = text[(place + 1)...]
      guard let end = rest.firstIndex(of: quote) else { throw Self.unreadable }
      place = end + 1
      return String(String.UnicodeScalarView(rest[..<end]))
    }

    private mutating func word(_ isPart: (Unicode.Scalar) -> Bool) -> String {
      skipSpace()
      let word = text[place...].prefix(while: isPart)
      place += word.count
      return String(String.UnicodeScalarView(word))
    }

    mutating func boolean() throws(Failure) -> Bool {
      switch word({ $0.properties.isAlphabetic }) {
      case "True": return true
      case "False": return false
      default: throw Self.unreadable
      }
    }

    mutating func tuple() throws(Failure) -> [Int] {
      try take("(")
      var sizes: [Int] = []
      while !has(")") {
        guard let size = Int(word { ("0"..."9").contains($0) }) else { throw Self.unreadable }
        sizes.append(size)
        if has(",") { try take(",") } else if !has(")") { throw Self.unreadable }
      }
      try take(")")
      return sizes
    }
  }
}
