import Foundation
import TestSupport
import Testing
import VideoIO

struct RoundTripTests {
  @Test func whatIsWrittenIsReadBack() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      let writer = try FrameWriter(url, size: PixelSize(64, 48), timeBase: TimeBase(1, 1000))
      let times: [Int64] = [500, 540, 700, 701, 1000]
      for (index, time) in times.enumerated() {
        var pixels = Pixels(PixelSize(64, 48))
        let level = UInt8(index * 50)
        pixels.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: level) }
        let moment = Timestamp(ticks: time, timeBase: TimeBase(1, 1000))
        try writer.append(pixels, at: moment, duration: Timestamp(ticks: 250, timeBase: TimeBase(1, 1000)))
      }
      try writer.finish()
      let frames = try FrameReader(url).frames().makeIterator()
      for (index, time) in times.enumerated() {
        let frame = try #require(try frames.next())
        #expect(frame.timestamp == Timestamp(ticks: time, timeBase: TimeBase(1, 1000)))
        let first = frame.pixels.withUnsafeBytes { Int($0[0]) }
        #expect(abs(first - index * 50) <= 3)
      }
      #expect(try frames.next() == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["clip.mp4"])
    }
  }
}
