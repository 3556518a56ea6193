import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct SafetensorsTests {
  /// `python.safetensors` was written by Python's safetensors package.
  @Test func readsWhatPythonWrote() throws {
    let fixture = try Fixture("safetensors")
    let file = try SafetensorsFile(contentsOf: fixture.url("python.safetensors"))
    #expect(file.metadata == ["format": "pt", "note": "line\nand \"quote\" é"])
    #expect(file.names.count == 15)
    #expect(file.contains("ключ \"é\"\n"))
    #expect(try file.shape("encoder.rnn.weight_ih_l0") == [3, 5, 2])
    #expect(try file.shape("scalar") == [])
    #expect(try file.floats("scalar") == [2.5])
    #expect(try file.shape("empty") == [0, 4])
    #expect(try file.floats("empty") == [])
    #expect(try file.floats("half") == file.floats("half.expected"))
    #expect(try file.floats("brain") == file.floats("brain.expected"))
    #expect(try file.floats("half").count > 1700)
    #expect(try file.integers("long") == [-1, 1 << 62, 3, 4])
    #expect(try file.integers("int") == [Int(Int32.min), 5])
    #expect(try file.integers("byte") == [0, 255, 7])
    #expect(try file.integers("flag") == [1, 0, 1])
    #expect(try file.bytes("int") == [0, 0, 0, 0x80, 5, 0, 0, 0])
    #expect(try fixture.tensors("python.safetensors")["ключ \"é\"\n"]?.values == [1, 2])
  }

  @Test func tensorsThatAreNotWhatIsWanted() throws {
    let file = try SafetensorsFile(contentsOf: Fixture("safetensors").url("python.safetensors"))
    expectUnrollError(.badData, mentions: "python.safetensors", "tensor 'absent' is missing") {
      try file.floats("absent")
    }
    expectUnrollError(.badData, mentions: "tensor 'long' holds I64") { try file.floats("long") }
    expectUnrollError(.badData, mentions: "tensor 'half' holds F16") { try file.integers("half") }
    expectUnrollError(.badData, mentions: "tensor 'scalar' has 1 numbers (shape []), 2 are wanted") {
      var floats: [Float] = [0, 0]
      try floats.withUnsafeMutableBufferPointer { try file.copyFloats("scalar", into: $0) }
    }
  }

  private func sample() -> SafetensorsWriter {
    var writer = SafetensorsWriter(metadata: ["é": "ю", "made": "by \"unroll\"\n"])
    writer.add("scalar", shape: [], floats: [0.25])
    writer.add("b.full", shape: [2, 3], floats: [1.5, 2.5, 3.5, -1, 0, 0.1])
    writer.add("a.half", shape: [3], as: .half, floats: [1, -2.5, 65504])
    writer.add("bytes", bytes: [1, 2, 255])
    writer.add("empty", shape: [0, 3], floats: [])
    writer.add("long", shape: [2, 1], integers: [-5, 1 << 62])
    return writer
  }

  /// `written.safetensors` is read by Python's package in the fixture's script.
  @Test func writesWhatPythonReads() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("weights.safetensors")
      try sample().write(to: url)
      let bytes = try Data(contentsOf: url)
      if let keep = ProcessInfo.processInfo.environment["UNROLL_REWRITE_FIXTURES"], !keep.isEmpty {
        try bytes.write(to: Fixture("safetensors").url("written.safetensors"))
      }
      #expect(try bytes == Fixture("safetensors").data("written.safetensors"))
      let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect((8 + length) % 64 == 0)

      let file = try SafetensorsFile(contentsOf: url)
      #expect(file.names == ["long", "b.full", "empty", "scalar", "a.half", "bytes"])
      #expect(file.metadata == ["é": "ю", "made": "by \"unroll\"\n"])
      #expect(try file.floats("b.full") == [1.5, 2.5, 3.5, -1, 0, 0.1])
      #expect(try file.floats("a.half") == [1, -2.5, 65504])
      #expect(try file.integers("long") == [-5, 1 << 62])
    }
  }

  @Test func halfPrecisionRoundsAsTorchDoes() throws {
    let tensors = try Fixture("safetensors").tensors("python.safetensors")
    let full = try #require(tensors["round.full"]).values
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("half.safetensors")
      var writer = SafetensorsWriter()
      // Longer than one piece of the conversion.
      let repeated = (0..<20).flatMap { _ in full }
      writer.add("x", shape: [20, full.count], as: .half, floats: repeated)
      try writer.write(to: url)
      let expected = try #require(tensors["round.half"]).values
      let file = try SafetensorsFile(contentsOf: url)
      #expect(try file.entry("x").type == .float16)
      #expect(try file.floats("x") == (0..<20).flatMap { _ in expected })
    }
  }

  @Test func numbersTooLargeForHalfPrecisionAreRefused() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("half.safetensors")
      var writer = SafetensorsWriter()
      writer.add("x", shape: [2], as: .half, floats: [1, 70000])
      expectUnrollError(.badData, mentions: "tensor 'x': 70000.0 does not fit in half precision") {
        try writer.write(to: url)
      }
      #expect(!FileManager.default.fileExists(atPath: url.path))
      writer = SafetensorsWriter()
      writer.add("x", shape: [1], as: .half, floats: [.infinity])
      try writer.write(to: url)
      #expect(try SafetensorsFile(contentsOf: url).floats("x") == [.infinity])
    }
  }

  @Test func mistakesOfTheCaller() throws {
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      var writer = SafetensorsWriter()
      writer.add("x", shape: [3], floats: [1, 2])
      expectUnrollError(.internalFault, mentions: "tensor 'x' of shape [3] takes 12 bytes, got 8") {
        try writer.write(to: url)
      }
      writer = SafetensorsWriter()
      writer.add("x", shape: [1], floats: [1])
      writer.add("x", shape: [1], floats: [1])
      expectUnrollError(.internalFault, mentions: "two tensors are named 'x'") { try writer.write(to: url) }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty)
    }
  }
}
