import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import Testing
import TextIO
import Workbench

@Suite struct RecipeTests {
  @Test func shortRecipeHasTheDefaults() throws {
    let recipe = try TranslationRecipe.read(yaml: shortRecipe, path: "folder/first.try.yaml")
    #expect(recipe.name == "first.try")
    #expect(recipe.model == ModelSection())
    #expect(recipe.training == TrainingSection())
    #expect(recipe.search == SearchSection())
    #expect(recipe.data.train == .tabSeparated("train.tsv"))
    #expect(recipe.data.test == nil)
    #expect(recipe.data.columns == [.source, .target])
    #expect(recipe.data.sourceLevel == .subword)
    #expect(recipe.data.targetVocabulary == VocabularySection())
  }

  @Test func everyKeyReachesItsProperty() throws {
    let recipe = try TranslationRecipe.read(yaml: fullRecipe, path: "r.yaml")
    var expected = TranslationRecipe(
      name: "everything",
      data: DataSection(
        train: .twoFiles(source: "train.en.gz", target: "train.fr.gz"), valid: .tabSeparated("valid.tsv"),
        source: LanguageSection(language: "en"), target: LanguageSection(language: "pt-BR")))
    expected.data.test = .tabSeparated("test.tsv")
    expected.data.columns = [.target, .ignored, .source]
    expected.data.source.level = .char
    expected.data.source.vocabulary = vocabulary(.bpe, 100, 0.98, .nfkc, "en.model", 3)
    expected.data.target.level = .word
    expected.data.target.vocabulary = vocabulary(.unigram, 200, 0.97, .identity, "1.model", 4)
    expected.data.source.embeddings = "en.vec"
    expected.data.source.freezesEmbeddings = true
    expected.data.target.embeddings = "pt.vec.gz"
    expected.data.target.freezesEmbeddings = true
    expected.data.level = .word
    expected.data.vocabulary = vocabulary(.bpe, 300, 1, .nfkcCaseFolded, nil, 2)
    expected.data.maximumLength = 50
    expected.data.batchSize = 4000
    expected.data.batchType = .token
    expected.data.bucketSize = 1000
    expected.data.skipsBadLines = true
    expected.model.cell = .gruResetAfter
    expected.model.layers = 3
    expected.model.hiddenSize = 64
    expected.model.embeddingSize = 32
    expected.model.tieEmbeddings = .target
    expected.model.bidirectional = false
    expected.model.attention = .additive
    expected.model.attentionPlacement = .nextLayer
    expected.model.bridge = .linear
    expected.model.dropout = 0.1
    expected.model.variationalDropout = 0.25
    expected.model.wordDropout = 0.05
    expected.model.residual = true
    expected.model.reverseSource = true
    expected.model.warmStart = "tatoeba-en-fr"
    expected.training.optimizer = .sgd
    expected.training.learningRate = 1
    expected.training.adam.beta1 = 0.8
    expected.training.adam.beta2 = 0.98
    expected.training.adam.epsilon = 1e-9
    expected.training.adagrad.epsilon = 1e-9
    expected.training.rmsprop.alpha = 0.9
    expected.training.rmsprop.epsilon = 1e-9
    expected.training.adadelta.rho = 0.95
    expected.training.adadelta.epsilon = 1e-7
    expected.training.momentum = 0.9
    expected.training.nesterov = true
    expected.training.schedule = .plateau
    expected.training.warmup = 100
    expected.training.decayFactor = 0.6
    expected.training.decayEvery = 700
    expected.training.plateauFactor = 0.7
    expected.training.plateauPatience = 4
    expected.training.minimumLearningRate = 1e-5
    expected.training.gradientClipNorm = 5
    expected.training.gradientClipValue = 0.5
    expected.training.accumulate = 4
    expected.training.freeze = ["encoder.embedding"]
    var own = ScheduledSamplingSection()
    own.schedule = .exponential
    own.k = 100
    own.base = 0.6
    own.share = 0.4
    own.isDrawn = true
    expected.training.scheduledSampling = own
    expected.training.labelSmoothing = 0.1
    expected.training.averageDecay = 0.99
    expected.training.epochs = 20
    expected.training.steps = 9000
    expected.training.validateEvery = 500
    expected.training.logEvery = 50
    expected.training.tensorboard = false
    expected.training.checkpointEvery = 250
    expected.training.keepCheckpoints = 5
    expected.training.patience = 6
    expected.training.keepBest = .bleu
    expected.training.weights = .half
    expected.training.seed = 42
    expected.training.threads = 2
    expected.search.beamSize = 8
    expected.search.nBest = 4
    expected.search.lengthPenalty = .average
    expected.search.alpha = 0.7
    expected.search.maximumLength = 80
    expected.search.maximumLengthRatio = 2.5
    expected.search.maximumSourceLength = 30
    expected.search.minimumLength = 2
    expected.search.coveragePenalty = 0.3
    expected.search.noRepeatNgramSize = 3
    expected.search.repetitionPenalty = 1.2
    expected.search.forbidsUnknown = true
    (expected.search.temperature, expected.search.topK, expected.search.topP) = (0.8, 40, 0.9)
    #expect(recipe == expected)
  }

