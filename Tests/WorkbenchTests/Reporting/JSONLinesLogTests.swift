import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct JSONLinesLogTests {
  private func text(_ url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }

  @Test func linesAreThereAtOnce() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      let log = try JSONLinesLog(url)
      try log.append(["step": 1, "loss": 2.5, "note": "a\nb"])
      #expect(try text(url) == #"{"step":1,"loss":2.5,"note":"a\nb"}"# + "\n")
      try log.append(["step": 2, "loss": .number(.nan)])
      #expect(try text(url).hasSuffix("\n{\"step\":2,\"loss\":null}\n"))
      let again = try JSONLinesLog(url)
      #expect(again.droppedLines == 0)
      try again.append(["step": 3])
      #expect(try text(url).split(separator: "\n").count == 3)
    }
  }

  @Test func resumeDropsLaterLines() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      #expect(try JSONLinesLog(url, keepingThrough: 5).droppedLines == 0)
      let kept = #"{"recipe":"x"}"# + "\n" + #"{"step":10,"loss":1}"# + "\n" + #"{"step":20}"# + "\n"
      for tail in [
        #"{"step":21}"# + "\n" + #"{"done":true}"# + "\n", #"{"step":30}"# + "\n" + #"{"step":4"#, "{\n\0\0\0",
      ] {
        try AtomicFile.write(kept + tail, to: url)
        let log = try JSONLinesLog(url, keepingThrough: 20)
        #expect(log.droppedLines == 2)
        #expect(try text(url) == kept)
        try log.append(["step": 21])
        #expect(try text(url) == kept + "{\"step\":21}\n")
      }
      #expect(try JSONLinesLog(url, keepingThrough: 21).droppedLines == 0)
      #expect(try JSONLinesLog(url, keepingThrough: 0).droppedLines == 3)
      #expect(try text(url) == #"{"recipe":"x"}"# + "\n")
    }
  }

  @Test func logsThatCannotBeUsed() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("log.jsonl")
      try AtomicFile.write("{\"step\":1}\nnot JSON\n{\"step\":2}\n", to: url)
      expectUnrollError(.badData, mentions: "log.jsonl:2: the line is not a JSON object") {
        try JSONLinesLog(url, keepingThrough: 5)
      }
      expectUnrollError(.cannotCreate, mentions: "absent/log.jsonl", "create the folder first") {
        try JSONLinesLog(folder.appendingPathComponent("absent/log.jsonl"))
      }
      let full = try JSONLinesLog(URL(fileURLWithPath: "/dev/full"))
      expectUnrollError(.inputOutput, mentions: "/dev/full", "no space left on device") {
        try full.append(["step": 1])
      }
    }
  }
}
