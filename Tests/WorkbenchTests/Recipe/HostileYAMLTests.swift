import Diagnostics
import Testing
import Workbench

/// Settings that were made to take all time, memory or stack: one line says so at once.
@Suite struct HostileYAMLTests {
  private func refusal(_ yaml: String) throws -> UnrollError {
    try unrollError { _ = try TranslationRecipe.read(yaml: yaml, path: "r.yaml") }
  }

  /// Lists of lists by anchors, each level ten times the one before.
  private var bomb: String {
    var yaml = "b0: &b0 [x]\n"
    for level in 1...20 {
      yaml += "b\(level): &b\(level) [\(Array(repeating: "*b\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    return yaml
  }

  @Test(arguments: [
    "? *b20\n", "*b20 : x\n", "b: {*b20 : x}\n", "b: {*b20, x: y}\n", "b: {a: b, [*b20]}\n", "[*b20]: x\n",
  ])
  func anchorsInKeysAreNotMultiplied(_ key: String) throws {
    #expect(try refusal(bomb + key).what == "more than 100000 values")
    #expect(try unrollError { _ = try YAMLNode.parse(value: "{\(key)}", at: .override("a=b")) }.kind == .usage)
  }

  @Test func keysThatAreListsInListsAreRefused() throws {
    let deep = String(repeating: "{[", count: 400) + "x" + String(repeating: "]}", count: 400)
    #expect(try refusal("a: \(deep)\n").what.contains("key"))
    let wide = "a: " + String(repeating: "{[", count: 400) + String(repeating: "x,", count: 200_000)
    #expect(try refusal(wide).what == "more than 100000 values")
  }

  @Test func anchorsWithinAnchorsDoNotUseUpTheStack() throws {
    var yaml = "b0: &b0 x\n"
    for level in 1...20_000 { yaml += "b\(level): &b\(level) [*b\(level - 1)]\n" }
    #expect(try refusal(yaml).what == "more than 100000 values")
    var few = "b0: &b0 x\n"
    for level in 1...10 {
      few +=
        "b\(level): &b\(level) \(String(repeating: "[", count: 30))*b\(level - 1)\(String(repeating: "]", count: 30))\n"
    }
    #expect(try refusal(few).what == "nested too deeply")
  }

  /// As in a recipe that says the same of many of its parts.
  @Test func usualAnchorsAreRead() throws {
    var yaml = "a: &a {type: bpe, size: &size 8000}\n# [why]: {not}?\n"
    for index in 0..<8 { yaml += "key\(index): {part: *a, size: *size, \"[x]\": 1}\n" }
    guard case .mapping(let entries) = try YAMLNode.parse(yaml, path: "r.yaml").content else {
      Issue.record("no mapping")
      return
    }
    #expect(entries.count == 9)
  }

  @Test func manyKeysAreComparedQuickly() throws {
    let yaml = (0..<60_000).map { "k\($0): 1\n" }.joined()
    let start = ContinuousClock.now
    #expect(try refusal("task: translate\n" + yaml).what == "k0: unknown key")
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func messagesStayShort() throws {
    let long = String(repeating: "x", count: 500_000)
    for yaml in [
      "\(long): 1\n", "? \(long)\n: 1\n? \(long)\n: 2\n", "task: \(long)\n", shortRecipe + "name: \(long)\n",
      shortRecipe + "model: {layers: 1, cell: \(long)}\n", shortRecipe + "training: {seed: -\(long)}\n",
      shortRecipe + "training: {learning_rate: -\(String(repeating: "9", count: 300))}\n",
    ] {
      let error = try refusal(yaml)
      #expect(error.description.utf8.count < 500, "\(error.description.prefix(100))")
    }
  }
}
