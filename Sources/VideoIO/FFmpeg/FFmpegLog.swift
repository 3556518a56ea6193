import CFFmpeg
import Foundation

/// FFmpeg's log, which would go to standard error. It is silent once a video has been opened, for the whole process; what
/// goes wrong comes back as errors and counts.
enum FFmpegLog {
  private static let capacity = 512
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  private static let isSilent: Bool = {
    av_log_set_callback { _, level, format, arguments in
      guard level <= unroll_log_error, let format, let place = pthread_getspecific(FFmpegLog.key),
        // Optional on some processors and not on others.
        let arguments = arguments as CVaListPointer?
      else { return }
      let text = place.assumingMemoryBound(to: CChar.self)
      // The first complaint names the cause, later ones its consequences.
      if text[0] == 0 { vsnprintf(text, FFmpegLog.capacity, format, arguments) }
    }
    return true
  }()

  /// Keeps FFmpeg from writing to standard error.
  static func silence() { _ = isSilent }

  /// Runs `body` and gives the first error that FFmpeg logs on this thread meanwhile to `explain` when `body` throws.
  static func explaining<Result: ~Copyable>(
    _ body: () throws -> Result, _ explain: (any Error, String) -> any Error
  ) throws -> Result {
    silence()
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    text.initialize(repeating: 0, count: capacity)
    defer {
      pthread_setspecific(key, nil)
      text.deallocate()
    }
    pthread_setspecific(key, text)
    do {
      return try body()
    } catch {
      let line = String(cString: text).split(whereSeparator: \.isNewline).first ?? ""
      throw explain(error, line.trimmingCharacters(in: .whitespaces))
    }
  }
}
