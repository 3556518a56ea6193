import Diagnostics
import Foundation
import TestSupport
import Testing

/// `unroll inspect attention`.
struct InspectAttentionTests {
  @Test func theShippedModelKnowsWhereTheStationIs() throws {
    let outcome = try runUnroll("inspect", "attention", "--source", "Where is the station?")
    expectSuccess(outcome)
    #expect(outcome.output.hasPrefix("<!DOCTYPE html>\n") && outcome.output.hasSuffix("</html>\n"))
    #expect(!outcome.output.contains("://"))
    let translation = try runUnroll("translate", input: "Where is the station?\n")
    #expect(outcome.output.contains(">\(translation.lines[0].replacing("'", with: "&#39;"))</span>"))
    // What is read, and what is written of it.
    #expect(outcome.output.contains("<span>station</span>") && outcome.output.contains(">gare</th>"))
    let share = outcome.output.components(separatedBy: "title=\"gare ← station: ").dropFirst().first
    let percent = try #require(share.flatMap { Int($0.prefix { $0.isNumber }) })
    #expect(percent > 30)
  }

  @Test func aModelCanBeNamedEitherWay() throws {
    try TinyModel.with { tiny in
      let named = try runUnroll("inspect", "attention", "models/tiny", "--source", "abc", folder: tiny.workplace)
      expectSuccess(named)
      let option = try runUnroll(
        "inspect", "attention", "--source", "abc", "--model", "models/tiny", "--output", "map.html",
        folder: tiny.workplace)
      expectSuccess(option)
      #expect(option.output == "")
      let file = try String(contentsOf: tiny.workplace.appending(path: "map.html"), encoding: .utf8)
      #expect(file == named.output && file.contains("Model tiny of 2026-01-02,"))
      expectFailure(
        try runUnroll("inspect", "attention", "a", "--source", "abc", "--model", "b"), .usage, mentions: "one model")
      expectFailure(
        try runUnroll("inspect", "attention", "models/tiny", "--source", "", folder: tiny.workplace), .usage,
        mentions: "the sentence is empty", "--source")
    }
  }

  @Test func aClipBecomesAPageOfStrips() throws {
    try temporaryFolder { folder in
      try TinyCaptionModel.write(to: folder.appending(path: "model"))
      try makeVideo("<clip>.mp4", testPicture, in: folder)
      let outcome = try runUnroll(
        "inspect", "attention", "<clip>.mp4", "--model", "model", "--output", "page.html", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.output == "")
      let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
      let caption = try runUnroll("caption", "<clip>.mp4", "--model", "model", folder: folder).lines[0]
      #expect(page.contains(">\(caption.isEmpty ? "(no words)" : caption)</h1>"))
      #expect(page.contains("&lt;clip&gt;.mp4") && !page.contains("<clip>"))
      #expect(page.components(separatedBy: "data:image/png;base64,").count == 11)
      expectFailure(
        try runUnroll(
          "inspect", "attention", "<clip>.mp4", "--model", "model", "--output", "./<clip>.mp4", folder: folder), .usage,
        mentions: "would replace")
    }
  }

  @Test func whatCannotBeShown() throws {
    try temporaryFolder { folder in
      try TinyCaptionModel.write(
        ["model.reader=mean", "model.attention=none", "model.bridge=input"], to: folder.appending(path: "mean"))
      try makeVideo("clip.mp4", testPicture, in: folder)
      expectFailure(
        try runUnroll("inspect", "attention", "clip.mp4", "--model", "mean", folder: folder), .usage,
        mentions: "mean: the model has no attention", "name a model")
      expectFailure(try runUnroll("inspect", "attention"), .usage, mentions: "Name a clip".lowercased(), "--source")
      expectFailure(try runUnroll("inspect", "attention", "-"), .usage, mentions: "read twice")
      expectFailure(
        try runUnroll("inspect", "attention", "absent.mp4", "--model", "mean", folder: folder), .noInput,
        mentions: "absent.mp4")
    }
  }

  @Test func aSentenceThatIsTooLongForAMap() throws {
    try TinyModel.with { tiny in
      let long = String(repeating: "one ", count: 1001)
      let outcome = try runUnroll("inspect", "attention", "models/tiny", "--source", long, folder: tiny.workplace)
      expectFailure(outcome, .usage, mentions: "pieces", "at most 1000")
    }
  }

  @Test func aModelIsStillInspectedByNameAlone() throws {
    try TinyModel.with { tiny in
      let short = try runUnroll("inspect", "models/tiny", "--json", folder: tiny.workplace)
      expectSuccess(short)
      #expect(
        try runUnroll("inspect", "summary", "models/tiny", "--json", folder: tiny.workplace).output == short.output)
    }
  }
}
