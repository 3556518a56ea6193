import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct DataFolderTests {
  /// Makes empty files and gives the folder's path and the data folder of `home/recipes/translate/toy.yaml`.
  private func withFiles(
    _ files: [String], source: String? = nil, yaml: String = shortRecipe, overrides: [String] = [],
    _ body: (_ folder: DataFolder, _ home: String) throws -> Void
  ) throws {
    try temporaryFolder { home in
      for file in files + ["recipes/translate/toy.yaml"] {
        let url = home.appending(path: file)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: url)
      }
      let recipe = try TranslationRecipe.read(yaml: yaml, path: "toy.yaml", overrides: overrides)
      let source = source.map { home.appending(path: $0) }
      let file = home.appending(path: "recipes/translate/toy.yaml")
      try body(DataFolder(recipe: recipe, file: file, source: source), home.path)
    }
  }

  @Test func namesAreRelativeToTheSource() throws {
    try withFiles(["data/a.tsv", "recipes/translate/a.tsv"], source: "data") { folder, home in
      let file = try folder.file("a.tsv").path
      #expect(file == home + "/data/a.tsv")
    }
  }

  @Test func aNameThatTheSourceLacksIsNotLookedForElsewhere() throws {
    try withFiles(["recipes/translate/a.tsv"], source: "data") { folder, home in
      let error = try unrollError { _ = try folder.file("a.tsv") }
      let advice = "check --source and the name in the recipe"
      #expect(error == UnrollError(.noInput, file: home + "/data/a.tsv", "no such file", advice: advice))
    }
  }

  @Test func withoutSourceTheRecipesFolderComesFirst() throws {
    try withFiles(["datasets/toy/a.tsv", "recipes/translate/a.tsv", "datasets/toy/b.tsv"]) { folder, home in
      let file = try folder.file("a.tsv").path
      #expect(file == home + "/recipes/translate/a.tsv")
      let other = try folder.file("b.tsv").path
      #expect(other == home + "/datasets/toy/b.tsv")
    }
  }

  @Test func anotherNameForTheRunLeavesTheDataWhereTheyAre() throws {
    try withFiles(["datasets/toy/a.tsv", "datasets/second/a.tsv"], overrides: ["name=second"]) { folder, home in
      let file = try folder.file("a.tsv").path
      #expect(file == home + "/datasets/toy/a.tsv")
    }
    let named = shortRecipe + "\nname: first\n"
    let files = ["datasets/first/a.tsv", "datasets/toy/a.tsv", "datasets/toy/b.tsv", "datasets/second/c.tsv"]
    try withFiles(files, yaml: named, overrides: ["name=second"]) { folder, home in
      let first = try folder.file("a.tsv").path
      #expect(first == home + "/datasets/first/a.tsv")
      let second = try folder.file("b.tsv").path
      #expect(second == home + "/datasets/toy/b.tsv")
      let what = "no such file beside the recipe or in a folder datasets/first or datasets/toy above it"
      let advice = "name the folder with --source DIR; a README in \(home)/datasets says where to get data"
      try expectError(UnrollError(.noInput, file: "c.tsv", what, advice: advice)) {
        _ = try folder.file("c.tsv")
      }
    }
  }

  @Test func aMissingFileIsNoInput() throws {
    try withFiles([]) { folder, _ in
      try expectError(
        UnrollError(
          .noInput, file: "a.tsv", "no such file beside the recipe or in a folder datasets/toy above it",
          advice: "name the folder with --source DIR")
      ) { _ = try folder.file("a.tsv") }
      try expectError(
        UnrollError(.noInput, file: "/nowhere/a.tsv", "no such file", advice: "check the path in the recipe")
      ) { _ = try folder.file("/nowhere/a.tsv") }
    }
  }

  @Test func anAbsolutePathStandsForItself() throws {
    try withFiles(["x/a.tsv"], source: "data") { folder, home in
      let file = try folder.file(home + "/x/a.tsv").path
      #expect(file == home + "/x/a.tsv")
    }
  }
}
