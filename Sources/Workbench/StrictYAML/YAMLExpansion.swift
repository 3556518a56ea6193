/// What a YAML text can make of itself by anchors and by keys that are no words, bounded from above before it is parsed.
///
/// Yams compares the keys of a mapping by all that they hold, and a key may be a list of anchors that stand for lists of anchors: a
/// few lines would take years. And anchors within anchors can stand deeper than a stack is. No settings need either.
struct YAMLExpansion {
  /// At most so many values are looked at when keys are compared.
  private(set) var keyWork = 0.0
  /// At most so deep do anchors stand within each other, with what is around them.
  private(set) var anchorDepth = 0
  /// How many anchors are used.
  private(set) var uses = 0

  /// Whether it is too much: seconds of comparing, or a good part of a stack.
  var isTooMuch: Bool { keyWork > 2e7 || anchorDepth > 5000 || uses > 1000 }

  /// Looks at every byte that may begin something. What is quoted or in a comment counts as if it were not: that makes the bounds
  /// larger, never too small.
  init(of text: [UInt8]) {
    // A value has two bytes at least, with what parts it from the next.
    var values = 0.0
    // Every level begins with one of these.
    var openings = 0
    var anchors: [ArraySlice<UInt8>: (place: Int, values: Double, openings: Int)] = [:]
    var depths: [(place: Int, depth: Int)] = []
    var (keys, flowKeys, hasFlowMapping) = (0.0, 0.0, false)
    func next(_ place: Int, over blanks: [UInt8]) -> UInt8? { text[place...].first { !blanks.contains($0) } }
    for (place, byte) in text.enumerated() {
      values += 0.5
      switch byte {
      case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "["): openings += 1
      case UInt8(ascii: "?"):
        openings += 1
        if place == 0 || text[place - 1] >= 0x80 || Self.before.contains(text[place - 1]) { keys += 1 }
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if next(place + 1, over: Self.blanks) == UInt8(ascii: ":") { keys += 1 }
      case UInt8(ascii: "{"), UInt8(ascii: ","):
        if byte == UInt8(ascii: "{") { (openings, hasFlowMapping) = (openings + 1, true) }
        if let begin = next(place + 1, over: Self.space), Self.beginnings.contains(begin) { flowKeys += 1 }
      case UInt8(ascii: "&"):
        let name = Self.name(in: text, at: place + 1)
        // A word or a number, which is one value wherever it is used.
        let begin = next(name.endIndex, over: Self.blanks)
        if let begin, name.endIndex < text.count, Self.blanks.contains(text[name.endIndex]), Self.beginsWord(begin) {
          continue
        }
        if anchors[name] == nil { anchors[name] = (place, values, openings) }
      case UInt8(ascii: "*"):
        let name = Self.name(in: text, at: place + 1)
        if next(name.endIndex, over: Self.blanks) == UInt8(ascii: ":") { keys += 1 }
        uses += 1
        guard let anchor = anchors[name] else { continue }
        // What the anchor stands for began there and ended before this.
        values += values - anchor.values
        guard !isTooMuch else { return }
        let inner = depths.reversed().prefix { $0.place > anchor.place }.map(\.depth).max() ?? 0
        depths.append((place, openings - anchor.openings + inner))
        anchorDepth = max(anchorDepth, openings - anchor.openings + inner)
      default: break
      }
    }
    if hasFlowMapping { keys += flowKeys }
    // A value counts once for each key that it is in.
    keyWork = keys == 0 ? 0 : values * keys
  }

  private static let blanks = Array(" \t".utf8)
  private static let space = Array(" \t\r\n".utf8)
  /// What stands before a question mark that begins a key.
  private static let before = Array(" \t\r\n[{,:-?".utf8)
  /// What a list, a mapping, an alias, or what may stand before these begins with.
  private static let beginnings = Array("[{*&!#".utf8)

  private static func name(in text: [UInt8], at place: Int) -> ArraySlice<UInt8> {
    text[place...].prefix { beginsWord($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  /// Whether this is an ASCII letter or digit.
  private static func beginsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
