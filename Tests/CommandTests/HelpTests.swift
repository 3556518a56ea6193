import Diagnostics
import Foundation
import Testing

/// `--help` of every verb against the page in Snapshots. UNROLL_UPDATE_SNAPSHOTS=1 writes the pages anew and fails.
struct HelpTests {
  @Test(arguments: [
    [], ["translate"], ["label"], ["caption"], ["train"], ["evaluate"], ["evaluate", "text"], ["evaluate", "frames"],
    ["evaluate", "captions"], ["evaluate", "exposure"], ["vocabulary"],
    ["vocabulary", "build"],
    ["vocabulary", "encode"], ["vocabulary", "decode"], ["inspect"], ["inspect", "summary"], ["inspect", "attention"],
    ["models"], ["models", "average"], ["models", "import"],
    ["frames"], ["frames", "probe"],
    ["frames", "times"], ["frames", "extract"], ["prepare"], ["prepare", "check"],
    ["synthesize"], ["synthesize", "shapes"],
  ])
  func helpIsAsTheSnapshot(_ verbs: [String]) throws {
    let outcome = try runShell((["unroll"] + verbs + ["--help"]).joined(separator: " "))
    expectSuccess(outcome)
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Snapshots/\((["unroll"] + verbs).joined(separator: "-")).txt")
    if ProcessInfo.processInfo.environment["UNROLL_UPDATE_SNAPSHOTS"] == "1" {
      try Data(outcome.output.utf8).write(to: page)
      Issue.record("\(page.lastPathComponent) was written anew")
    }
    // Word by word: where ArgumentParser breaks lines is its own affair.
    let expected = try String(contentsOf: page, encoding: .utf8)
    #expect(outcome.output.split(whereSeparator: \.isWhitespace) == expected.split(whereSeparator: \.isWhitespace))
  }

  @Test func everyVerbHasASnapshot() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Snapshots")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(try verbs(below: [])) == Set(pages.map { String($0.dropLast(".txt".count)) }))
  }

  /// The names of the pages of a command and of all below it, read from what `--help` lists.
  private func verbs(below command: [String]) throws -> [String] {
    let help = try runShell((["unroll"] + command + ["--help"]).joined(separator: " ")).lines
    let listed = help.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
    let names = listed.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }.compactMap {
      $0.split(separator: " ").first
    }
    return try [(["unroll"] + command).joined(separator: "-")]
      + names.flatMap { try verbs(below: command + [String($0)]) }
  }

  @Test func theBenchmarkSaysItsVersion() throws {
    let outcome = try runShell("unroll-bench --version")
    expectSuccess(outcome)
    #expect(outcome.output == "unroll-bench \(unrollVersion)\n")
  }

  @Test func theVersionNamesTheLibraries() throws {
    let outcome = try runUnroll("--version")
    expectSuccess(outcome)
    let names = outcome.lines.map { $0.split(separator: " ") }
    #expect(names.map(\.first) == ["unroll", "oneDNN", "SentencePiece", "zlib", "FFmpeg"])
    for name in names { #expect(name.count == 2 && name[1].first?.isNumber == true, "\(name)") }
  }
}
