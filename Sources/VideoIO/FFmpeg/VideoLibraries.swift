import CFFmpeg

/// The libraries that videos are read with.
package enum VideoLibraries {
  /// The version of FFmpeg's libraries that this process runs on, such as `5.1.6-0+deb12u1`.
  package static var ffmpegVersion: String { String(cString: av_version_info()) }
}
