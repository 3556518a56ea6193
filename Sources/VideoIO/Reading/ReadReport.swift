import Synchronization

/// What was met while reading: frames, and damage that was concealed.
public struct ReadReport: Sendable, Hashable {
  /// Frames that were decoded, also those that were not asked for.
  public var decodedFrames = 0
  /// Frames in which the decoder had to invent something. FFmpeg may miss one when it decodes several at once: only one
  /// thread, or strict reading, sees all. What a file lacks at its end is no damage to most formats.
  public var damagedFrames = 0
  /// Pieces of the stream that could not be decoded at all; what they held is missing.
  public var lostPackets = 0
  /// What was wrong first, and near which time.
  public var firstDamage: String?
  /// Frames a second that were assumed, where nothing gives frames their times and no rate was asked for.
  public var assumedRate: Double?

  /// Whether all that was read was sound.
  public var isClean: Bool { damagedFrames == 0 && lostPackets == 0 }
}

/// A report that one thread writes and others read.
final class ReadLedger: Sendable {
  private let report = Mutex(ReadReport())

  var current: ReadReport { report.withLock { $0 } }

  func update(_ change: (inout ReadReport) -> Void) { report.withLock { change(&$0) } }
}
