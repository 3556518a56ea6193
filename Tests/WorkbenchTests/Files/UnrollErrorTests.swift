import Diagnostics
import Testing

@Suite struct UnrollErrorTests {
  /// Whatever it quotes: a label of a megabyte, or marks that all belong to one letter.
  @Test(arguments: ["x", "e\u{301}", "\u{301}", "👍"]) func aMessageDoesNotGrowWithTheFile(_ piece: String) {
    let long = UnrollError(
      .badData, file: "labels.txt", line: 3, "'\(String(repeating: piece, count: 100_000))' is there twice",
      advice: "remove it")
    #expect(long.description.utf8.starts(with: "labels.txt:3: '".utf8))
    #expect(long.description.hasSuffix("…; remove it"))
    #expect(long.description.unicodeScalars.count < 1600)
    let short = UnrollError(.badData, "'\(String(repeating: piece, count: 500))' is there twice")
    #expect(short.description.hasSuffix("' is there twice"))
  }
}
