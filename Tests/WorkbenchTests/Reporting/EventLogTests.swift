import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Events for TensorBoard.
@Suite struct EventLogTests {
  /// RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
  @Test func checksumsAreThoseOfTheStandard() {
    #expect(CRC32C.checksum(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum(Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(Array(0..<32)) == 0x46DD_794E)
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  /// The bytes that TensorBoard's own writer makes of the same events.
  @Test func recordsAreThoseOfTensorBoard() throws {
    let scalars: [(tag: String, value: Float)] = [
      ("train/loss", 2.5), ("train/learning_rate", 1e-3), ("train/tokens", 123_456_792), ("valid/bleu", 0),
    ]
    let events = [
      TrainingEvent(.version, step: 0, time: 1_764_130_000.25),
      TrainingEvent(.start, step: 0, time: 1_764_130_000.5),
      TrainingEvent(
        .text(tag: "recipe", String(repeating: "    größe: 1\n", count: 20)), step: 0, time: 1_764_130_001),
      TrainingEvent(.scalars(scalars), step: 300, time: 1_764_130_002.125),
      TrainingEvent(.scalars([("a", .infinity)]), step: 5_000_000_000, time: 1_764_130_003),
    ]
    #expect(try Fixture("tensorboard").data("events.tfevents") == Data(events.flatMap(\.record)))
  }

  @Test func eachSittingHasAFileThatSortsBehindThoseBefore() throws {
    try temporaryFolder { folder in
      let recipe = "task: translate\nname: a\n"
      let first = try EventLog(in: folder, from: 0, recipe: recipe) { 1_764_130_000.5 }
      try first.append(["step": 2, "best": true, "train/loss": 2.5, "valid/bleu": 3], step: 2)
      let second = try EventLog(in: folder, from: 3, recipe: nil) { 1_764_130_000.75 }
      #expect(first.url.lastPathComponent == "events.out.tfevents.1764130000.unroll")
      #expect(second.url.lastPathComponent == "events.out.tfevents.1764130001.unroll")
      func records(_ time: Double, _ events: [(TrainingEvent.Content, Int)]) -> Data {
        Data(events.flatMap { TrainingEvent($0, step: $1, time: time).record })
      }
      #expect(
        try Data(contentsOf: first.url)
          == records(
            1_764_130_000.5,
            [
              (.version, 0), (.start, 0), (.text(tag: "recipe", "    task: translate\n    name: a\n    \n"), 0),
              (.scalars([("train/loss", 2.5), ("valid/bleu", 3)]), 2),
            ]))
      #expect(try Data(contentsOf: second.url) == records(1_764_130_000.75, [(.version, 0), (.start, 3)]))
    }
  }

  @Test func eventsThatCannotBeWritten() {
    expectUnrollError(.cannotCreate, mentions: "absent", "cannot be read") {
      try EventLog(in: URL(fileURLWithPath: "absent"), from: 0, recipe: nil)
    }
  }

  /// The recipe says whether there are events; a run that goes on begins a file of its own at the step behind its checkpoint.
  @Test func runsHaveEvents() throws {
    try temporaryFolder { folder in
      let tiny = try TinyRun(in: folder)
      try tiny.train("run", stoppingAfter: 5)
      try tiny.train("run", resume: true)
      let files = try eventFiles(tiny.run("run"))
      #expect(files.count == 2)
      let start = TrainingEvent(.start, step: 6, time: 0).record
      // Behind the version: the length and its checksum, then time and step.
      let version = TrainingEvent(.version, step: 0, time: 0).record.count
      let second = try Data(contentsOf: try #require(files.last))
      #expect(Array(second[version..<version + 13]) == Array(start[..<13]))
      #expect(Array(second[version + 21..<version + start.count - 4]) == Array(start[21..<start.count - 4]))
      for tag in ["recipe", "train/loss", "train/gradient_norm", "train/tokens", "valid/loss", "valid/bleu"] {
        #expect(second.firstRange(of: Data(tag.utf8)) != nil, "\(tag)")
      }
      let quiet = try TinyRun(in: folder, overrides: ["training.tensorboard=false"])
      try quiet.train("quiet", stoppingAfter: 2)
      #expect(try eventFiles(tiny.run("quiet")).isEmpty)
      // A run may be told otherwise when it goes on.
      try tiny.train("quiet", resume: true, stoppingAfter: 2)
      #expect(try eventFiles(tiny.run("quiet")).count == 1)
    }
  }

  private func eventFiles(_ run: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(atPath: run.path).filter { $0.hasPrefix("events.out.tfevents.") }
      .sorted().map { run.appending(path: $0) }
  }
}
