import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Files that are cut short, garbled, or made to mislead: one line that names the file, never a trap.
@Suite struct SafetensorsDamageTests {
  /// A file with this header text, right or wrong, and `data` bytes.
  private func bytes(_ header: String, data: Int) -> [UInt8] {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
      + [UInt8](repeating: 0, count: data)
  }

  private func x(_ type: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]") -> String {
    #"{"x":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
    try temporaryFolder { try open(bytes, in: $0) }
  }

  /// The file is removed from its folder and stays open.
  private func open(_ bytes: [UInt8], in folder: URL) throws -> SafetensorsFile {
    let url = folder.appendingPathComponent("damaged.safetensors")
    try Data(bytes).write(to: url)
    defer { unlink(url.path) }
    return try SafetensorsFile(contentsOf: url)
  }

  @Test func smallestFilesThatAreRight() throws {
    #expect(try open(bytes("{}", data: 0)).names == [])
    #expect(try open(bytes(x(), data: 8)).floats("x") == [0, 0])
    // The data starts at an odd address.
    #expect(try open(bytes(x() + " ", data: 8)).floats("x") == [0, 0])
  }

  @Test func headersThatMislead() {
    let cases: [(header: String, data: Int, mention: String)] = [
      ("", 0, "not valid JSON"), ("[]", 0, "not a JSON object"), ("{", 0, "not valid JSON"),
      (#"{"x":1}"#, 0, "tensor 'x': its description"),
      (#"{"x":{"shape":[2],"data_offsets":[0,8]}}"#, 8, "tensor 'x': 'dtype' is missing"),
      (#"{"x":{"dtype":"F32","data_offsets":[0,8]}}"#, 8, "tensor 'x': 'shape'"),
      (#"{"x":{"dtype":"F32","shape":[2]}}"#, 8, "tensor 'x': 'data_offsets'"),
      (#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"y":1}}"#, 8, "tensor 'x': unknown key 'y'"),
      (x("F33"), 8, "unknown dtype 'F33'"), (x("F32", "[-2]"), 8, "'shape' is not"), (x("F32", "[2.5]"), 8, "'shape'"),
      (x("F32", "[1e30]"), 8, "'shape'"), (x("F32", "[2]", "[8,0]"), 8, "not a range"),
      (x("F32", "[2]", "[0,8,8]"), 8, "not a range"), (x("F32", "[2]", "[-8,0]"), 8, "not a range"),
      (x(), 7, "tensor 'x': its data ends at byte 8 of 7: the file is cut short"),
      (x("F32", "[2]", "[0,9223372036854775807]"), 8, "cut short"),
      (x("F32", "[3]"), 8, "shape [3] of F32 takes 12 bytes, the file has 8"),
      (x("F32", "[4611686018427387904,4]"), 8, "too large"),
      (x("F32", "[4294967296,4294967296,0]"), 8, "too large"), (x(), 9, "1 bytes follow the last tensor"),
      (x("F32", "[2]", "[4,12]"), 12, "gap before its data"),
      (
        #"{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[8],"data_offsets":[4,12]}}"#,
        12, "tensor 'y': its data overlaps"
      ),
      (
        #"{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
        2, "'x' appears twice"
      ),
      (#"{"__metadata__":{"a":1}}"#, 0, "value of 'a' is not a string"),
      (#"{"__metadata__":[]}"#, 0, "not a JSON object"),
    ]
    for (header, data, mention) in cases {
      expectUnrollError(.badData, mentions: "damaged.safetensors: ", mention) { try open(bytes(header, data: data)) }
    }
  }

  @Test func lengthsThatMislead() {
    func file(_ length: UInt64) -> [UInt8] { withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{}".utf8) }
    expectUnrollError(.badData, mentions: "too short for a safetensors file") { try open([1, 2, 3]) }
    expectUnrollError(.badData, mentions: "too short for a safetensors file") { try open([]) }
    expectUnrollError(.badData, mentions: "3 bytes long, only 2 follow") { try open(file(3)) }
    expectUnrollError(.badData, mentions: "at most 100000000") { try open(file(.max)) }
    expectUnrollError(.badData, mentions: "at most 100000000") { try open(file(UInt64(Int64.max))) }
  }

  @Test func whatIsLongFloodsNeitherMemoryNorTheMessage() throws {
    let name = String(repeating: "n", count: 100_000)
    let error = expectUnrollError(.badData, mentions: "nnn…") { try open(bytes(#"{"\#(name)":1}"#, data: 0)) }
    #expect(try #require(error).description.utf8.count < 500)
    let many = "[\(String(repeating: "0,", count: 1_100_000))0]"
    expectUnrollError(.badData, mentions: "too many values") { try open(bytes(x("F32", many), data: 8)) }
    let shape = "[\(Array(repeating: "1", count: 100_000).joined(separator: ","))]"
    let other = expectUnrollError(.badData, mentions: "takes 4 bytes") { try open(bytes(x("F32", shape), data: 8)) }
    #expect(try #require(other).description.utf8.count < 500)
  }

  /// Cut at every length: either an error, or (never here) the whole file.
  @Test func truncationAtEveryByte() throws {
    let whole = Array(try Fixture("safetensors").data("written.safetensors"))
    try temporaryFolder { folder in
      for length in whole.indices {
        expectUnrollError(.badData, mentions: "damaged.safetensors") { try open(Array(whole[..<length]), in: folder) }
      }
    }
  }

  /// Deterministic damage to the header of a real file. A change may leave a valid file (inside a name): then every
  /// tensor must still be readable.
  @Test func garbledHeaders() throws {
    let whole = Array(try Fixture("safetensors").data("written.safetensors"))
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let pieces = [
      "0", "9", "-", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "99999999999999999999", " ", "\u{0}", "F16",
    ]
    func damage() -> [UInt8] {
      var damaged = whole
      for _ in 0...random(3) {
        let place = random(headerEnd)
        switch random(4) {
        case 0: damaged[place] ^= UInt8(1 << random(8))
        case 1: damaged[place] = UInt8(random(256))
        case 2: damaged.remove(at: place)
        default: damaged.insert(contentsOf: pieces[random(pieces.count)].utf8, at: place)
        }
      }
      return damaged
    }
    var refused = 0
    try temporaryFolder { folder in
      for _ in 0..<600 {
        do {
          let file = try open(damage(), in: folder)
          for entry in file.entries {
            #expect(try file.bytes(entry.name).count == entry.range.count)
            if [.float32, .float16].contains(entry.type) { #expect(try file.floats(entry.name).count == entry.count) }
          }
        } catch let error as UnrollError {
          refused += 1
          #expect(error.kind == .badData)
          #expect(error.description.contains("damaged.safetensors: "))
          #expect(!error.description.contains("\n"))
        }
      }
    }
    #expect(refused > 500)
    #expect(refused < 600)
  }
}
