import Diagnostics
import Foundation
import Testing
import Workbench

/// Breaks the full recipe in one place at a time: nothing that is written in a recipe may go unread.
@Suite struct RecipeMutationTests {
  private let lines = fullRecipe.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)

  /// The lines that hold a key, with what stands before and after the key's name.
  private var keyLines: [(index: Int, indent: String, key: String, rest: String)] {
    lines.enumerated().compactMap { index, line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let key = line[..<colon].drop { $0 == " " }
      return (index, String(line[..<key.startIndex]), String(key), String(line[colon...]))
    }
  }

  private func error(atLine index: Int, _ line: String) throws -> UnrollError {
    var lines = lines
    lines[index] = line
    return try recipeError(lines.joined(separator: "\n"))
  }

  @Test func theFullRecipeHasEveryKey() throws {
    #expect(
      try TranslationRecipe.read(yaml: fullRecipe, path: "r.yaml").yaml().split(separator: "\n").count == keyLines.count
    )
    #expect(keyLines.count > 80)
  }

  @Test func everyKeyMisspeltIsAnErrorOnItsLine() throws {
    for (index, indent, key, rest) in keyLines {
      let typo = key.first == "x" ? "y\(key)" : "x\(key)"
      let error = try error(atLine: index, indent + typo + rest)
      #expect(error.kind == .badData && error.file == "r.yaml")
      #expect(error.line == index + 1, "\(error)")
      #expect(error.what.hasSuffix("\(typo): unknown key"), "\(error)")
      #expect(error.advice == "did you mean \(key)?")
    }
  }

  @Test func everyValueOfAnotherTypeIsAnErrorOnItsLine() throws {
    for (index, indent, key, rest) in keyLines where rest != ":" {
      let error = try error(atLine: index, "\(indent)\(key): [[]]")
      #expect(error.line == index + 1, "\(error)")
      #expect(error.what.contains("\(key): expected "), "\(error)")
    }
  }

  @Test func everyKeyGivenTwiceIsAnErrorOnTheSecondLine() throws {
    for (index, indent, key, rest) in keyLines where rest != ":" {
      let error = try error(atLine: index, "\(lines[index])\n\(indent)\(key)\(rest)")
      #expect(error.line == index + 2, "\(error)")
      #expect(error.what.hasSuffix("\(key): key given twice"), "\(error)")
      #expect(error.advice == "it was first given on line \(index + 1); remove one of the two")
    }
  }
}
