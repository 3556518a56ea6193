import CDigest
package import Foundation

/// SHA-256 digests (FIPS 180-4) as 64 lower-case hexadecimal digits, computed by nettle.
package struct SHA256 {
  private static let chunk = 1 << 20
  private var context = sha256_ctx()

  /// Starts a digest over no bytes.
  package init() { nettle_sha256_init(&context) }

  /// Adds bytes to what is digested.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    nettle_sha256_update(&context, bytes.count, base.assumingMemoryBound(to: UInt8.self))
  }

  /// The digest of all bytes so far.
  package func hexDigest() -> String {
    var context = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    nettle_sha256_digest(&context, digest.count, &digest)
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of `bytes`.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest()
  }

  /// The digest of the UTF-8 bytes of `text`.
  package static func hexDigest(of text: String) -> String { hexDigest(of: Array(text.utf8)) }

  /// The digest of the contents of a file, read in pieces of 1 MiB.
  ///
  /// Throws `.noInput` when the file cannot be opened and `.inputOutput` when reading it fails.
  package static func hexDigest(ofFile url: URL) throws -> String {
    let file = try InputFile(url)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 64)
    defer { buffer.deallocate() }
    var digest = SHA256()
    var offset = 0
    while offset < file.size {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(chunk, file.size - offset)])
      try file.read(into: piece, at: offset)
      digest.update(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    return digest.hexDigest()
  }
}
