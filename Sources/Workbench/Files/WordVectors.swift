import Diagnostics
package import Foundation
import TextIO

/// Word vectors as text, plain or gzip: a word and its numbers a line, with blanks between them, as GloVe has them; word2vec's first
/// line, how many there are and how long, may stand before.
package enum WordVectors {
  /// Reads the vectors of some words; of a word that comes twice the first.
  ///
  /// - Parameter size: how many numbers a vector must have.
  /// - Throws: `UnrollError` naming the line of a vector of another size, or of what is no finite number.
  package static func read(_ url: URL, size: Int, of wanted: Set<String>) throws -> [String: [Float]] {
    let reader = try LineReader(url, invalidText: .repair)
    var found: [String: [Float]] = [:]
    while let line = try reader.next() {
      let fields = line.text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      func wrong(_ what: String) -> UnrollError {
        UnrollError(
          .badData, file: reader.name, line: line.number, what,
          advice: "give a file with a word and \(size) numbers a line, or another model.embedding_size")
      }
      if fields.isEmpty { continue }
      if line.number == 1, fields.count == 2, size != 1, let length = Int(Substring(fields[1])) {
        guard length == size else { throw wrong("vectors of \(length) numbers, and embedding_size is \(size)") }
        continue
      }
      guard fields.count > size else {
        throw wrong("a word and \(fields.count - 1) numbers, and embedding_size is \(size)")
      }
      // A few words of GloVe's have blanks in them.
      let word = fields.dropLast(size).map { String(Substring($0)) }.joined(separator: " ")
      if found.isEmpty, fields.count > size + 1, Float(Substring(fields[fields.count - size - 1])) != nil {
        throw wrong("more than \(size) numbers, which is embedding_size")
      }
      guard wanted.contains(word), found[word] == nil else { continue }
      found[word] = try fields.suffix(size).map { field in
        guard let number = Float(Substring(field)), number.isFinite else {
          throw wrong("\"\(String(Substring(field)).prefix(40))\" is no finite number")
        }
        return number
      }
    }
    return found
  }
}
