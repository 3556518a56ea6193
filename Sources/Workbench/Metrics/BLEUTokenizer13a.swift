/// The tokenizer of NIST's `mteval-v13a.pl` as sacreBLEU defines it (Post 2018, https://aclanthology.org/W18-6319).
enum BLEUTokenizer13a {
  private static let period = UInt32(UInt8(ascii: "."))
  private static let comma = UInt32(UInt8(ascii: ","))
  private static let hyphen = UInt32(UInt8(ascii: "-"))
  private static let ampersand = UInt32(UInt8(ascii: "&"))
  private static let less = UInt32(UInt8(ascii: "<"))
  private static let newline = UInt32(UInt8(ascii: "\n"))

  private static let skipped = points("<skipped>")
  /// In this order, each over the whole text: `&amp;lt;` becomes `<`.
  private static let entities = [("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")].map {
    (points($0.0), points($0.1))
  }

  /// ASCII punctuation and symbols that always stand alone: all but `'`, `,`, `-` and `.`.
  private static let isSymbol: [Bool] = (0..<128).map { point in
    switch UInt8(point) {
    case UInt8(ascii: " ")...UInt8(ascii: "&"), UInt8(ascii: "(")...UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: ":")...UInt8(ascii: "@"), UInt8(ascii: "[")...UInt8(ascii: "`"),
      UInt8(ascii: "{")...UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// The sentence with white space around everything that is a word of its own.
  static func separated(_ sentence: [UInt32]) -> [UInt32] {
    var text = sentence
    if text.contains(less) { text = replacing(skipped, by: [], in: text) }
    if text.contains(newline) {
      text = replacing([hyphen, newline], by: [], in: text)
      text = replacing([newline], by: [0x20], in: text)
    }
    if text.contains(ampersand) {
      for (entity, character) in entities { text = replacing(entity, by: character, in: text) }
    }
    text = [0x20] + text + [0x20]
    text = text.spacing { $0 < 128 && isSymbol[Int($0)] }
    // A period or a comma stays inside a number only.
    text = text.spacingPairs(between: true, after: true) { !isDigit($0) && isMark($1) }
    text = text.spacingPairs(before: true, between: true) { isMark($0) && !isDigit($1) }
    return text.spacingPairs(between: true, after: true) { isDigit($0) && $1 == hyphen }
  }

  private static func isDigit(_ point: UInt32) -> Bool { point >= 0x30 && point <= 0x39 }

  private static func isMark(_ point: UInt32) -> Bool { point == period || point == comma }

  private static func points(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

  private static func replacing(_ pattern: [UInt32], by replacement: [UInt32], in text: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == pattern[0], text[index...].starts(with: pattern) {
        result.append(contentsOf: replacement)
        index += pattern.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
