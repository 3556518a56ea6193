import Testing
import Workbench

@Suite struct JSONTests {
  private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

  @Test func valuesOfEveryKind() throws {
    let text = #" {"a": [1, -2, 3.5, 1e3, true, false, null], "b": {"é\u00e9\ud83d\ude00\n\/": ""}} "#
    #expect(
      try read(text) == [
        "a": [1, -2, 3.5, .number(1000), true, false, nil], "b": ["éé😀\n/": ""],
      ])
    #expect(try read("9223372036854775807") == .integer(.max))
    #expect(try read("9223372036854775808") == .number(9_223_372_036_854_775_808))
    #expect(try read("[]") == [])
    #expect(try read("{}") == [:])
    #expect(try read(#"{"x": 7}"#)["x"] == 7)
    #expect(try read("7")["x"] == nil)
  }

  @Test(arguments: [
    ("", "ends too early"), ("{", "name in quotes"), (#"{"a"}"#, "colon"), (#"{"a":1,}"#, "name in quotes"),
    ("[1,]", "value is missing"), ("[1 2]", "comma"), ("01", "starts with 0"), ("1.", "digit"), ("-", "digit"),
    ("1e", "digit"), ("1e999", "too large"), ("nul", "value is missing"), ("NaN", "value is missing"),
    ("\"a", "no end"), ("\"\\", "no end"), ("\"\\x\"", "unknown escape"), ("\"\\u12\"", "hexadecimal"),
    ("\"\\ud800\"", "surrogate"), ("\"\\ud800\\u0041\"", "surrogate"), ("\"\n\"", "control character"),
    ("1 2", "after the end"), (#"{"a":1,"a":2}"#, "appears twice"), (#"{"a":1,"\u0061":2}"#, "appears twice"),
    ("'a'", "value is missing"),
  ])
  func mistakes(text: String, what: String) throws {
    let failure = try #require(throws: JSONReader.Failure.self) { try read(text) }
    #expect(failure.what.contains(what), "\(failure.what)")
  }

  @Test func deepNestingDoesNotOverflowTheStack() throws {
    let failure = try #require(throws: JSONReader.Failure.self) { try read(String(repeating: "[", count: 100_000)) }
    #expect(failure.what == "nested too deeply")
  }

  @Test func invalidUTF8IsRefused() throws {
    let failure = try #require(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xFF, 0x22]) }
    #expect(failure.what == "a string is not UTF-8")
  }

  @Test func writtenTextIsOneLineAndIsReadBack() throws {
    let value: JSONValue = [
      "step": 5, "loss": 0.1, "name": "a\"b\\c\n\u{2028}\u{1}é😀", "list": [nil, true, .number(1e-7)], "none": [:],
    ]
    #expect(
      value.text
        == #"{"step":5,"loss":0.1,"name":"a\"b\\c\n\u2028\u0001é😀","list":[null,true,1e-07],"none":{}}"#)
    #expect(try read(value.text) == value)
    #expect(JSONValue.array([.number(.nan), .number(.infinity)]).text == "[null,null]")
  }
}
