import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// `unroll evaluate exposure`.
struct EvaluateExposureTests {
  private func exposure(_ model: TinyModel, _ arguments: String...) throws -> Outcome {
    try write("hello\nhow are you\n", "en.txt", model.workplace)
    try write("abc\nde\n", "fr.txt", model.workplace)
    return try runShell(
      "unroll evaluate exposure models/tiny --source en.txt --target fr.txt \(arguments.joined(separator: " "))",
      folder: model.workplace)
  }

  @Test func aRowForEachPosition() throws {
    try TinyModel.with { model in
      let outcome = try exposure(model)
      expectSuccess(outcome)
      let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
      try #require(rows.count == 6)
      #expect(rows.map(\.first) == ["position", "1", "2", "3", "4", "all"])
      #expect(rows.map { $0[1] } == ["units", "2", "2", "2", "1", "7"])
      // Before the first unit nothing of its own has been read.
      #expect(rows[1][2] == rows[1][3] && rows[1][4] == "0.000")
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try TinyModel.with { model in
      let outcome = try exposure(model, "--json")
      expectSuccess(outcome)
      let object = try #require(try expectDocumentedKeys(outcome, "evaluate exposure").first)
      #expect(object["units"] == 7)
    }
  }

  @Test func needsPairs() throws {
    try TinyModel.with { model in
      try write("", "en.txt", model.workplace)
      try write("", "fr.txt", model.workplace)
      expectFailure(
        try runShell(
          "unroll evaluate exposure models/tiny --source en.txt --target fr.txt", folder: model.workplace), .badData,
        mentions: "there is no sentence pair in it")
    }
  }
}
