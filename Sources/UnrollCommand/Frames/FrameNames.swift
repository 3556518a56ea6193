import VideoIO

/// Names for the pictures of frames, which sort in the order of the frames: `000010-0.400000.png`.
struct FrameNames {
  private var lastIndex: Int?
  private var repeats = 0

  /// The name for the next frame. One that is taken again becomes `000010-0.400000r000001.png`: the letter sorts after
  /// the full stop and after the `p`, whatever the language of the system.
  mutating func next(_ frame: FrameInfo) -> String {
    repeats = frame.index == lastIndex ? repeats + 1 : 0
    lastIndex = frame.index
    return "\(Self.padded(frame.index))-\(frame.timestamp)\(repeats > 0 ? "r\(Self.padded(repeats))" : "").png"
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
