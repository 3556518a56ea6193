import Foundation
import TestSupport
import TextIO
import Testing
import Workbench

/// The whole way of the shipped toy recipe: data, vocabulary, training, model folder, beam search, score.
@Suite("The toy task")
struct DigitReversalTests {
  private let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("a small LSTM learns to reverse strings of digits", .timeLimit(.minutes(5)))
  func reversal() throws {
    try temporaryFolder { folder in
      var request = TrainingRequest(recipe: package.appending(path: "recipes/translate/reverse-digits.yaml"))
      request.run = folder.appending(path: "run")
      let (outcome, url) = try trainModel(request, watch: Notes().watch())
      #expect(outcome == .finished)
      let model = try ModelFolder<TranslationDescription>.open(url)
      let scores = model.description.provenance.scores
      let exact = try #require(scores.first { $0.name == "test_exact" }?.value)
      #expect(exact > 99)
      // One-word sentences have no BLEU.
      #expect(scores.first { $0.name == "test_bleu" }?.value == 0)
      let chrf = try #require(scores.first { $0.name == "test_chrf" }?.value)
      #expect(chrf > 99 && chrf <= 100 && scores.contains { $0.name == "valid_chrf" })
      // The figure is that of the model as it was written.
      let test = try ParallelText.load(
        tsv: package.appending(path: "datasets/reverse-digits/test.tsv"), sourceColumn: 0, targetColumn: 1)
      let again = try TranslationModel(model).scores(on: test, model.description.search)
      expectClose(again.exact, exact, tolerance: 0.01)
    }
  }
}
