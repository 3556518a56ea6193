import Unroll
import Workbench

extension SentenceCandidate {
  /// The keys of a sentence in JSON, listed in docs/json.md; `key` is that of its text.
  ///
  /// - Parameter showsAttention: Whether there is an `attention`, `null` where the sentence has none.
  func members(as key: String, showsAttention: Bool = false) -> [JSONValue.Member] {
    let members: [JSONValue.Member] = [
      .init(key, .string(text)), .init("score", Self.number(score)),
      .init("log_probability", Self.number(logProbability)), .init("complete", .boolean(isComplete)),
      .init("pieces", .array(pieces.map { .string($0) })),
      .init("piece_log_probabilities", .array(pieceLogProbabilities.map(Self.number))),
    ]
    guard showsAttention else { return members }
    let rows = attention.map { JSONValue.array($0.map { .array($0.map(Self.number)) }) }
    return members + [.init("attention", rows ?? .null)]
  }

  /// The shortest decimal that means this number, not that of the nearest `Double`.
  static func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }
}
