import Foundation
import VideoIO

/// What selections should take, computed the slow way from the list of all frames: places in that list.
struct SelectionOracle {
  /// Timestamps and ends in microseconds.
  let frames: [(time: Int64, end: Int64)]

  init(_ infos: [FrameInfo]) {
    frames = infos.map { ($0.timestamp.microseconds, max($0.end.microseconds, $0.timestamp.microseconds + 1)) }
  }

  private func places(in range: Range<Int64>?) -> [Int] {
    frames.indices.filter { range?.contains(frames[$0].time) ?? true }
  }

  func every(_ step: Int, in range: Range<Int64>? = nil) -> [Int] {
    places(in: range).enumerated().filter { $0.offset % step == 0 }.map(\.element)
  }

  /// For each tick of the clock the place with the smallest distance, the first of those that are as near.
  func interval(_ numerator: Int64, _ denominator: Int64, in range: Range<Int64>? = nil) -> [Int] {
    let places = places(in: range)
    guard let first = places.first, let last = places.last else { return [] }
    var taken: [Int] = []
    for step in 0..<Int64(100_000) {
      let offset = (Double(step) * 1_000_000 * Double(numerator) / Double(denominator)).rounded()
      let time = (range?.lowerBound ?? frames[first].time) + Int64(offset)
      if let range, time >= range.upperBound { break }
      if time >= frames[last].end { break }
      let distances = places.map { abs(frames[$0].time - time) }
      let smallest = distances.min() ?? 0
      taken.append(places[distances.firstIndex(of: smallest) ?? 0])
    }
    return taken
  }

  /// The middle of each of `count` segments: the place ⌊(i + ½) · n / count⌋.
  func evenlySpread(_ count: Int, in range: Range<Int64>? = nil) -> [Int] {
    let places = places(in: range)
    if places.isEmpty { return [] }
    return (0..<count).map { places[Int((Double($0) + 0.5) * Double(places.count) / Double(count))] }
  }

  /// The last frame that begins at or before a time; the first one before that.
  func shown(at time: Int64) -> Int { frames.lastIndex { $0.time <= time } ?? 0 }
}
