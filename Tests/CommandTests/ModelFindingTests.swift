import Diagnostics
import Foundation
import TestSupport
import Testing

/// Where `translate` and `inspect` look for models: a copy of the program stands where it would be installed.
struct ModelFindingTests {
  /// Runs a copy of the program in `PLACE/bin`.
  private func runCopy(_ place: URL, _ arguments: String, environment: String = "") throws -> Outcome {
    let bin = place.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let copy = bin.appending(path: "unroll")
    if !FileManager.default.fileExists(atPath: copy.path) {
      try FileManager.default.copyItem(at: unrollProgram, to: copy)
    }
    return try runShell("\(environment) '\(copy.path)' \(arguments)", input: Data("one\n".utf8))
  }

  private func makeModel(_ place: URL, _ name: String, _ languages: (String, String), seed: Int) throws -> String {
    let folder = place.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try TinyModel(folder: folder).make(languages: languages, seed: seed)
    return try runUnroll("translate", "--json", "--model", folder.path, input: "one\n").output
  }

  @Test func besideTheProgramAboveItAndInTheEnvironment() throws {
    try temporaryFolder { place in
      let none = try runCopy(place, "translate --json")
      expectFailure(none, .noInput, mentions: "no model; looked in \(place.path)/share/unroll/models, models in ")

      let above = try makeModel(place.appending(path: "models"), "above", ("en", "fr"), seed: 1)
      #expect(try runCopy(place, "translate --json").output == above)
      let shared = try makeModel(place.appending(path: "share/unroll/models"), "shared", ("en", "fr"), seed: 2)
      #expect(try runCopy(place, "translate --json").output == shared)
      let listed = try makeModel(place.appending(path: "own"), "listed", ("en", "fr"), seed: 3)
      let environment = "UNROLL_MODELS='\(place.path)/none:\(place.path)/own'"
      #expect(try runCopy(place, "translate --json", environment: environment).output == listed)
      #expect(Set([above, shared, listed]).count == 3)

      #expect(try runCopy(place, "translate --json --model above").output == above)
      let german = try makeModel(place.appending(path: "models"), "german", ("de", "en"), seed: 4)
      #expect(try runCopy(place, "translate --json --from de").output == german)
      #expect(try runCopy(place, "translate --json --to en").output == german)
      expectFailure(
        try runCopy(place, "translate --from fr --to de"), .noInput, mentions: "no model from fr to de; looked in ")
    }
  }
}
