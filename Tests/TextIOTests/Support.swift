import Diagnostics
import Foundation
import Testing

/// A folder that lives as long as this object.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-text-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file and returns where.
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> URL {
    let file = url.appendingPathComponent(name)
    try Data(bytes).write(to: file)
    return file
  }
}

/// A file of the SentencePiece fixtures.
func fixture(_ name: String) throws -> URL {
  try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/sentencepiece/\(name)")
}

/// The lines of a fixture, cut at line feeds only: a Swift `Character` would take `\r\n` for one.
func fixtureLines(_ name: String) throws -> [String] {
  var lines = try Data(contentsOf: fixture(name)).split(separator: 0x0A, omittingEmptySubsequences: false)
  lines.removeLast()
  return lines.map { String(decoding: $0, as: UTF8.self) }
}

/// Expects an error with this kind and with all of these parts in its one line.
func expectError(
  _ kind: UnrollError.Kind, _ parts: String..., at location: SourceLocation = #_sourceLocation,
  from body: () throws -> Void
) {
  do {
    try body()
    Issue.record("no error was thrown", sourceLocation: location)
  } catch let error as UnrollError {
    #expect(error.kind == kind, "\(error)", sourceLocation: location)
    for part in parts { #expect(error.description.contains(part), "\(error)", sourceLocation: location) }
  } catch {
    Issue.record("not an UnrollError: \(error)", sourceLocation: location)
  }
}
