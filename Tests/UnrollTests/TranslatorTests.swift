import Foundation
import Testing
// Nothing else of ours, so that this also shows what a user of the library sees.
import Unroll

/// The library as its users meet it. What a translation says is tested with the command.
struct TranslatorTests {
  /// The example of the README, line by line as it stands there.
  private func readmeExample(url: URL) throws {
    let translator = try Translator(model: url)
    print(try translator.translate("Where is the station?"))
  }

  @Test func theExampleOfTheReadmeIsTheOneAbove() throws {
    let here = URL(fileURLWithPath: #filePath)
    let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let readme = try String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst()
    let example = try #require(blocks.first?.components(separatedBy: "```").first)
    let code = try String(contentsOf: here, encoding: .utf8).components(separatedBy: "\n")
      .map { $0.trimmingCharacters(in: .whitespaces) }
    let lines = example.components(separatedBy: "\n").filter { !$0.isEmpty }
    #expect(lines.count >= 3 && lines[0] == "import Unroll")
    for line in lines { #expect(code.contains(line), "\(line)") }
    // In this order, one right after the other.
    let first = try #require(code.firstIndex(of: lines[1]))
    #expect(Array(code[first..<(first + lines.count - 1)]) == Array(lines.dropFirst()))
  }

  @Test func aMissingModelIsAnErrorToCatch() throws {
    do {
      try readmeExample(url: URL(fileURLWithPath: "/no/such/model"))
      Issue.record("no error was thrown")
    } catch let error as UnrollError {
      #expect(error.kind == .noInput)
      #expect(error.description == "/no/such/model: no such model folder; check the path")
    }
  }
}
