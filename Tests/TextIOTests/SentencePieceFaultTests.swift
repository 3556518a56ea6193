import Diagnostics
import Foundation
import TestSupport
import Testing
import TextIO

/// Model files come from anywhere: whatever is in them, loading ends in a model or in an error.
@Suite struct SentencePieceFaultTests {
  private func load(_ bytes: some Sequence<UInt8>) throws {
    _ = try SentencePieceVocabulary(serialized: Array(bytes), name: "some.model")
  }

  @Test func filesThatAreNoModels() throws {
    expectUnrollError(.badData, mentions: "some.model: ", "the file is empty") { try load([]) }
    expectUnrollError(.badData, mentions: "some.model: ", "not a SentencePiece model") {
      try load("hello, world\n".utf8)
    }
    expectUnrollError(.badData, mentions: "not a SentencePiece model") { try load([0x1F, 0x8B, 0x08, 0x00]) }
    expectUnrollError(.badData, mentions: "not a SentencePiece model") { try load(repeatElement(0, count: 1000)) }
  }

  @Test func truncatedModels() throws {
    let whole = try Data(contentsOf: fixture("bpe.model"))
    for size in stride(from: 1, to: whole.count, by: 97) {
      // A cut between two fields leaves a smaller model that may be whole; any other cut is an error.
      do { try load(whole.prefix(size)) } catch let error as UnrollError { #expect(error.kind == .badData) }
    }
    expectUnrollError(.badData, mentions: "cut short or damaged", "copied in full") { try load(whole.dropLast(1)) }
  }

  @Test func rulesThatPointOutsideThemselves() throws {
    var bytes = try Array(Data(contentsOf: fixture("unigram.model")))
    let rules = try #require(normaliserRules(in: bytes))
    // The root of the trie with a far offset: without a check the library reads outside its memory.
    for index in 0..<4 { bytes[rules + 4 + index] = [0x00, 0xFC, 0xFF, 0x7F][index] }
    expectUnrollError(.badData, mentions: "the normalisation rules are damaged") { try load(bytes) }
    bytes[rules] ^= 0x01
    expectUnrollError(.badData, mentions: "the normalisation rules are damaged") { try load(bytes) }
  }

  /// Each letter of a text would become as much.
  @Test func rulesThatReplaceALetterByVeryMuch() throws {
    var bytes = try Array(Data(contentsOf: fixture("unigram.model")))
    let rules = try #require(normaliserRules(in: bytes))
    let trie = bytes[rules..<(rules + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
    for index in 0..<400 where bytes[rules + 4 + trie + index] == 0 { bytes[rules + 4 + trie + index] = 0x61 }
    expectUnrollError(.badData, mentions: "a normalisation rule has more than 128 bytes") { try load(bytes) }
  }

  @Test func piecesThatTheLibraryCannotHold() throws {
    func piece(_ text: [UInt8], score: Float = -1, type: UInt8 = 1) -> [UInt8] {
      let score = withUnsafeBytes(of: score.bitPattern.littleEndian, Array.init)
      let body = [0x0A, UInt8(text.count)] + text + [0x15] + score + [0x18, type]
      return [0x0A, UInt8(body.count)] + body
    }
    let unknown = piece(Array("<unk>".utf8), score: 0, type: 2)
    let long: [UInt8] = [0x0A, 0x84, 0x08, 0x0A, 0x81, 0x08] + [UInt8](repeating: 0x61, count: 1025)
    expectUnrollError(.badData, mentions: "piece 1 has more than 1024 bytes") { try load(unknown + long) }
    expectUnrollError(.badData, mentions: "piece 1 holds a zero byte") { try load(unknown + piece([0x61, 0, 0x62])) }
    expectUnrollError(.badData, mentions: "the score of piece 1 is not a number") {
      try load(unknown + piece([0x61], score: .nan))
    }
    expectUnrollError(.badData, mentions: "already defined") { try load(unknown + piece([0x61]) + piece([0x61])) }
    expectUnrollError(.badData, mentions: "unk is not defined") { try load(piece([0x61])) }
    expectUnrollError(.badData, mentions: "no end-of-sentence piece", "eos_id") { try load(unknown + piece([0x61])) }
  }

  @Test func damagedModelsNeverCrash() throws {
    let whole = try Array(Data(contentsOf: fixture("unigram.model")))
    let text = "Où est la gare ? Где вокзал ﬁ ＦＵＬＬ 车站 👍🏽"
    var state: UInt64 = 1
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    var loaded = 0
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<1 + random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
      guard let vocabulary = try? SentencePieceVocabulary(serialized: bytes, name: "damaged") else { continue }
      loaded += 1
      _ = vocabulary.decode(vocabulary.encode(text))
    }
    #expect(loaded > 0 && loaded < 200)
  }

  /// Where the normaliser's rules start: field 3 of the model, in it field 2.
  private func normaliserRules(in bytes: [UInt8]) -> Int? {
    // The rules of nmt_nfkc are the only long field, so their name stands right before them.
    let name = Array("nmt_nfkc".utf8)
    guard let found = bytes.indices.first(where: { bytes[$0...].starts(with: name) }) else { return nil }
    let key = found + name.count
    guard bytes[key] == 0x12, let end = bytes[(key + 1)...].firstIndex(where: { $0 < 0x80 }) else { return nil }
    return end + 1
  }
}
