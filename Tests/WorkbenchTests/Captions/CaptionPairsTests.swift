import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Results and references of the same clips.
@Suite struct CaptionPairsTests {
  private func pairs(
    _ results: String, _ references: String, _ selection: CaptionPairs.Selection = .all, isPartial: Bool = false
  ) throws -> CaptionPairs {
    try temporaryFolder { folder in
      func table(_ text: String, _ name: String, _ options: CaptionTable.Options) throws -> CaptionTable {
        let url = URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: folder.path, isDirectory: true))
        try Data(text.utf8).write(to: url)
        return try CaptionTable(contentsOf: url, options) { _ in }
      }
      return try CaptionPairs(
        results: table(results, "results", .init(allowsEmpty: true)),
        references: table(references, "references", .init()),
        selection, isPartial: isPartial
      ) { _ in }
    }
  }

  @Test func byNumberNameAndStem() throws {
    let coco = """
      {"images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "in/b.c.jpg"}, {"id": 3, "file_name": "2"}],
       "annotations": [{"image_id": 1, "caption": "A"}, {"image_id": 2, "caption": "B"}, {"image_id": 3, "caption": "C"}]}
      """
    let byNumber = try pairs(
      #"[{"image_id": 2, "caption": "b"}, {"image_id": 1, "caption": ""}, {"image_id": 3, "caption": "c"}]"#, coco)
    #expect(
      byNumber.pairs.map(\.result) == ["", "b", "c"] && byNumber.pairs.map(\.name) == ["a.jpg", "in/b.c.jpg", "2"])
    let byName = try pairs("out/b.c.png\tb\na\ta\n2\tc\n", coco)
    #expect(byName.pairs.map(\.result) == ["a", "b", "c"])
  }

  @Test func splitsAndLists() throws {
    let references = "video,caption,split\na.mp4,A,train\nb.mp4,B,test\nc.mp4,C,test\nb.mp4,BB,test\n"
    let results = "a.mp4\ta\nb.mp4\tb\nc.mp4\tc\n"
    let test = try pairs(results, references, .split("test"))
    #expect(test.pairs.map(\.references) == [["B", "BB"], ["C"]])
    let listed = try temporaryFolder { folder in
      let list = folder.appending(path: "list")
      try Data("c.txt\na\n".utf8).write(to: list)
      return try pairs(results, references, .list(list))
    }
    #expect(listed.pairs.map(\.name) == ["a.mp4", "c.mp4"])
    expectUnrollError(.badData, mentions: "references: no clip is in the split valid") {
      try pairs(results, references, .split("valid"))
    }
  }

  @Test func clipsThatDoNotMatch() throws {
    let references = "a.mp4\tA\nb.mp4\tB\n"
    expectUnrollError(.badData, mentions: "results:2: the clip c.mp4 is not in references") {
      try pairs("a.mp4\ta\nc.mp4\tc\nb.mp4\tb\n", references)
    }
    expectUnrollError(.badData, mentions: "results:1: the clip a.mp4 has 2 results; give the best one only") {
      try pairs("a.mp4\ta\na.mp4\ta\nb.mp4\tb\n", references)
    }
    expectUnrollError(.badData, mentions: "results:2: a.mp4 and a.avi are results of the same clip") {
      try pairs("a.mp4\ta\na.avi\ta\nb.mp4\tb\n", references)
    }
    expectUnrollError(
      .badData, mentions: "results: has no result for 1 of 2 clips of references, the first is b.mp4", "--partial"
    ) { try pairs("a.mp4\ta\n", references) }
    let partial = try pairs("b.mp4\tb\n", references, isPartial: true)
    #expect(partial.pairs.map(\.name) == ["b.mp4"] && partial.missing == 1)
    // Which of two is meant cannot be told.
    expectUnrollError(.badData, mentions: "the clip a is not in references") {
      try pairs("a\tx\n", "a.mp4\tA\na.avi\tB\n", isPartial: true)
    }
  }
}
