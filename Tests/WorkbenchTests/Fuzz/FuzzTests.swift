import Foundation
import TestSupport
import Testing

/// Files that come from anywhere: whatever is in them, a reader gives what is in them or one `UnrollError`.
///
/// A second a reader in the suite; `make fuzz` goes on for longer.
@Suite(.serialized) struct FuzzTests {
  private static let readers = 5

  private func run(_ reader: FuzzedReader) throws {
    let plan = FuzzPlan(readers: Self.readers)
    let report = try fuzz(reader, plan, corpus: corpus(reader.name))
    #expect(report.trials > 5, "\(reader.name) is too slow to be fuzzed")
    guard plan.isLong else { return }
    print(
      """
      fuzz: \(reader.name), seed \(plan.seed): \(report.trials) trials in \(Int(report.seconds)) s, \(report.refused) refused, \
      at most \(report.mostSeconds) s and \(report.mostMegabytes) MB
      """)
  }

  /// What made a reader fail once: a file, or a folder of them.
  private func corpus(_ name: String) throws -> [FuzzedReader.Files] {
    let folder = try Fixture("fuzz").folder.appending(path: name)
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .map { try files(in: folder.appending(path: $0)) }
  }

  @Test func safetensors() throws { try run(.safetensors()) }
  @Test func models() throws { try run(.models()) }
  @Test func vocabularies() throws { try run(.vocabularies()) }
  @Test func recipes() throws { try run(.recipes()) }
  @Test func texts() throws { try run(.texts()) }
}
