import Foundation
import TestSupport
import VideoIO

/// What ffprobe says of a frame.
struct ReferenceFrame {
  /// Nil where ffprobe knows none.
  var ticks: Int64?
  /// Zero where ffprobe knows none.
  var duration: Int64
  var isKeyFrame: Bool
  var isInterlaced: Bool
  var size: PixelSize
}

/// The frames of a stream as ffprobe lists them, those before damage included.
func referenceFrames(_ url: URL, stream: String = "v:0") throws -> [ReferenceFrame] {
  let keys = "best_effort_timestamp,pkt_duration,duration,key_frame,interlaced_frame,width,height"
  let result = try runProgram(
    "ffprobe",
    [
      "-v", "error", "-select_streams", stream, "-show_entries", "frame=\(keys)", "-of", "compact", "-i",
      "file:\(url.path)",
    ])
  return String(decoding: result.output, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("frame|") }.map {
    line in
    var values: [Substring: Substring] = [:]
    for part in line.split(separator: "|").dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { values[pair[0]] = pair[1] }
    }
    func number(_ key: Substring) -> Int64? { values[key].flatMap { Int64($0) } }
    return ReferenceFrame(
      ticks: number("best_effort_timestamp"), duration: number("duration") ?? number("pkt_duration") ?? 0,
      isKeyFrame: number("key_frame") == 1, isInterlaced: number("interlaced_frame") == 1,
      size: PixelSize(Int(number("width") ?? 0), Int(number("height") ?? 0)))
  }
}

/// All frames as the ffmpeg program gives them after each of several chains of filters, as bytes one after the other.
/// Damage is concealed.
///
/// - Parameter before: Options of the input.
func referencePixels(_ url: URL, filters: [String], before: [String] = []) throws -> [Data] {
  try temporaryFolder { folder in
    var arguments = ["-v", "error", "-nostdin"] + before + ["-i", "file:\(url.path)"]
    let places = filters.indices.map { folder.appendingPathComponent("\($0).raw") }
    for (chain, place) in zip(filters, places) {
      arguments += ["-map", "0:v:0", "-vf", chain, "-fps_mode", "passthrough", "-f", "rawvideo", place.path]
    }
    let result = try runProgram("ffmpeg", arguments)
    return try places.map { place in
      guard FileManager.default.fileExists(atPath: place.path) else {
        throw ProgramFailure(description: "ffmpeg: \(result.messages)")
      }
      return try Data(contentsOf: place)
    }
  }
}

/// All pictures of a sequence, as bytes one after the other.
func packedPixels(_ frames: FrameSequence) throws -> Data {
  var bytes = Data()
  let iterator = frames.makeIterator()
  while let frame = try iterator.next() { bytes.append(contentsOf: frame.pixels.packedBytes) }
  return bytes
}

/// All frames of a sequence without their pictures.
func infos(_ frames: FrameSequence) throws -> [FrameInfo] {
  var infos: [FrameInfo] = []
  let iterator = frames.makeIterator()
  while let frame = try iterator.next() { infos.append(frame.info) }
  return infos
}

/// Where two pictures begin to differ, in words; nil when they are equal.
func difference(_ a: Data, _ b: Data) -> String? {
  if a == b { return nil }
  if a.count != b.count { return "\(a.count) bytes, \(b.count) are expected" }
  var (count, most, first) = (0, 0, -1)
  for (index, (x, y)) in zip(a, b).enumerated() where x != y {
    count += 1
    most = max(most, abs(Int(x) - Int(y)))
    if first < 0 { first = index }
  }
  return "\(count) of \(a.count) bytes differ, by up to \(most), from byte \(first)"
}
