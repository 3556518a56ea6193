import Foundation

/// How one kind of value is read from YAML and written back. Reading what was written gives an equal value.
package struct Codec<Value: Sendable>: Sendable {
  /// Reads a value; throws an error that names the key and the line.
  package let read: @Sendable (Field) throws -> Value
  /// Writes a value.
  package let write: @Sendable (Value) -> YAMLNode

  /// Pairs the two directions.
  package init(read: @escaping @Sendable (Field) throws -> Value, write: @escaping @Sendable (Value) -> YAMLNode) {
    self.read = read
    self.write = write
  }
}

extension Codec where Value == Int {
  /// A whole number within `bounds`.
  package static func integer(_ bounds: Bounds<Int>) -> Codec {
    Codec(
      read: { field in
        let advice = "give a whole number \(bounds.words)"
        guard case .scalar(let text, isPlain: true) = field.node.content, let value = Int(text) else {
          throw field.error("expected a whole number, found \(field.node.summary)", advice: advice)
        }
        guard bounds.contains(value) else { throw field.error("\(value) is out of range", advice: advice) }
        return value
      },
      write: { .plain(String($0)) })
  }
}

extension Codec where Value == Double {
  /// A finite number within `bounds`.
  package static func number(_ bounds: Bounds<Double>) -> Codec {
    Codec(
      read: { field in
        let advice = "give a number \(bounds.words)"
        // Double() also takes "inf", "nan" and hexadecimal, which no recipe means.
        guard case .scalar(let text, isPlain: true) = field.node.content,
          text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), let value = Double(text), value.isFinite
        else { throw field.error("expected a number, found \(field.node.summary)", advice: advice) }
        guard bounds.contains(value) else { throw field.error("\(field.node.summary) is out of range", advice: advice) }
        return value
      },
      write: { value in
        // Other YAML readers take 1e-05 for text: a number needs its point there.
        let text = "\(value)"
        guard let e = text.firstIndex(of: "e"), !text.contains(".") else { return .plain(text) }
        return .plain(text[..<e] + ".0" + text[e...])
      })
  }
}

extension Codec where Value == Bool {
  /// `true` or `false`.
  package static var flag: Codec {
    Codec(
      read: { field in
        switch field.node.content {
        case .scalar("true", isPlain: true): return true
        case .scalar("false", isPlain: true): return false
        default: throw field.error("expected true or false, found \(field.node.summary)", advice: "write true or false")
        }
      },
      write: { .plain($0 ? "true" : "false") })
  }
}

extension Codec where Value == String {
  /// Text that is not empty; `what` says what it is ("a file name").
  package static func text(_ what: String = "text") -> Codec {
    Codec(
      read: { field in
        guard case .scalar(let text, _) = field.node.content, !text.isEmpty, !field.node.isNull else {
          throw field.error("expected \(what), found \(field.node.summary)")
        }
        // No path is longer, and messages show it.
        guard text.utf8.count <= 4096 else {
          throw field.error("expected \(what), found a text of \(text.utf8.count) bytes")
        }
        return text
      },
      write: { .text($0) })
  }

  /// Text made of ASCII letters, digits, `.`, `_` and `-` that begins with a letter or digit: safe as the name of a folder.
  package static func name(_ what: String) -> Codec {
    let text = Codec.text(what)
    return Codec(
      read: { field in
        let name = try text.read(field)
        guard isPlainName(name) else {
          throw field.error(
            "\(field.node.summary) cannot be used as \(what)",
            advice: "use letters, digits, dots, dashes and underscores, and begin with a letter or digit")
        }
        return name
      },
      write: text.write)
  }
}

/// Whether `name` is made of at most 200 ASCII letters, digits, `.`, `_` and `-`, and begins with a letter or digit.
package func isPlainName(_ name: String) -> Bool {
  // File systems stop at 255 bytes, of which an ending may take some.
  guard name.utf8.count <= 200 else { return false }
  let isWord = { (c: Character) in c.isASCII && (c.isLetter || c.isNumber) }
  guard let first = name.first, isWord(first) else { return false }
  return name.allSatisfy { isWord($0) || $0 == "." || $0 == "_" || $0 == "-" }
}

extension Codec where Value: RawRepresentable<String> & CaseIterable {
  /// One word of the enumeration's.
  package static var choice: Codec {
    Codec(
      read: { field in
        let words = Value.allCases.map(\.rawValue)
        let advice =
          words.count == 1 ? "the only choice is \(words[0])" : "give one of \(words.joined(separator: ", "))"
        guard case .scalar(let text, _) = field.node.content, !field.node.isNull else {
          throw field.error("expected a word, found \(field.node.summary)", advice: advice)
        }
        if let value = Value(rawValue: text) { return value }
        let near = suggestion(for: text, among: words).map { "did you mean \($0)?" }
        throw field.error("unknown value \(field.node.summary)", advice: near ?? advice)
      },
      write: { .text($0.rawValue) })
  }
}

extension Codec {
  /// A value that may be left out: nothing (`null`) means nil.
  package static func optional<Wrapped>(_ codec: Codec<Wrapped>) -> Codec where Value == Wrapped? {
    Codec(
      read: { $0.node.isNull ? nil : try codec.read($0) },
      write: { $0.map(codec.write) ?? .null })
  }

  /// A list of values of one kind.
  package static func list<Element>(of codec: Codec<Element>) -> Codec where Value == [Element] {
    Codec(
      read: { field in
        guard case .sequence(let items) = field.node.content else {
          throw field.error("expected a list, found \(field.node.summary)", advice: "write [first, second]")
        }
        return try items.map { try codec.read(field.item($0)) }
      },
      write: { .list($0.map(codec.write)) })
  }
}
