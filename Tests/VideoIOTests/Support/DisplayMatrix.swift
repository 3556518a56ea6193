import Foundation

/// Writes the display matrix of the only track of an mp4 or mov file anew (ISO/IEC 14496-12, 8.3.2).
///
/// - Parameter matrix: a b c d of `[a b 0; c d 0; 0 0 1]`, each 0, 1 or −1.
func setDisplayMatrix(_ matrix: [Int32], of file: URL, writing target: URL) throws {
  var bytes = [UInt8](try Data(contentsOf: file))
  let name = Array("tkhd".utf8)
  guard let box = bytes.indices.dropLast(96).first(where: { Array(bytes[$0..<$0 + 4]) == name }) else {
    throw ProgramFailure(description: "\(file.path) has no track header")
  }
  let one: Int32 = 1 << 16
  let values = [matrix[0] * one, matrix[1] * one, 0, matrix[2] * one, matrix[3] * one, 0, 0, 0, 1 << 30]
  // Version 0: version and flags, two times, track, reserved, duration, reserved, layer, group, volume, reserved.
  let start = box + 4 + 4 + 8 + 4 + 4 + 4 + 8 + 2 + 2 + 2 + 2
  for (index, value) in values.enumerated() {
    let bits = UInt32(bitPattern: value)
    for byte in 0..<4 { bytes[start + 4 * index + byte] = UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * byte)) }
  }
  try Data(bytes).write(to: target)
}
