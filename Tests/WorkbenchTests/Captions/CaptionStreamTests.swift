import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite("A stream gets the captions that a file gets")
struct CaptionStreamTests {
  static let variants =
    TinyCaptionModel.couplings + [
      ["frames.every=3"], ["frames.every=2", "frames.differences=false"],
      ["frames.window=20x24", "frames.color=rgb", "frames.normalization=imagenet", "model.projection_size=null"],
    ]

  @Test("the whole video, whatever its length", arguments: variants)
  func whole(overrides: [String]) throws {
    let model = try TinyCaptionModel.make(overrides)
    try temporaryFolder { folder in
      for (count, beam) in [(1, 3), (2, 1), (31, 3), (37, 1), (70, 3)] {
        let url = folder.appending(path: "\(count).mp4")
        try TestClips.write(count, to: url, clip: count % 3)
        let spans = try Self.stream(url, model, beam: beam)
        #expect(spans.count == 1)
        guard let span = spans.first else { continue }
        let every = model.frames?.every ?? 1
        #expect(span.frames == count && span.seen.count == (count + every - 1) / every)
        #expect(span.start.seconds == 0)
        expectClose(span.end.seconds, Double(count) / 10, tolerance: 1e-6)
        let expected = try Self.expected(url, model, 0..<span.seen.count, beam: beam)
        Self.expectSame(span.candidates, expected, "\(overrides), \(count) frames")
        // What training measures.
        let store = try TestClips.store([url], frames: model.frames)
        var search = SearchSection()
        (search.beamSize, search.maximumLength) = (beam, 8)
        let texts = try Workers.shared.run { try model.captions(store, search: search, batchSize: 2) }
        #expect(texts == [span.candidates[0].text])
      }
    }
  }

  @Test("clips differ in their captions", arguments: TinyCaptionModel.couplings)
  func different(overrides: [String]) throws {
    let model = try TinyCaptionModel.make(overrides)
    try temporaryFolder { folder in
      var scores = Set<Float>()
      for clip in 0..<4 {
        let url = folder.appending(path: "\(clip).mp4")
        try TestClips.write(12, to: url, clip: clip)
        scores.insert(try Self.stream(url, model)[0].candidates[0].score)
      }
      #expect(scores.count == 4, "\(scores)")
    }
  }

  @Test("clips beside each other get what each gets alone")
  func together() throws {
    let model = try TinyCaptionModel.make()
    try temporaryFolder { folder in
      let urls = try [9, 30, 1, 14, 5].enumerated().map { index, count in
        let url = folder.appending(path: "\(index).mp4")
        try TestClips.write(count, to: url, clip: index)
        return url
      }
      var search = SearchSection()
      (search.beamSize, search.maximumLength) = (3, 8)
      let all = try TestClips.store(urls, frames: model.frames)
      let texts = try Workers.shared.run { try model.captions(all, search: search, batchSize: 3) }
      #expect(texts == (try urls.map { try Self.stream($0, model)[0].candidates[0].text }))
    }
  }

