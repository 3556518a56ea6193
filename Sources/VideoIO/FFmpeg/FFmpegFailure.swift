import CFFmpeg
import Diagnostics

extension UnrollError {
  /// What FFmpeg said, as an error: `action: reason`.
  ///
  /// - Parameters:
  ///   - code: A negative return value of FFmpeg.
  ///   - action: What was tried, as in "cannot write the video".
  static func ffmpeg(
    _ kind: Kind, code: Int32, file: String?, _ action: String, advice: String? = nil
  ) -> UnrollError {
    UnrollError(kind, file: file, "\(action): \(ffmpegReason(code))", advice: advice)
  }
}

/// The meaning of a negative return value of FFmpeg, as in "invalid data found when processing input".
func ffmpegReason(_ code: Int32) -> String {
  let size = 128
  let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer -> String in
    guard let start = buffer.baseAddress, av_strerror(code, start, size) == 0 else { return "error \(code)" }
    return String(cString: start)
  }
  return text.prefix(1).lowercased() + text.dropFirst()
}
