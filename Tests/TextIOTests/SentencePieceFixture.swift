import Foundation
import TestSupport

/// A file of the SentencePiece fixtures.
func fixture(_ name: String) throws -> URL { try Fixture("sentencepiece").url(name) }

/// The lines of a fixture, cut at line feeds only: a Swift `Character` would take `\r\n` for one.
func fixtureLines(_ name: String) throws -> [String] {
  var lines = try Data(contentsOf: fixture(name)).split(separator: 0x0A, omittingEmptySubsequences: false)
  lines.removeLast()
  return lines.map { String(decoding: $0, as: UTF8.self) }
}