  @Test("stretches lie end to end from the first frame on", arguments: [1, 7, 10, 33, 100])
  func stretches(tenths: Int) throws {
    let model = try TinyCaptionModel.make()
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(34, to: url, times: (0..<34).map { $0 + 5 })
      let spans = try Self.stream(url, model, every: .milliseconds(100 * tenths))
      #expect(spans.count == (34 + tenths - 1) / tenths)
      var first = 0
      for span in spans {
        let count = min(tenths, 34 - first)
        #expect(span.frames == count && span.seen.count == count)
        expectClose(span.start.seconds, 0.5 + Double(first) / 10, tolerance: 1e-6)
        expectClose(span.end.seconds, 0.5 + Double(first + count) / 10, tolerance: 1e-6)
        // Frames at a border still see how they differ from those beyond it.
        Self.expectSame(
          span.candidates, try Self.expected(url, model, first..<first + count), "from frame \(first)")
        first += count
      }
      #expect(first == 34)
    }
  }

  @Test("a stretch without a frame is passed over; one lasts until the next frame is shown")
  func gaps() throws {
    let model = try TinyCaptionModel.make()
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(6, to: url, times: [0, 1, 2, 47, 48, 60])
      let spans = try Self.stream(url, model, every: .seconds(1))
      #expect(spans.map(\.frames) == [3, 2, 1])
      let tenths = spans.flatMap { [$0.start.seconds, $0.end.seconds] }.map { ($0 * 10).rounded() }
      #expect(tenths.dropLast() == [0, 47, 47, 60, 60])
      #expect(spans[2].end.seconds >= 6)
    }
  }

  @Test("a stretch none of whose frames is looked at has an empty caption")
  func unseen() throws {
    let model = try TinyCaptionModel.make(["frames.every=10"])
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(25, to: url)
      let spans = try Self.stream(url, model, every: .milliseconds(400))
      #expect(spans.map(\.frames) == [4, 4, 4, 4, 4, 4, 1])
      #expect(spans.map(\.seen.count) == [1, 0, 1, 0, 0, 1, 0])
      #expect(spans.map { $0.candidates[0] == .empty } == [false, true, false, true, true, false, true])
      #expect(spans.allSatisfy { !$0.candidates.isEmpty })
    }
  }

  @Test("attention is over the frames, or the places of each of them, that were looked at")
  func attention() throws {
    for (overrides, places) in [([], 1), (TinyCaptionModel.couplings[3], 64)] {
      let model = try TinyCaptionModel.make(overrides + ["frames.every=2"])
      try temporaryFolder { folder in
        let url = folder.appending(path: "clip.mp4")
        try TestClips.write(9, to: url)
        let stream = try CaptionStream(
          model, FrameReader(url), options: TinyCaptionModel.options(model), keepsAttention: true, file: "clip.mp4")
        let span = try #require(try stream.next())
        let best = try #require(span.candidates.first)
        let rows = try #require(best.attention)
        #expect(span.seen.count == 5 && rows.count == best.pieces.count + (best.isComplete ? 1 : 0))
        for row in rows {
          #expect(row.count == 5 * places)
          expectClose(row.reduce(0, +), 1, tolerance: 1e-4)
        }
      }
    }
  }

  @Test("what is no video, or has too small frames, ends in an error that names the file")
  func mistakes() throws {
    let large = try TinyCaptionModel.make(["frames.size=null", "frames.window=80x80"])
    let features = try TinyCaptionModel.make(["model.encoder=features", "frames=null"], features: 4)
    try temporaryFolder { folder in
      let url = folder.appending(path: "small.mp4")
      try TestClips.write(3, to: url)
      expectUnrollError(.badData, mentions: "small.mp4", "64x64", "80x80") { try Self.stream(url, large) }
      expectUnrollError(.usage, mentions: "features") { try Self.stream(url, features) }
    }
  }

  // MARK: Captions in other ways

  private static func expectSame(
    _ found: [TextCandidate], _ expected: [TextCandidate], _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.text) == expected.map(\.text), "\(what)", sourceLocation: sourceLocation)
    expectClose(found.map(\.score), expected.map(\.score), tolerance: 1e-4, what)
  }

  /// Captions of some of the frames that a network sees of a video, all of which are encoded at once.
  private static func expected(
    _ url: URL, _ model: CaptionModel, _ range: Range<Int>, beam: Int = 3
  ) throws -> [TextCandidate] {
    let store = try TestClips.store([url], frames: model.frames)
    return try Workers.shared.run {
      let encoder = model.network.encoder
      let input = try store.input([(clip: 0, frames: 0..<store.items[0].frames)])
      let places = encoder.frames.places
      let features = encoder.frames(input, on: nil).slice(
        range.lowerBound * places..<range.upperBound * places, axis: 0)
      let source = encoder.read(features, FrameLayout(lengths: [range.count]), on: nil)
      return try model.captions(
        of: source, options: TinyCaptionModel.options(model, beamSize: beam, nBest: min(2, beam))
      ) { _ in "clip" }[0]
    }
  }

  private static func stream(
    _ url: URL, _ model: CaptionModel, beam: Int = 3, every: Duration? = nil
  ) throws -> [CaptionedSpan] {
    let options = TinyCaptionModel.options(model, beamSize: beam, nBest: min(2, beam))
    let stream = try CaptionStream(model, FrameReader(url), options: options, every: every, file: url.lastPathComponent)
    var found: [CaptionedSpan] = []
    while let span = try stream.next() { found.append(span) }
    #expect(try stream.next() == nil)
    return found
  }
}
