import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Arrays that NumPy wrote.
@Suite struct NumpyFileTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  @Test func readsWhatNumPyWrites() throws {
    let fixture = try Fixture("numpy")
    let expected = try JSONDecoder().decode([String: Expected].self, from: fixture.data("expected.json"))
    #expect(expected.count == 22)
    for (name, array) in expected {
      let file = try NumpyFile(contentsOf: fixture.url("\(name).npy"))
      #expect(file.shape == array.shape, "\(name)")
      #expect(try file.floats() == array.values, "\(name)")
    }
  }

  @Test func featuresHaveAColumnAFrame() throws {
    let fixture = try Fixture("numpy")
    for name in ["f4_big", "fortran"] {
      let features = try NumpyFile(contentsOf: fixture.url("\(name).npy")).features()
      #expect(features.frames == 4 && features.dimensions == 3)
      let scale: Float = name == "fortran" ? 1 : 4
      #expect(features[1].map { $0 * scale } == [1, 5, 9])
    }
    expectUnrollError(.badData, mentions: "vector.npy: has the shape [3], and features have two dimensions") {
      try NumpyFile(contentsOf: fixture.url("vector.npy")).features()
    }
  }

  @Test func whatIsWrittenIsReadBack() throws {
    try temporaryFolder { folder in
      for (frames, dimensions) in [(0, 3), (1, 1), (5, 3), (700, 129)] {
        let values = (0..<frames * dimensions).map { Float($0) / 3 }
        let features = FeatureMatrix(frames: frames, dimensions: dimensions, values: values)
        let file = folder.appending(path: "features.npy")
        try NumpyFile.write(features, to: file)
        #expect(try NumpyFile(contentsOf: file).features() == features)
        // NumPy aligns the data to 64 bytes.
        #expect(try Data(contentsOf: file).count % 64 == values.count * 4 % 64)
      }
    }
  }

  @Test(arguments: [
    ("complex", "holds '<c8'"), ("text", "holds '<U1'"), ("records", "holds records or something else"),
  ])
  func whatIsNotPlainNumbers(_ name: String, _ message: String) throws {
    let file = try Fixture("numpy").url("bad_\(name).npy")
    expectUnrollError(.badData, mentions: message) { try NumpyFile(contentsOf: file) }
  }

  @Test func damage() throws {
    let whole = try Fixture("numpy").data("f4.npy")
    try temporaryFolder { folder in
      let file = folder.appending(path: "x.npy")
      func expectDamage(_ data: Data, _ message: String) throws {
        try data.write(to: file)
        expectUnrollError(.badData, mentions: message) { try NumpyFile(contentsOf: file).floats() }
      }
      try expectDamage(Data(), "does not begin as a NumPy file")
      try expectDamage(Data("PK\u{3}\u{4} and more".utf8), "does not begin as a NumPy file")
      try expectDamage(whole.dropLast(1), "is cut short: shape [3, 4] takes 48 bytes, and 47 follow the header")
      try expectDamage(whole.prefix(60), "is cut short")
      var bytes = whole
      bytes[6] = 9
      try expectDamage(bytes, "has the format version 9.0")
      let text = String(decoding: whole.prefix(128), as: UTF8.self)
      for (from, to, message) in [
        ("(3, 4), ", "(3, 5), ", "is cut short"), ("(3, 4), ", "(3; 4), ", "has a header that cannot be read"),
        ("fortran_order", "fortran_fried", "has an unknown entry 'fortran_fried'"),
        ("False", "false", "has a header that cannot be read"), ("'shape'", "'descr'", "holds records"),
      ] {
        let place = try #require(text.range(of: from))
        let start = text.utf8.distance(from: text.utf8.startIndex, to: place.lowerBound)
        var changed = whole
        // The first byte of the file takes three in text.
        changed.replaceSubrange(start - 2..<start - 2 + from.utf8.count, with: Data(to.utf8))
        try expectDamage(changed, message)
      }
      // A shape whose product does not fit.
      let huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }\n"
      try expectDamage(
        Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(huge.utf8.count), 0]) + Data(huge.utf8), "which is too large")
    }
  }
}
