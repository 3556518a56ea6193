import Testing
import Workbench

/// How sentences are put together for translation.
struct BatchCutTests {
  @Test func sentencesAndPiecesBothBoundABatch() {
    #expect(cut([], sentences: 2, pieces: 10) == [])
    #expect(cut([1, 1, 1, 1, 1], sentences: 2, pieces: 10) == [0..<2, 2..<4, 4..<5])
    // Padding counts: three of 4 take 12.
    #expect(cut([1, 2, 4, 5, 5], sentences: 9, pieces: 12) == [0..<3, 3..<5])
    #expect(cut([1, 2, 5, 6], sentences: 9, pieces: 12) == [0..<2, 2..<4])
  }

  @Test func aLongSentenceGoesAlone() {
    #expect(cut([3, 50, 60], sentences: 4, pieces: 10) == [0..<1, 1..<2, 2..<3])
    #expect(cut([99], sentences: 4, pieces: 10) == [0..<1])
  }
}