  private func vocabulary(
    _ type: SentencePieceTraining.ModelType, _ size: Int, _ coverage: Double,
    _ rule: VocabularySection.NormalizationRule,
    _ file: String?, _ minimumFrequency: Int
  ) -> VocabularySection {
    var section = VocabularySection()
    section.type = type
    section.size = size
    section.characterCoverage = coverage
    section.normalizationRuleName = rule
    section.file = file
    section.minimumFrequency = minimumFrequency
    return section
  }

  @Test func theResolvedRecipeIsWrittenInFull() throws {
    let recipe = try TranslationRecipe.read(yaml: fullRecipe, path: "r.yaml")
    // The full recipe above has every key in the order of writing, so it must come back as it is.
    let written = try recipe.yaml()
    for (line, expected) in zip(written.split(separator: "\n"), fullRecipe.split(separator: "\n")) {
      #expect(line == expected)
    }
    #expect(written == fullRecipe)
  }

  @Test(arguments: [fullRecipe, shortRecipe])
  func readingWhatWasWrittenGivesAnEqualRecipe(yaml: String) throws {
    let recipe = try TranslationRecipe.read(yaml: yaml, path: "short.yaml")
    let written = try recipe.yaml()
    let again = try TranslationRecipe.read(yaml: written, path: "resolved.yaml")
    #expect(again == recipe)
    #expect(try again.yaml() == written)
  }

  @Test func awkwardTextSurvivesWriting() throws {
    for name in [
      "no", "1e5", "null", "~", "a: b", "#x", "tab\there", "quote\"\\", "été.tsv", "2024-01-01", " x ", "-", "[a]",
    ] {
      var recipe = try TranslationRecipe.read(yaml: shortRecipe, path: "r.yaml")
      recipe.data.train = .tabSeparated(name)
      let again = try TranslationRecipe.read(yaml: recipe.yaml(), path: "r.yaml")
      #expect(again.data.train == .tabSeparated(name))
    }
  }

  @Test func numbersSurviveWriting() throws {
    for number in [1e-5, 1e-10, 0.1 + 0.2, 1, 123456.789, 2.2250738585072014e-308, 1.7976931348623157e308] {
      var recipe = try TranslationRecipe.read(yaml: shortRecipe, path: "r.yaml")
      recipe.training.learningRate = number
      let text = try recipe.yaml()
      #expect(try TranslationRecipe.read(yaml: text, path: "r.yaml").training.learningRate == number)
      // Other readers of YAML want a point in a number with an exponent.
      let line = try #require(text.split(separator: "\n").first { $0.contains("  learning_rate") })
      #expect(!line.contains("e") || line.dropFirst("  learning_rate".count).contains("."))
    }
  }

  @Test func aSideTakesWhatItLeavesOutFromTheCommonVocabulary() throws {
    let yaml =
      shortRecipe.replacing("{language: fr}", with: "{language: fr, vocabulary: {size: 100}}")
      + "  vocabulary: {type: bpe, size: 500}\n"
    let data = try TranslationRecipe.read(yaml: yaml, path: "r.yaml").data
    #expect(data.sourceVocabulary.size == 500)
    #expect(data.sourceVocabulary.type == .bpe)
    #expect(data.targetVocabulary.size == 100)
    #expect(data.targetVocabulary.type == .bpe)
  }

  @Test func windowsLineEndsAndAByteOrderMarkAreNoTrouble() throws {
    let yaml = "\u{FEFF}" + shortRecipe.replacing("\n", with: "\r\n")
    #expect(
      try TranslationRecipe.read(yaml: yaml, path: "r.yaml")
        == TranslationRecipe.read(yaml: shortRecipe, path: "r.yaml"))
  }

  @Test func anEmptySectionHasItsDefaults() throws {
    let recipe = try TranslationRecipe.read(yaml: shortRecipe + "model:\ntraining: ~\nsearch: {}\n", path: "r.yaml")
    #expect(recipe == (try TranslationRecipe.read(yaml: shortRecipe, path: "r.yaml")))
  }
}
