import Foundation
import TestSupport
import Testing
import Workbench

/// The recipes and data sets of the repository fit the code, and their README fits both.
@Suite struct ShippedRecipeTests {
  private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private var recipes: [URL] {
    get throws {
      let folder = package.appending(path: "recipes")
      return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: $0) }
    }
  }

  @Test func everyShippedRecipeIsRead() throws {
    var names: [RecipeTask: [String]] = [:]
    for url in try recipes {
      let task = try #require(try RecipeTask.peek(url), "\(url.lastPathComponent) names no task")
      let name =
        switch task {
        case .translate: try TranslationRecipe.read(from: url).name
        case .label: try LabelRecipe.read(from: url).name
        case .caption: try CaptionRecipe.read(from: url).name
        }
      names[task, default: []].append(name)
    }
    #expect(
      names[.translate] == [
        "multi30k-de-en", "multi30k-en-de", "multi30k-en-fr", "reverse-digits", "tatoeba-en-fr-characters",
        "tatoeba-en-fr", "tatoeba-fr-en",
      ])
    #expect(names[.caption] == ["flickr8k-stills", "grid-sentences", "shapes-sentences"])
    #expect(
      names[.label] == [
        "clip-class", "grid-words", "mobilenet-frames", "segmentation-scores", "shapes-attributes", "shapes-tiny",
        "shapes",
      ])
  }

  @Test func theOtherDirectionReadsTheSameFilesTurnedAround() throws {
    func read(_ name: String) throws -> TranslationRecipe {
      try TranslationRecipe.read(from: package.appending(path: "recipes/translate/\(name).yaml"))
    }
    let (there, back) = (try read("tatoeba-en-fr"), try read("tatoeba-fr-en"))
    #expect(back.data.columns == there.data.columns.reversed())
    #expect(back.data.source.language == there.data.target.language)
    #expect(back.data.target.language == there.data.source.language)
    #expect(back.data.train == there.data.train && back.data.test == there.data.test)
  }

  @Test func theToyDataIsFoundAndIsWhatItsReadmeSays() throws {
    let url = package.appending(path: "recipes/translate/reverse-digits.yaml")
    let recipe = try TranslationRecipe.read(from: url)
    let folder = DataFolder(recipe: recipe, file: url)
    let readme = try String(contentsOf: package.appending(path: "datasets/reverse-digits/README.md"), encoding: .utf8)
    let files = [recipe.data.train, recipe.data.valid, try #require(recipe.data.test)].flatMap(\.names)
    #expect(files.count == 3)
    for name in files {
      let file = try folder.file(name)
      let digest = try SHA256.hexDigest(ofFile: file)
      #expect(readme.contains(digest), "\(name)")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let columns = line.split(separator: "\t")
        #expect(columns.count == 2 && String(columns[0].reversed()) == columns[1])
      }
    }
  }

  @Test func theRecipeToCopyIsTenLinesAndIsRead() throws {
    let readme = try String(contentsOf: package.appending(path: "recipes/README.md"), encoding: .utf8)
    let parts = readme.components(separatedBy: "```")
    try #require(parts.count == 3 && parts[1].hasPrefix("yaml\n"))
    let yaml = String(parts[1].dropFirst("yaml\n".count))
    #expect(yaml.split(separator: "\n").count == 10)
    let recipe = try TranslationRecipe.read(yaml: yaml, path: "mine.yaml")
    #expect(recipe.name == "mine")
    #expect(recipe.data.train == .tabSeparated("train.tsv"))
  }

  @Test func theReadmeOfTheRecipesNamesEveryKey() throws {
    let readme = try String(contentsOf: package.appending(path: "recipes/README.md"), encoding: .utf8)
    let pages = readme.components(separatedBy: "\n## Keys of `task: ")
    try #require(pages.count == 4)
    let translation: [(prefix: String, keys: [String])] = [
      ("", DataSection.keys.map(\.name).filter { !["source", "target"].contains($0) && $0 != "vocabulary" }),
      ("source.", LanguageSection.keys.map(\.name)), ("target.", LanguageSection.keys.map(\.name)),
      ("sampling.", SamplingSection.keys.map(\.name)), ("vocabulary.", VocabularySection.keys.map(\.name)),
      ("", ModelSection.keys.map(\.name)),
      ("", TrainingSection.keys.map(\.name).filter { !$0.hasPrefix("ada") && $0 != "rmsprop" }),
      ("adam.", AdamSection.keys.map(\.name)),
      ("scheduled_sampling.", ScheduledSamplingSection.keys.map(\.name)), ("adagrad.", AdagradSection.keys.map(\.name)),
      ("rmsprop.", RMSPropSection.keys.map(\.name)), ("adadelta.", AdadeltaSection.keys.map(\.name)),
      ("", SearchSection.keys.map(\.name)),
    ]
    let labels: [(prefix: String, keys: [String])] = [
      ("", LabelDataSection.keys.map(\.name)), ("", FrameSection.keys.map(\.name)),
      ("", AugmentationSection.keys.map(\.name)), ("", LabelModelSection.keys.map(\.name)),
      ("", LabelLossSection.keys.map(\.name)),
    ]
    let captions: [(prefix: String, keys: [String])] = [
      ("", CaptionDataSection.keys.map(\.name).filter { $0 != "vocabulary" }),
      ("", CaptionModelSection.keys.map(\.name)),
    ]
    for (page, start, sections) in [
      (pages[1], "translate`", translation), (pages[2], "label`", labels), (pages[3], "caption`", captions),
    ] {
      #expect(page.hasPrefix(start))
      for (prefix, keys) in sections {
        for key in keys { #expect(page.contains("`\(prefix)\(key)`"), "\(start) \(prefix)\(key)") }
      }
    }
  }

  /// The recipes between the tables, indented.
  @Test func theShortLabelRecipesOfTheReadmeAreRead() throws {
    let readme = try String(contentsOf: package.appending(path: "recipes/README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "\n\n").filter { $0.contains("    task: label\n") }
    #expect(blocks.count == 3)
    for block in blocks {
      let yaml = block.split(separator: "\n").map { $0.dropFirst(4) + "\n" }.joined()
      _ = try LabelRecipe.read(yaml: yaml, path: "mine.yaml")
    }
  }

  @Test func theShortCaptionRecipesOfTheReadmeAreRead() throws {
    let readme = try String(contentsOf: package.appending(path: "recipes/README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "\n\n").filter { $0.contains("    task: caption\n") }
    #expect(blocks.count == 2)
    for block in blocks {
      let yaml = block.split(separator: "\n").map { $0.dropFirst(4) + "\n" }.joined()
      _ = try CaptionRecipe.read(yaml: yaml, path: "mine.yaml")
    }
  }

  /// The ways from frames to words, and where data may lie.
  @Test func theLinesOfThePageOnCaptionsAreRead() throws {
    let page = try String(contentsOf: package.appending(path: "docs/captions.md"), encoding: .utf8)
    let lines = page.components(separatedBy: "\n")
    let couplings = lines.filter { $0.hasPrefix("| `reader: ") }.map { $0.components(separatedBy: "`")[1] }
    #expect(couplings.count == 5)
    for keys in couplings {
      _ = try CaptionRecipe.read(
        yaml: "task: caption\nframes: {size: 64x64}\nmodel: {\(keys)}\n", path: "mine.yaml")
    }
    let data = lines.filter { $0.hasPrefix("    data: {") }
    #expect(data.count == 4)
    for line in data {
      let features = line.contains("clips: features")
      _ = try CaptionRecipe.read(
        yaml: "task: caption\n\(line.dropFirst(4))\n"
          + (features ? "model: {encoder: features}\n" : "frames: {size: 64x64}\n"), path: "mine.yaml")
    }
  }

  @Test func theSharedDataIsWhatTheReadmeSays() throws {
    guard let shared = sharedFolder() else { return }
    let sums = try String(
      contentsOf: package.appending(path: "datasets/tatoeba-en-fr/SHA256SUMS"), encoding: .utf8)
    let readme = try String(contentsOf: package.appending(path: "datasets/tatoeba-en-fr/README.md"), encoding: .utf8)
    let lines = sums.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines {
      let parts = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
      let digest = try SHA256.hexDigest(ofFile: shared.appending(path: "data/tatoeba-en-fr/\(parts[1])"))
      #expect(digest == parts[0])
      #expect(readme.contains("`\(parts[0])`"))
    }
  }
}
