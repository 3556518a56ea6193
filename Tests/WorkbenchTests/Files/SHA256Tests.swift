import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

@Suite struct SHA256Tests {
  /// Test vectors of FIPS 180-4 (as published with the standard).
  @Test func knownDigests() {
    #expect(SHA256.hexDigest(of: "") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hexDigest(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexDigest(of: [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func filesAndPiecesGiveTheSame() throws {
    let bytes = [UInt8]((0..<2_500_001).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let whole = SHA256.hexDigest(of: bytes)
    var digest = SHA256()
    bytes.withUnsafeBytes { raw in
      digest.update(UnsafeRawBufferPointer(rebasing: raw[..<63]))
      #expect(digest.hexDigest() == SHA256.hexDigest(of: Array(bytes[..<63])))
      digest.update(UnsafeRawBufferPointer(rebasing: raw[63...]))
    }
    #expect(digest.hexDigest() == whole)
    try temporaryFolder { folder in
      let url = folder.appendingPathComponent("data")
      try AtomicFile.write(bytes, to: url)
      #expect(try SHA256.hexDigest(ofFile: url) == whole)
      try AtomicFile.write([], to: url)
      #expect(try SHA256.hexDigest(ofFile: url) == SHA256.hexDigest(of: ""))
      expectUnrollError(.noInput, mentions: "absent", "no such file") {
        try SHA256.hexDigest(ofFile: folder.appendingPathComponent("absent"))
      }
      expectUnrollError(.noInput, mentions: "not a regular file") { try SHA256.hexDigest(ofFile: folder) }
    }
  }
}
