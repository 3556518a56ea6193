import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Names of files, playlists, and networks.
struct NameTests {
  private static let small = FrameTransform(size: PixelSize(16, 16))

  private func clip() throws -> URL {
    try Clip.make("name.mp4", Clip.picture("64x48", rate: "10") + "-c:v libx264")
  }

  @Test(arguments: [
    "a:b.mp4", "http:__x.mp4", "-dash.mp4", "with space.mp4", "ünïcödé 映画.mp4", "100%.mp4", "%03d.mp4", "a%20b.mp4",
    "pipe:0", "img*.mp4", "[1].mp4", "q?a=b#c.mp4", "no-extension", "wrong.avi", "wrong.png", "wrong.txt", "wrong.yuv",
    "wrong.m3u8", "wrong.mp3", "wrong.h264", "%d.png", "new\nline.mp4", "quote'\".mp4", "back\\slash.mp4",
  ]) func anyNameWillDo(name: String) throws {
    try temporaryFolder { folder in
      let place = folder.appendingPathComponent(name)
      try FileManager.default.copyItem(at: clip(), to: place)
      #expect(try infos(FrameReader(place).frames(as: Self.small)).count == 10)
      let inner = folder.appendingPathComponent("in \(name)")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: place, to: inner.appendingPathComponent("clip.mp4"))
      #expect(try infos(FrameReader(inner.appendingPathComponent("clip.mp4")).frames(as: Self.small)).count == 10)
    }
  }

  /// ffmpeg takes `img%03d.png` for a whole row of files.
  @Test func aPercentSignIsAPercentSign() throws {
    try temporaryFolder { folder in
      try ffmpeg(["-f", "lavfi", "-i", "testsrc2=size=32x32:rate=5:duration=1", "img%03d.png"], in: folder)
      let reader = folder.appendingPathComponent("img%03d.png")
      expectUnrollError(.noInput, mentions: "img%03d.png") { try FrameReader(reader) }
      try FileManager.default.copyItem(at: folder.appendingPathComponent("img003.png"), to: reader)
      let frames = FrameReader.self
      #expect(
        try packedPixels(frames.init(reader).frames())
          == packedPixels(frames.init(folder.appendingPathComponent("img003.png")).frames()))
    }
  }

  @Test func playlistsOfLocalFilesWork() throws {
    try temporaryFolder { folder in
      let inner = folder.appendingPathComponent("50% off: a list")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try ffmpeg(
        [
          "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=2", "-c:v", "libx264", "-g", "10", "-f", "hls",
          "-hls_time", "1", "list.m3u8",
        ], in: inner)
      #expect(try infos(FrameReader(inner.appendingPathComponent("list.m3u8")).frames(as: Self.small)).count == 20)
      try FileManager.default.copyItem(at: clip(), to: inner.appendingPathComponent("a.mp4"))
      let list = inner.appendingPathComponent("list.ffconcat")
      try Data("ffconcat version 1.0\nfile a.mp4\nfile a.mp4\n".utf8).write(to: list)
      let frames = try infos(FrameReader(list).frames(as: Self.small))
      #expect(frames.count == 20)
      #expect(frames.map(\.timestamp) == frames.map(\.timestamp).sorted())
    }
  }

  @Test(.timeLimit(.minutes(1))) func playlistsOfNetworkAddressesAreRefused() throws {
    let listener = try Listener()
    try temporaryFolder { folder in
      let address = "http://127.0.0.1:\(listener.port)/x.ts"
      for (name, text) in [
        ("net.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(address)\n#EXT-X-ENDLIST\n"),
        ("net.ffconcat", "ffconcat version 1.0\nfile \(address)\n"),
        ("safe.ffconcat", "ffconcat version 1.0\nfile '/etc/passwd'\n"),
      ] {
        let list = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: list)
        expectUnrollError(.badData, mentions: name) { try FrameReader(list).scan { _ in } }
      }
      expectUnrollError(.usage, mentions: "the network may not be used") {
        try FrameReader(#require(URL(string: address)))
      }
    }
    #expect(!listener.wasAsked)
  }
}

/// A server that only notices whether somebody comes.
private final class Listener {
  private let descriptor: Int32
  let port: UInt16

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { [descriptor] address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) | listen(descriptor, 4) | getsockname(descriptor, $0, &size)
      }
    }
    guard status == 0 else { throw ProgramFailure(description: "no socket to listen at") }
    port = UInt16(bigEndian: address.sin_port)
  }

  var wasAsked: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) != 0
  }

  deinit { close(descriptor) }
}
