import Foundation
import TestSupport
import Testing
import TextIO

/// Ids, pieces and decoded text equal those of SentencePiece's own Python package (`Fixtures/sentencepiece/make.py`).
@Suite struct SentencePieceAgreementTests {
  @Test(arguments: ["unigram", "bpe"]) func thousandSentences(_ name: String) throws {
    let vocabulary = try SentencePieceVocabulary(contentsOf: fixture("\(name).model"))
    let sentences = try fixtureLines("sentences.txt")
    let expectedIDs = try fixtureLines("\(name).ids").map { $0.split(separator: " ").compactMap { Int($0) } }
    let expectedText = try fixtureLines("\(name).text")
    #expect(sentences.count == 1000 && expectedIDs.count == 1000 && expectedText.count == 1000)
    for (index, sentence) in sentences.enumerated() {
      let ids = vocabulary.encode(sentence)
      #expect(ids == expectedIDs[index], "sentence \(index + 1): \(sentence)")
      let text = vocabulary.decode(ids)
      #expect(Array(text.utf8) == Array(expectedText[index].utf8), "sentence \(index + 1): \(sentence)")
      let pieces = vocabulary.encodePieces(sentence)
      #expect(pieces.count == ids.count)
      for (piece, id) in zip(pieces, ids) where id != vocabulary.special.unknown {
        #expect(vocabulary.piece(id) == piece && vocabulary.id(piece) == id)
      }
    }
  }

  @Test func specialPiecesComeFromTheModel() throws {
    let ours = try SentencePieceVocabulary(contentsOf: fixture("unigram.model"))
    #expect(ours.count == 400)
    #expect(ours.special == SpecialPieces(pad: 1, unknown: 0, begin: 2, end: 3))
    #expect([0, 1, 2, 3].map(ours.piece) == ["<unk>", "<pad>", "<s>", "</s>"])
    // SentencePiece's own numbering, without a pad: the end piece takes its place.
    let theirs = try SentencePieceVocabulary(contentsOf: fixture("bpe.model"))
    #expect(theirs.count == 700)
    #expect(theirs.special == SpecialPieces(pad: 2, unknown: 0, begin: 1, end: 2))
  }

  @Test func decodingDropsSpecialsAndSurvivesAnyID() throws {
    let vocabulary = try SentencePieceVocabulary(contentsOf: fixture("unigram.model"))
    let ids = vocabulary.encode("the station")
    #expect(vocabulary.decode([2] + ids + [3, 1, 1]) == "the station")
    #expect(vocabulary.decode([]) == "")
    #expect(vocabulary.decode([0]).contains("⁇"))
    #expect(vocabulary.decode([-1, 400, .max]).contains("⁇"))
    #expect(vocabulary.piece(-1) == "<unk>" && vocabulary.piece(400) == "<unk>")
    #expect(vocabulary.score(-1) == 0 && vocabulary.score(400) == 0 && vocabulary.score(10) < 0)
    #expect(vocabulary.id("not a piece") == 0)
  }

  @Test func manyThreadsShareOneModel() async throws {
    let vocabulary = try SentencePieceVocabulary(contentsOf: fixture("unigram.model"))
    let sentences = try fixtureLines("sentences.txt")
    let expected = sentences.map(vocabulary.encode)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 { group.addTask { sentences.map(vocabulary.encode) == expected } }
      for await same in group { #expect(same) }
    }
  }

  @Test func writingKeepsTheBytes() throws {
    let file = try fixture("bpe.model")
    #expect(try Data(loadVocabulary(at: file).serialized) == Data(contentsOf: file))
  }
}
