import Diagnostics
import Foundation
import Testing
import Workbench

/// Breaks full recipes in one place at a time: nothing that is written in a recipe may go unread.
@Suite struct RecipeMutationTests {
  /// A recipe in which every key is written out.
  struct Full: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// Reads a recipe of the same task, and writes it out.
    let yaml: @Sendable (String) throws -> String

    var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    /// The lines that hold a key, with what stands before and after the key's name.
    var keyLines: [(index: Int, indent: String, key: String, rest: String)] {
      lines.enumerated().compactMap { index, line in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        let key = line[..<colon].drop { $0 == " " }
        return (index, String(line[..<key.startIndex]), String(key), String(line[colon...]))
      }
    }

    /// The error with another line in place of one.
    func error(atLine index: Int, _ line: String) throws -> UnrollError {
      var lines = lines
      lines[index] = line
      return try unrollError { _ = try yaml(lines.joined(separator: "\n")) }
    }
  }

  static let recipes = [
    Full(testDescription: "translation", text: fullRecipe) {
      try TranslationRecipe.read(yaml: $0, path: "r.yaml").yaml()
    },
    Full(testDescription: "captions", text: fullCaptionRecipe) {
      try CaptionRecipe.read(yaml: $0, path: "r.yaml").yaml()
    },
  ]

  @Test(arguments: recipes) func theFullRecipeHasEveryKey(_ recipe: Full) throws {
    let lines = try recipe.yaml(recipe.text).split(separator: "\n").filter { $0.contains(":") }
    #expect(lines.count == recipe.keyLines.count)
    #expect(recipe.keyLines.count > 80)
  }

  @Test(arguments: recipes) func everyKeyMisspeltIsAnErrorOnItsLine(_ recipe: Full) throws {
    for (index, indent, key, rest) in recipe.keyLines {
      let typo = key.first == "x" ? "y\(key)" : "x\(key)"
      let error = try recipe.error(atLine: index, indent + typo + rest)
      #expect(error.kind == .badData && error.file == "r.yaml")
      #expect(error.line == index + 1, "\(error)")
      #expect(error.what.hasSuffix("\(typo): unknown key"), "\(error)")
      #expect(error.advice == "did you mean \(key)?")
    }
  }

  @Test(arguments: recipes) func everyValueOfAnotherTypeIsAnErrorOnItsLine(_ recipe: Full) throws {
    for (index, indent, key, rest) in recipe.keyLines where rest != ":" {
      let error = try recipe.error(atLine: index, "\(indent)\(key): [[]]")
      #expect(error.line == index + 1, "\(error)")
      #expect(error.what.contains("\(key): expected ") || error.what.contains("\(key)[0]: expected "), "\(error)")
    }
  }

  @Test(arguments: recipes) func everyKeyGivenTwiceIsAnErrorOnTheSecondLine(_ recipe: Full) throws {
    for (index, indent, key, rest) in recipe.keyLines where rest != ":" {
      let error = try recipe.error(atLine: index, "\(recipe.lines[index])\n\(indent)\(key)\(rest)")
      #expect(error.line == index + 2, "\(error)")
      #expect(error.what.hasSuffix("\(key): key given twice"), "\(error)")
      #expect(error.advice == "it was first given on line \(index + 1); remove one of the two")
    }
  }
}
