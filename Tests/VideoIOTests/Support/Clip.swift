import Foundation
import Synchronization

/// Small videos that ffmpeg makes, each once a process, in a folder that goes when the process ends.
enum Clip {
  private static let made = Mutex<[String: Result<URL, any Error>]>([:])

  private static let folder: URL = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-clips-\(UUID().uuidString)")
    // When it cannot be made, ffmpeg says so.
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)  // see above
    atexit { Clip.remove() }
    return folder
  }()

  private static func remove() {
    try? FileManager.default.removeItem(at: folder)  // Nobody is left to be told.
  }

  /// The file `name` that ffmpeg makes when called with the arguments and the name.
  static func make(_ name: String, _ arguments: String) throws -> URL {
    try make(name) { try ffmpeg(arguments.split(separator: " ").map(String.init) + [$0.path]) }
  }

  /// The file `name` that `body` writes to the place that it gets.
  static func make(_ name: String, by body: (URL) throws -> Void) throws -> URL {
    // One at a time: an encoder has threads of its own.
    try made.withLock { made in
      if let known = made[name] { return try known.get() }
      let place = folder.appendingPathComponent(name)
      let result: Result<URL, any Error> = Result {
        try body(place)
        return place
      }
      made[name] = result
      return try result.get()
    }
  }

  /// Arguments for ffmpeg's moving test picture.
  static func picture(_ size: String = "160x120", rate: String = "10", seconds: Double = 1) -> String {
    "-f lavfi -i testsrc2=size=\(size):rate=\(rate):duration=\(seconds) "
  }
}
