import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO

/// Which frames are taken, against a slow computation from the list of all timestamps.
struct SelectionTests {
  static let clips = ["regular.mp4", "variable.mkv", "ntsc.ts", "late.ts"]

  private static func clip(_ name: String) throws -> URL {
    let coding: [String: String] = [
      "regular.mp4": Clip.picture("64x48", rate: "25", seconds: 2) + "-c:v libx264 -bf 2 -g 12",
      "variable.mkv": Clip.picture("64x48", rate: "50", seconds: 2)
        + "-vf select='not(mod(n,7))+not(mod(n,11))' -fps_mode vfr -c:v libx264 -g 5",
      "ntsc.ts": Clip.picture("64x48", rate: "30000/1001", seconds: 2) + "-c:v mpeg2video -bf 2",
      "late.ts": Clip.picture("64x48", rate: "10", seconds: 2) + "-output_ts_offset 20 -c:v libx264 -g 5",
    ]
    return try Clip.make("selection-\(name)", coding[name] ?? "")
  }

  private func numbers(_ frames: FrameSequence, _ all: [FrameInfo]) throws -> [Int] {
    try infos(frames).map { info in try #require(all.firstIndex { $0.timestamp == info.timestamp }) }
  }

  private static let small = FrameTransform(size: PixelSize(8, 8))

  @Test(arguments: clips) func selectionsEqualTheOracle(name: String) throws {
    let reader = try FrameReader(Self.clip(name))
    let all = try infos(reader.frames(as: Self.small))
    let oracle = SelectionOracle(all)
    let start = all[0].timestamp.microseconds
    let ranges: [Range<Int64>?] = [
      nil, start + 300_000..<start + 1_200_000, start - 500_000..<start + 400_000,
      start + 1_500_000..<start + 9_000_000,
      start + 1_000_000..<start + 1_000_000, all[3].timestamp.microseconds..<all[9].timestamp.microseconds,
    ]
    for range in ranges {
      let times = range.map { Duration.microseconds($0.lowerBound)..<Duration.microseconds($0.upperBound) }
      for step in [1, 2, 3, 7, 1000] {
        let taken = try numbers(reader.frames(.every(step), in: times, as: Self.small), all)
        #expect(taken == oracle.every(step, in: range), "every \(step) in \(range as Any)")
      }
      for (numerator, denominator) in [(1, 5), (1, 10), (1, 3), (1, 25), (1, 60), (1001, 30000), (3, 1)]
        as [(Int64, Int64)]
      {
        let interval = Duration.nanoseconds(numerator * 1_000_000_000) / denominator
        let taken = try numbers(reader.frames(.interval(interval), in: times, as: Self.small), all)
        #expect(
          taken == oracle.interval(numerator, denominator, in: range),
          "\(numerator)/\(denominator) s in \(range as Any)")
      }
      for count in [1, 2, 5, 8, 100] {
        let taken = try numbers(reader.frames(.evenlySpread(count), in: times, as: Self.small), all)
        #expect(taken == oracle.evenlySpread(count, in: range), "\(count) spread in \(range as Any)")
      }
    }
  }

  @Test(arguments: clips) func framesByIndexAndTime(name: String) throws {
    let reader = try FrameReader(Self.clip(name))
    let all = try infos(reader.frames(as: Self.small))
    let oracle = SelectionOracle(all)
    #expect(
      try numbers(reader.frames(.indexes([0, 0, 2, 5, 5, all.count - 1]), as: Self.small), all) == [
        0, 0, 2, 5, 5, all.count - 1,
      ])
    #expect(try reader.frame(at: 4).info == all[4])
    let start = all[0].timestamp.microseconds
    let times = (-2..<18).map { start + $0 * 100_000 + 1 }
    let taken = try infos(reader.frames(.times(times.map { .microseconds($0) }), as: Self.small))
    #expect(taken.map(\.timestamp) == times.map { all[oracle.shown(at: $0)].timestamp })
    #expect(taken.map(\.index) == Array(times.indices))
    for index in all.indices {
      // The moment of a frame, as people read it from ffprobe's six decimals, is that frame.
      let time = Duration.microseconds(all[index].timestamp.microseconds)
      #expect(try reader.frame(at: time, as: Self.small).timestamp == all[index].timestamp)
      if index > 0 {
        let before = try reader.frame(at: time - .microseconds(1), as: Self.small)
        #expect(before.timestamp == all[index - 1].timestamp)
      }
    }
  }

  /// A tick between two frames takes the earlier when both are as near: 10 frames a second, a clock of 0.15 s.
  @Test func tiesGoToTheEarlierFrame() throws {
    let reader = try FrameReader(Self.clip("late.ts"))
    let all = try infos(reader.frames(as: Self.small))
    let taken = try numbers(reader.frames(every: .milliseconds(150), size: PixelSize(8, 8)), all)
    #expect(taken.prefix(6) == [0, 1, 3, 4, 6, 7])
  }

  /// The last frame of a range may be shown beyond its end; the clock stops there all the same.
  @Test func theClockStopsAtTheEndOfTheRange() throws {
    let url = try Clip.make("selection-slow.mp4", Clip.picture("64x48", rate: "1", seconds: 4) + "-c:v libx264")
    let taken = try infos(FrameReader(url).frames(every: .milliseconds(500), in: .zero..<(.milliseconds(1500))))
    #expect(taken.map(\.timestamp.seconds) == [0, 0, 1])
  }

  @Test func whatMakesNoSenseIsAnError() throws {
    let reader = try FrameReader(Self.clip("regular.mp4"))
    let wrong: [FrameSelection] = [
      .every(0), .every(-1), .interval(.zero), .interval(.seconds(-1)), .evenlySpread(0), .evenlySpread(.max),
      .indexes([-1]), .indexes([3, 2]), .indexes([50]), .indexes([.max]), .times([.seconds(2), .seconds(1)]),
      .times([.seconds(3)]), .times([.seconds(Int64.max)]),
    ]
    for selection in wrong {
      expectUnrollError(.usage) { try infos(reader.frames(selection, as: Self.small)) }
    }
    expectUnrollError(.usage, mentions: "no frame 50", "the last one is 49") { try reader.frame(at: 50) }
    expectUnrollError(.usage, mentions: "nothing is shown at 2.000000 s", "ends at 2.000000 s") {
      try reader.frame(at: .seconds(2))
    }
    #expect(try infos(reader.frames(.indexes([]))).isEmpty)
    #expect(try infos(reader.frames(.times([]))).isEmpty)
    #expect(try infos(reader.frames(.interval(.seconds(Int64.max)), as: Self.small)).count == 1)
  }
}
