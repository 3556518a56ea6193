package import VideoIO

extension ReadReport {
  /// How much damage was concealed: `1 damaged frame and 8 lost packets`; nil where there was none.
  package var damage: String? {
    if isClean { return nil }
    let counts = [
      damagedFrames > 0 ? counted(damagedFrames, "damaged frame") : nil,
      lostPackets > 0 ? counted(lostPackets, "lost packet") : nil,
    ]
    return counts.compactMap { $0 }.joined(separator: " and ")
  }
}
