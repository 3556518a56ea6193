import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct ModelFinderTests {
  /// The description of a model for other languages.
  private func description(from source: String, to target: String) -> String {
    let sides = fullDescription.split(separator: "target:", maxSplits: 1)
    return sides[0].replacing("language: en", with: "language: \(source)") + "target:"
      + sides[1].replacing("language: fr", with: "language: \(target)")
  }

  /// A finder for a program at `home/bin/unroll`; `models` are model folders by path, with their languages.
  private func withFinder(
    listed: String = "", _ models: [(path: String, from: String, to: String)],
    _ body: (_ finder: ModelFinder, _ home: URL) throws -> Void
  ) throws {
    try temporaryFolder { folder in
      let home = folder.resolvingSymlinksInPath()
      for model in models {
        try makeModel(home.appending(path: model.path), description: description(from: model.from, to: model.to))
      }
      let program = home.appending(path: "bin/unroll")
      try FileManager.default.createDirectory(
        at: program.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: program)
      let listed = listed.split(separator: ":").map { home.appending(path: String($0)).path }.joined(separator: ":")
      try body(ModelFinder(environment: ["UNROLL_MODELS": listed], program: program), home)
    }
  }

  /// Expects `find` to find the model folder at `path` of `home`.
  private func expect(
    _ path: String, in home: URL, sourceLocation: SourceLocation = #_sourceLocation,
    _ find: () throws -> ModelFolder<TranslationDescription>
  ) throws {
    let found = try find().url.path
    #expect(found == "\(home.path)/\(path)", sourceLocation: sourceLocation)
  }

  @Test func theEnvironmentComesBeforeTheInstalledAndTheOnesAbove() throws {
    let places = ["mine/x", "share/unroll/models/x", "bin/models/x", "models/x"]
    for first in places.indices {
      try withFinder(listed: "absent:mine", places[first...].map { ($0, "en", "fr") }) { finder, home in
        try expect(places[first], in: home) { try finder.find("x") }
        try expect(places[first], in: home) { try finder.find(from: "en", to: "fr") }
        try expect(places[first], in: home) { try finder.find() }
      }
    }
  }

  @Test func theFoldersAreTheDocumentedOnes() {
    let finder = ModelFinder(
      environment: ["UNROLL_MODELS": "/a:/b"], program: URL(fileURLWithPath: "/nowhere/here/bin/unroll"))
    #expect(
      finder.folders.map(\.path) == [
        "/a", "/b", "/nowhere/here/share/unroll/models", "/nowhere/here/bin/models", "/nowhere/here/models",
        "/nowhere/models", "/models",
      ])
  }

  @Test func aLinkToTheProgramIsFollowed() throws {
    try withFinder([("models/x", "en", "fr")]) { _, home in
      try temporaryFolder { elsewhere in
        let link = elsewhere.appending(path: "unroll")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: home.appending(path: "bin/unroll"))
        try expect("models/x", in: home) { try ModelFinder(environment: [:], program: link).find("x") }
      }
    }
  }

  @Test func languagesChoose() throws {
    try withFinder([("models/a", "en", "de"), ("models/b", "en", "fr"), ("models/c", "fr", "en")]) { finder, home in
      try expect("models/b", in: home) { try finder.find(from: "en", to: "fr") }
      try expect("models/c", in: home) { try finder.find(from: "fr") }
      try expect("models/a", in: home) { try finder.find(to: "de") }
    }
  }

  @Test func theDefaultComesFirstInItsFolder() throws {
    try withFinder([("models/a", "en", "fr"), ("models/tatoeba-en-fr", "en", "fr")]) { finder, home in
      try expect("models/tatoeba-en-fr", in: home) { try finder.find() }
      #expect(try finder.models().map(\.lastPathComponent) == ["tatoeba-en-fr", "a"])
    }
  }

  @Test func aPathIsTakenAsItIs() throws {
    try withFinder([("somewhere/m", "en", "fr")]) { finder, home in
      try expect("somewhere/m", in: home) { try finder.find(home.path + "/somewhere/m", from: "en", to: "fr") }
    }
  }

  @Test func aModelForOtherLanguagesIsAMistakeOfTheCommandLine() throws {
    try withFinder([("models/m", "en", "fr")]) { finder, home in
      let error = try unrollError { _ = try finder.find("m", to: "de") }
      #expect(
        error
          == UnrollError(
            .usage, file: home.path + "/models/m", "the model is from en to fr, not to de",
            advice: "name another model or leave out --from and --to"))
    }
  }

  @Test func whatIsNotFoundNamesThePlaces() throws {
    try withFinder(listed: "mine", [("models/m", "en", "fr")]) { finder, home in
      let places =
        "\(home.path)/mine, \(home.path)/share/unroll/models, models in \(home.path)/bin and the folders above it"
      let advice = "looked in \(places); name the folder of a model, or set UNROLL_MODELS"
      try expectError(UnrollError(.noInput, "no model called x", advice: advice)) { _ = try finder.find("x") }
      try expectError(UnrollError(.noInput, "no model from de to fr", advice: advice)) {
        _ = try finder.find(from: "de", to: "fr")
      }
      try expectError(
        UnrollError(
          .noInput, file: "./x", "no such model folder",
          advice: "check the path, or give the name of a model in \(places)")
      ) { _ = try finder.find("./x") }
    }
    try withFinder([]) { finder, _ in
      let error = try unrollError { _ = try finder.find() }
      #expect(error.what == "no model")
    }
  }

  @Test func anUnreadableDescriptionHidesNoModel() throws {
    try withFinder([("models/a", "en", "fr"), ("models/b", "en", "de")]) { finder, home in
      let broken = home.appending(path: "models/a/model.yaml")
      try Data("format: 7\n".utf8).write(to: broken)
      try expect("models/b", in: home) { try finder.find() }
      let error = try unrollError { _ = try finder.find(to: "fr") }
      #expect(error.description == "\(broken.path):1: made by a newer unroll (format 7); update unroll")
    }
  }

  @Test func aDamagedModelIsNotReplacedByAnother() throws {
    try withFinder([("models/a", "en", "fr"), ("models/b", "en", "fr")]) { finder, home in
      try Data("x".utf8).write(to: home.appending(path: "models/a/weights.safetensors"))
      let error = try unrollError { _ = try finder.find(from: "en") }
      #expect(error.kind == .badData && error.file == home.path + "/models/a/weights.safetensors")
    }
  }
}
