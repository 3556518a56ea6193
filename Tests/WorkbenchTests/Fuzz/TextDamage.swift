import TensorCore

/// Changes a settings file line by line: values, keys, indentation, and what YAML can do with anchors and nesting.
func damageYAML(_ bytes: inout [UInt8], using random: inout SplitMix) {
  var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
  guard !lines.isEmpty else { return }
  let index = Int.random(in: lines.indices, using: &random)
  let line = lines[index]
  switch Int.random(in: 0..<12, using: &random) {
  case 0, 1, 2, 3:
    // Another value for a key.
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    let value = (Bool.random(using: &random) ? fuzzNumbers : yamlValues).randomElement(using: &random) ?? ""
    lines[index] = Array(line[...colon]) + Array(" \(value)".utf8)
  case 4: lines.insert(line, at: Int.random(in: 0...lines.count, using: &random))
  case 5: lines.remove(at: index)
  case 6: lines.swapAt(index, Int.random(in: lines.indices, using: &random))
  case 7:
    lines[index] = [UInt8](repeating: 0x20, count: Int.random(in: 0..<9, using: &random)) + line.drop { $0 == 0x20 }
  case 8:
    let depth = randomPower(below: 17, using: &random)
    let (open, close) =
      [("[", "]"), ("{", "}"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("[[]: ", "]"), ("!!x ", "")]
      .randomElement(using: &random) ?? ("[", "]")
    let closing = Bool.random(using: &random) ? String(repeating: close, count: depth) : ""
    let key = line.firstIndex(of: UInt8(ascii: ":")).map { Array(line[...$0]) } ?? []
    lines[index] = key + Array(" \(String(repeating: open, count: depth))\(closing)".utf8)
  case 9: lines.insert(Array(bomb(using: &random).utf8), at: index)
  case 10:
    // Many keys, each its own or nearly.
    let count = randomPower(below: 17, using: &random)
    let indent = String(decoding: line.prefix { $0 == 0x20 }, as: UTF8.self)
    lines.insert(contentsOf: (0..<count).map { Array("\(indent)k\($0): 1".utf8) }, at: index)
  default:
    let mark = [
      String(repeating: "9", count: randomPower(below: 20, using: &random)),
      String(repeating: "x", count: randomPower(below: 20, using: &random)) + ": 1",
      "&a ", "*a", "!!int ", "!<x> ", "|", ">-", "<<: ", "%YAML 1.1", "---", "...", "\t", "\r", "\u{FEFF}", "\u{85}",
    ]
    lines[index] += (mark.randomElement(using: &random) ?? "").utf8
  }
  bytes = Array(lines.joined(separator: [0x0A]).prefix([UInt8].mostFuzzed))
}

private let yamlValues = [
  "", "~", "null", "true", "[]", "{}", "[[]]", "{a: {b: c}}", "\"\"", "\"\\0\"", "\"\\uD800\"", "'", "\"", "|\n  x",
  "*a",
  "&a [1, 2]", "../../etc/passwd", "/dev/zero", "/dev/stdin", "..", ".", "a/b", "\u{202E}x", "e\u{301}", "1 000", "- -",
  "lstm", "gru", "rnn", "gru_reset_after", "none", "general", "additive", "dot", "all", "target", "next_layer",
  "output",
  "copy", "zero", "linear", "input", "affine", "word", "char", "subword", "average", "gnmt", "[source, target]",
]

/// A few lines that stand for very much: lists of lists, at times as a key.
private func bomb(using random: inout SplitMix) -> String {
  var (levels, width) = (Int.random(in: 2..<24, using: &random), Int.random(in: 2..<10, using: &random))
  // Deep instead of wide.
  if Int.random(in: 0..<4, using: &random) == 0 { (levels, width) = (randomPower(below: 17, using: &random), 1) }
  var lines = ["b0: &b0 [x]"]
  for level in 1...levels {
    let items = [String](repeating: "*b\(level - 1)", count: width).joined(separator: ", ")
    lines.append("b\(level): &b\(level) [\(items)]")
  }
  let last = ["b: *b\(levels)", "? *b\(levels)", "*b\(levels) : x", "b: {*b\(levels), [*b\(levels)]}"]
  return (lines + [last.randomElement(using: &random) ?? ""]).joined(separator: "\n")
}

/// Changes text of lines and columns: separators, ends of lines, what is no text, and what is much of it.
func damageLines(_ bytes: inout [UInt8], using random: inout SplitMix) {
  let place = Int.random(in: 0...bytes.count, using: &random)
  let pieces: [[UInt8]] = [
    [0x09], [0x0A], [0x0D], [0x0D, 0x0A], [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    [0xEF, 0xBB, 0xBF], [0xE2, 0x80, 0xA8], [0xC2, 0x85], [0xCC, 0x81], [0xCC, 0xA7], [0xE1, 0x85, 0xA1],
    [0xE1, 0x84, 0x80],
    [0xF0, 0x9F, 0x91, 0x8D], [0xF0, 0x9F, 0x8F, 0xBD], [0xE2, 0x80, 0x8D], [0x22], [0x2C], [0x5C], [0xEF, 0xB7, 0xBA],
    [0x1F, 0x8B, 0x08], [0xE2, 0x96, 0x81], [0xE2, 0x96, 0x85],
  ]
  let piece = pieces.randomElement(using: &random) ?? []
  let times = Bool.random(using: &random) ? 1 : randomPower(below: 16, using: &random)
  bytes.insert(contentsOf: [[UInt8]](repeating: piece, count: times).joined(), at: place)
  if bytes.count > [UInt8].mostFuzzed { bytes.removeSubrange([UInt8].mostFuzzed...) }
}
