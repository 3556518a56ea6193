import Foundation
import Testing

/// What ffprobe says of each frame of the first video stream: time in seconds, and whether it is a key frame.
func ffprobeFrames(_ file: String, in folder: URL) throws -> [(seconds: String, isKey: Bool)] {
  let outcome = try runShell(
    "ffprobe -v quiet -select_streams v:0 -show_entries frame=best_effort_timestamp_time,key_frame "
      + "-of compact=p=0 '\(file)'", folder: folder)
  #expect(outcome.status == 0)
  // A frame with side data is followed by a line about that.
  return outcome.lines.filter { $0.hasPrefix("key_frame=") }.map { line in
    let fields = Dictionary(
      line.split(separator: "|").map { $0.split(separator: "=") }.filter { $0.count == 2 }.map { ($0[0], $0[1]) },
      uniquingKeysWith: { first, _ in first })
    return (String(fields["best_effort_timestamp_time"] ?? ""), fields["key_frame"] == "1")
  }
}

/// Makes a small video with the ffmpeg program: `arguments` stand between its name and that of the file.
func makeVideo(_ name: String, _ arguments: String, in folder: URL) throws {
  let outcome = try runShell("ffmpeg -v error -y \(arguments) '\(name)' < /dev/null", folder: folder)
  #expect(outcome.status == 0, "\(outcome.errors)")
}

/// A second of moving picture, 96×64, 10 frames a second, in H.264, every fifth frame a key frame.
let testPicture = "-f lavfi -i testsrc2=size=96x64:rate=10:duration=1 -c:v libx264 -g 5 -pix_fmt yuv420p"
