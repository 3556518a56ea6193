import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite("A stream gets the labels that a file gets")
struct LabelStreamTests {
  /// What differs from the tiny model: window 5, look-ahead 3, differences between frames, two layers both ways.
  static let variants: [[String]] = [
    [],
    ["frames.differences=false"],
    ["frames.every=2"],
    ["frames.every=3", "frames.differences=false"],
    ["frames.every=2", "model.look_ahead=0"],
    ["frames.every=3", "frames.differences=false", "model.bidirectional=false", "model.look_ahead=null"],
    ["model.window=1", "model.look_ahead=0"],
    ["model.window=3", "model.look_ahead=9", "model.cell=gru_reset_after", "model.layers=1"],
    ["model.window=1000"],
    ["model.layers=0", "frames.every=2"],
    ["model.multi_label=true"],
    ["model.decoding=viterbi", "model.decoding_scale=0.1"],
    ["model.decoding=viterbi", "model.decoding_scale=0.1", "model.window=1", "frames.every=2"],
    ["frames.window=20x24", "frames.color=rgb", "frames.normalization=imagenet"],
  ]

  @Test("frame by frame, whatever the length", arguments: variants)
  func agrees(overrides: [String]) throws {
    let model = try TinyLabelModel.make(overrides)
    try temporaryFolder { folder in
      var labels = Set<[String]>()
      for count in [1, 2, 3, 5, 6, 8, 9, 23, 37, 70] {
        let url = folder.appending(path: "\(count).mp4")
        try TestClips.write(count, to: url, clip: count % 3)
        let expected = try Self.expected(url, model)
        let found = try Self.stream(url, model)
        #expect(found.map(\.index) == Array(0..<count), "\(overrides), \(count) frames")
        #expect(found.map(\.time.seconds) == (0..<count).map { Double($0) / 10 })
        guard found.count == count else { continue }
        #expect(found.map(\.labels) == expected.map(\.labels), "\(overrides), \(count) frames")
        expectClose(
          found.flatMap(\.probabilities), expected.flatMap(\.probabilities), tolerance: 1e-5,
          "\(overrides), \(count) frames")
        labels.formUnion(found.map(\.labels))
      }
      #expect(labels.count > 1, "\(overrides)")
    }
  }

  @Test("a clip of one label gets it once, from all of its frames")
  func clip() throws {
    let model = try TinyLabelModel.make(["model.target=clip"])
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(40, to: url)
      let store = try TestClips.store([url], for: model)
      let expected = try Workers.shared.run { try model.probabilities(store, [0])[0] }
      let found = try Self.stream(url, model)
      #expect(found.count == 1 && found.first?.index == 0)
      #expect(expected.count == TinyLabelModel.labels.count)
      expectClose(found.first?.probabilities ?? [], [expected.max() ?? 0], tolerance: 1e-5)
    }
  }

  @Test("clips beside each other get what each gets alone")
  func together() throws {
    let model = try TinyLabelModel.make()
    try temporaryFolder { folder in
      let urls = try [9, 30, 1, 14, 5].enumerated().map { index, count in
        let url = folder.appending(path: "\(index).mp4")
        try TestClips.write(count, to: url, clip: index)
        return url
      }
      let store = try TestClips.store(urls, for: model)
      try Workers.shared.run {
        let all = try model.probabilities(store, [0, 1, 2, 3, 4])
        for clip in 0..<5 {
          let alone = try model.probabilities(store, [clip])[0]
          #expect(alone.count == store.items[clip].frames * 4)
          expectClose(all[clip], alone, tolerance: 1e-5, "clip \(clip)")
        }
        expectClose(try model.probabilities(store, [3, 1])[1], all[1], tolerance: 1e-5)
      }
    }
  }

  @Test("frames too small for the network's window end in an error that names the file")
  func tooSmall() throws {
    let model = try TinyLabelModel.make(["frames.size=null", "frames.window=80x80"])
    try temporaryFolder { folder in
      let url = folder.appending(path: "small.mp4")
      try TestClips.write(3, to: url)
      expectUnrollError(.badData, mentions: "small.mp4", "64x64", "80x80") { try Self.stream(url, model) }
      expectUnrollError(.badData, mentions: "small.mp4", "64x64", "80x80") { try TestClips.store([url], for: model) }
    }
  }

  @Test("a model of features labels no videos")
  func features() throws {
    let model = try TinyLabelModel.make(["model.encoder=features", "frames=null"], features: 4)
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(3, to: url)
      expectUnrollError(.usage, mentions: "features") { try Self.stream(url, model) }
    }
  }

  /// What a clip store gives for a video: the frames between those that are seen get the label of the one before.
  private static func expected(
    _ url: URL, _ model: LabelModel
  ) throws -> [(labels: [String], probabilities: [Float])] {
    let store = try TestClips.store([url], for: model)
    let rows = try Workers.shared.run { try model.probabilities(store, [0])[0] }
    let every = model.frames?.every ?? 1
    let count = try frameCount(url)
    #expect(rows.count == (count + every - 1) / every * model.labels.count)
    let decoded = model.decode(rows)
    return (0..<count).map { frame in
      if model.smoother != nil {
        let id = Int(decoded[frame / every])
        return ([TinyLabelModel.labels[id]], [rows[frame / every * model.labels.count + id]])
      }
      let row = Array(rows.dropFirst(frame / every * model.labels.count).prefix(model.labels.count))
      let best = row.max() ?? 0
      let ids = row.indices.filter { model.section.multiLabel ? row[$0] > 0.5 : row[$0] == best }
      return (ids.map { TinyLabelModel.labels[$0] }, ids.map { row[$0] })
    }
  }

  private static func frameCount(_ url: URL) throws -> Int {
    let frames = try FrameReader(url).frames().makeIterator()
    var count = 0
    while try frames.next() != nil { count += 1 }
    return count
  }

  private static func stream(_ url: URL, _ model: LabelModel) throws -> [LabelledFrame] {
    let stream = try LabelStream(model, FrameReader(url), file: url.lastPathComponent)
    var found: [LabelledFrame] = []
    while let frame = try stream.next() { found.append(frame) }
    #expect(try stream.next() == nil)
    return found
  }
}
