import Foundation
import TestSupport
import Testing
import Workbench

/// BLEU, ROUGE-L and CIDEr-D of captions against pycocoevalcap's own figures, error rates against jiwer's.
@Suite struct CaptionScoresTests {
  private struct Case: Decodable {
    let name: String
    let hypotheses: [String]
    let references: [[String]]
    let bleu: [Double]
    let rouge: Double
    let cider: Double
    /// Errors and length.
    let words: [Int]
    let characters: [Int]
    /// BLEU-1 … BLEU-4, ROUGE-L, CIDEr of each.
    let clips: [[Double]]
  }

  private func scores(_ hypotheses: [String], _ references: [[String]]) -> CaptionScores {
    var corpus = CaptionCorpus()
    for (hypothesis, references) in zip(hypotheses, references) {
      corpus.add(CaptionTokenizer.none.words(hypothesis), references: references.map(CaptionTokenizer.none.words))
    }
    return CaptionScores(corpus)
  }

  @Test func equalToPycocoevalcap() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("captions").data("scores.json"))
    #expect(cases.count { $0.references.contains { $0.count > 1 } } >= 60)
    for example in cases {
      let scores = scores(example.hypotheses, example.references)
      expectClose(scores.corpus.bleu, example.bleu, tolerance: 1e-12, "\(example.name), BLEU")
      expectClose(scores.corpus.rougeL, example.rouge, tolerance: 1e-12, "\(example.name), ROUGE-L")
      expectClose(scores.corpus.cider, example.cider, tolerance: 1e-12, "\(example.name), CIDEr")
      #expect([scores.corpus.words.errors, scores.corpus.words.length] == example.words, "\(example.name), WER")
      #expect(
        [scores.corpus.characters.errors, scores.corpus.characters.length] == example.characters,
        "\(example.name), CER")
      for (index, figures) in scores.clips.enumerated() {
        expectClose(
          figures.bleu + [figures.rougeL, figures.cider], example.clips[index], tolerance: 1e-12,
          "\(example.name), clip \(index)")
      }
    }
  }

  @Test func theReferenceOfTheLowestRateCounts() {
    // Two errors in five words are fewer than one in two.
    let scores = scores(["a b c x y"], [["a x", "a b c d e"]])
    #expect(scores.corpus.words.errors == 2 && scores.corpus.words.length == 5)
    #expect(scores.corpus.words.rate == 0.4)
    #expect(scores.corpus.characters.errors == 2 && scores.corpus.characters.length == 9)
  }

  @Test func captionsThatAreAReference() {
    let scores = scores(["a b", "c", "d", ""], [["x", "a b"], ["c d"], ["d", "d"], [""]])
    #expect(scores.corpus.exact == 0.75)
    #expect(scores.clips.map(\.exact) == [1, 0, 1, 1])
    #expect(scores.signature == "nrefs:1-2|bleu:closest|rouge:beta1.2|cider:D,df:references|errors:best")
  }

  @Test func nothingToCompare() {
    #expect(CaptionScores(CaptionCorpus()).corpus.cider == 0)
    let empty = scores([""], [[""]])
    #expect(empty.corpus.words.rate == 0 && empty.corpus.rougeL == 1)
    #expect(scores(["a"], [[""]]).corpus.words.rate == .infinity)
  }
}
