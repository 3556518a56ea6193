import Unroll
import Workbench

extension SentenceCandidate {
  /// The keys of a sentence in JSON, listed in docs/json.md; `key` is that of its text.
  func members(as key: String) -> [JSONValue.Member] {
    [
      .init(key, .string(text)), .init("score", Self.number(score)),
      .init("log_probability", Self.number(logProbability)), .init("complete", .boolean(isComplete)),
    ]
  }

  /// The shortest decimal that means this number, not that of the nearest `Double`.
  private static func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }
}
