package import Foundation
import Workbench

/// One folder of small files with numbers that someone else computed, and the script that made them.
///
/// It lies in `Fixtures/NAME` of the test target, which is looked for from the test's own source file upwards.
package struct Fixture {
  /// A tensor of a fixture: its dimensions and its numbers, row-major.
  package typealias Numbers = (shape: [Int], values: [Float])

  /// The folder of the fixture.
  package let folder: URL

  /// Finds `Fixtures/name` beside the calling file or in a folder above it. Throws when there is none.
  package init(_ name: String, filePath: String = #filePath) throws {
    var place = URL(fileURLWithPath: filePath).deletingLastPathComponent()
    while place.path != "/" {
      let candidate = place.appendingPathComponent("Fixtures").appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: candidate.path) {
        folder = candidate
        return
      }
      place.deleteLastPathComponent()
    }
    throw Missing(name: name)
  }

  /// No fixture of that name near the test.
  package struct Missing: Error {
    package let name: String
  }

  /// The place of one file of the fixture.
  package func url(_ file: String) -> URL { folder.appendingPathComponent(file) }

  /// The bytes of one file of the fixture.
  package func data(_ file: String) throws -> Data { try Data(contentsOf: url(file)) }

  /// The floating-point tensors of a safetensors file of the fixture, by name.
  package func tensors(_ file: String) throws -> [String: Numbers] {
    let weights = try SafetensorsFile(contentsOf: url(file))
    var tensors: [String: Numbers] = [:]
    for entry in weights.entries where [.float32, .float16, .brainFloat16].contains(entry.type) {
      tensors[entry.name] = (entry.shape, try weights.floats(entry.name))
    }
    return tensors
  }
  /// The integer tensors of a safetensors file of the fixture, by name.
  package func integers(_ file: String) throws -> [String: [Int]] {
    let weights = try SafetensorsFile(contentsOf: url(file))
    var tensors: [String: [Int]] = [:]
    for entry in weights.entries where [.signed32, .signed64].contains(entry.type) {
      tensors[entry.name] = try weights.integers(entry.name)
    }
    return tensors
  }
}
