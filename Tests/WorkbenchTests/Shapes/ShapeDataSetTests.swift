import Diagnostics
import Foundation
import Synchronization
import TestSupport
import Testing
import VideoIO
import Workbench

/// The folder that `unroll synthesize shapes` makes.
struct ShapeDataSetTests {
  /// Makes all of a data set.
  private func generate(_ settings: ShapeSettings, _ folder: URL, threads: Int = 2) throws {
    let isComplete = try ShapeDataSet(settings, in: folder).generate(
      threads: threads, progress: { _ in }, stop: { false })
    #expect(isComplete)
  }

  private func text(_ folder: URL, _ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  private func lines(_ folder: URL, _ name: String) throws -> [String] {
    try text(folder, name).split(separator: "\n").map(String.init)
  }

  /// The bytes of every file below a folder.
  private func files(_ folder: URL) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      let file = folder.appending(path: name)
      if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
        found[name] = try Data(contentsOf: file)
      }
    }
    return found
  }

  @Test func theSameSeedGivesTheSameFrames() throws {
    let digests = [
      "44a2390a9f91afef50ef33c0cfcbb68c38801502d249e3f9949f11a9d1b54b44",
      "e0d613c8c4495f186b2c2b79b16ae3f52f722e5339abd0f87a1bd1da843c614a",
      "51002deb3a9a6610415533ca62a49280b2fa9c209a0fd235846986a248203ad0",
    ]
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 3, seed: 7, splits: [34, 33, 33])
      for threads in [1, 2] {
        let place = folder.appending(path: "\(threads)")
        try generate(settings, place, threads: threads)
        #expect(try lines(place, "frames.sha256") == digests.enumerated().map { "\($1)  shapes-00000\($0)" })
      }
      #expect(try files(folder.appending(path: "1")) == files(folder.appending(path: "2")))
      var other = settings
      other.seed = 8
      try generate(other, folder.appending(path: "other"))
      #expect(try Set(lines(folder.appending(path: "other"), "frames.sha256")).isDisjoint(with: digests))
    }
  }

  /// Another size and other lengths, so that nothing hangs on squares.
  @Test func theFramesOfAWideClip() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 1, seed: 7, size: PixelSize(99, 70), frames: 24...24, splits: [100, 0, 0])
      try generate(settings, folder)
      #expect(
        try lines(folder, "frames.sha256") == [
          "a5e13481dee42389e87a0d7e3b7cf003aa18def13eb34acd74c9005ddda1d4bc  shapes-000000"
        ])
    }
  }

  @Test func everyFrameIsThereWithItsLabel() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 10, seed: 3, rate: 25)
      try generate(settings, folder)
      let known = try Set(lines(folder, "mapping.txt").map { $0.split(separator: " ")[1] })
      for index in 0..<settings.clips {
        let scene = ShapeScene(settings, index: index)
        var drawn: [Pixels] = []
        scene.draw { drawn.append($0) }
        let labels = try lines(folder, "groundTruth/shapes-00000\(index).txt")
        #expect(labels == scene.labels.map(\.rawValue))
        #expect(Set(labels.map { Substring($0) }).isSubset(of: known))
        #expect(settings.frames.contains(drawn.count) && drawn.count == labels.count)
        let reader = try FrameReader(folder.appending(path: "clips/shapes-00000\(index).mp4"))
        var decoded = 0
        let frames = reader.frames().makeIterator()
        while let frame = try frames.next() {
          // Within what H.264 and one colour for four pixels take away.
          #expect(meanDifference(frame.pixels, drawn[decoded]) < 6, "clip \(index), frame \(decoded)")
          #expect(frame.info.timestamp == Timestamp(ticks: Int64(decoded), timeBase: TimeBase(1, 25)))
          decoded += 1
        }
        #expect(decoded == labels.count)
      }
    }
  }

  private func meanDifference(_ a: Pixels, _ b: Pixels) -> Double {
    let sum = zip(a.packedBytes, b.packedBytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(3 * a.width * a.height)
  }

  @Test func theListsNameEveryClipOnce() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 11)
      try generate(settings, folder)
      let names = (0..<11).map(ShapeSettings.name)
      let bundles = try ["train", "valid", "test"].map { try lines(folder, "splits/\($0).bundle") }
      #expect(bundles.map(\.count) == [9, 1, 1])
      #expect(bundles.flatMap { $0 } == names.map { $0 + ".txt" })
      let scenes = (0..<11).map { ShapeScene(settings, index: $0) }
      #expect(
        try lines(folder, "clip_labels.tsv") == zip(names, scenes).map { "\($0).mp4\t\($1.clipLabel.rawValue)" })
      #expect(try lines(folder, "sentences.tsv") == zip(names, scenes).map { "\($0).mp4\t\($1.sentence)" })
      #expect(try text(folder, "mapping.txt").hasPrefix("0 none\n1 appear\n2 still\n3 move_left\n"))
    }
  }

  /// What trains on it reads it as it was meant.
  @Test func theFolderIsReadAsAnyOther() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 10, seed: 4)
      try generate(settings, folder)
      let scenes = (0..<10).map { ShapeScene(settings, index: $0) }
      let clips = try SegmentationFolder(folder).load { _ in }
      #expect(clips.train.count == 8 && clips.valid.count == 1 && clips.test.count == 1)
      let names = ShapeAction.allCases.map { $0.rawValue }
      #expect(clips.labels.names == names)
      for (clip, scene) in zip(clips.train + clips.valid + clips.test, scenes) {
        let ids = scene.labels.compactMap { clips.labels.id(of: $0.rawValue) }
        #expect(clip.labels == .perFrame(ids) && ids.count == scene.labels.count)
      }
      let whole = try SegmentationFolder(folder).load(target: .clips) { _ in }
      for (clip, scene) in zip(whole.train + whole.valid + whole.test, scenes) {
        let id = try #require(whole.labels.id(of: scene.clipLabel.rawValue))
        #expect(clip.labels == .clip(id))
      }
    }
  }

  @Test(arguments: [
    ([80, 10, 10], 1, [1, 0, 0]), ([80, 10, 10], 3, [1, 1, 1]), ([80, 10, 10], 2000, [1600, 200, 200]),
    ([0, 0, 100], 5, [0, 0, 5]), ([34, 33, 33], 100, [34, 33, 33]), ([98, 1, 1], 10, [8, 1, 1]),
  ])
  func splits(_ shares: [Int], _ clips: Int, _ counts: [Int]) {
    let parts = ShapeSettings(clips: clips, splits: shares).parts
    #expect(parts.map(\.clips.count) == counts)
    #expect(parts.flatMap { Array($0.clips) } == Array(0..<clips))
  }

  @Test func whatWasStoppedIsCompleted() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 8, seed: 2)
      let (whole, stopped) = (folder.appending(path: "whole"), folder.appending(path: "stopped"))
      try generate(settings, whole)
      let asked = Atomic(0)
      let isComplete = try ShapeDataSet(settings, in: stopped).generate(threads: 1, progress: { _ in }) {
        asked.add(1, ordering: .relaxed).newValue > 4
      }
      #expect(!isComplete)
      #expect(try FileManager.default.contentsOfDirectory(atPath: stopped.path + "/clips").count == 4)
      // What a killed process leaves: a clip without labels, half a file.
      try FileManager.default.removeItem(at: stopped.appending(path: "groundTruth/shapes-000001.txt"))
      try Data([1]).write(to: stopped.appending(path: "clips/.unroll-999999999-abc.partial"))
      try generate(settings, stopped)
      #expect(try files(stopped) == files(whole))
      // And a clip that somebody removed later.
      try FileManager.default.removeItem(at: stopped.appending(path: "clips/shapes-000005.mp4"))
      try generate(settings, stopped)
      #expect(try files(stopped) == files(whole))
    }
  }

  @Test func aFolderOfOtherSettingsIsRefused() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 2)
      try generate(settings, folder)
      let before = try files(folder)
      var more = settings
      more.clips = 3
      expectUnrollError(
        .cannotCreate, mentions: "shapes.json: this data set has another value for clips: 2, not 3; choose another"
      ) { try generate(more, folder) }
      #expect(try files(folder) == before)
      try Data("{".utf8).write(to: folder.appending(path: "shapes.json"))
      expectUnrollError(.cannotCreate, mentions: "shapes.json: is damaged; ") { try generate(settings, folder) }
    }
  }

  @Test func aFolderOfSomethingElseIsRefused() throws {
    try temporaryFolder { folder in
      try Data().write(to: folder.appending(path: "thesis.doc"))
      expectUnrollError(.cannotCreate, mentions: "the folder holds something else already; choose an empty") {
        try generate(ShapeSettings(clips: 1), folder)
      }
      #expect(try files(folder).count == 1)
      expectUnrollError(.cannotCreate, mentions: "thesis.doc: the folder cannot be created; ") {
        try generate(ShapeSettings(clips: 1), folder.appending(path: "thesis.doc"))
      }
    }
  }

  @Test func aClipThatCannotBeWrittenEndsTheWork() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 4)
      let dataSet = try ShapeDataSet(settings, in: folder)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "groundTruth/shapes-000001.txt"), withIntermediateDirectories: false)
      expectUnrollError(.cannotCreate, mentions: "groundTruth/shapes-000001.txt: cannot create the file: ") {
        try dataSet.generate(threads: 2, progress: { _ in }, stop: { false })
      }
    }
  }

  /// The table gives each frame its colour, its kind and its action, and nothing to frames without a shape.
  @Test func theAttributesOfEveryFrame() throws {
    try temporaryFolder { folder in
      let settings = ShapeSettings(clips: 50, seed: 4)
      try generate(settings, folder)
      let clips = try SpanTable.load(folder.appending(path: "attributes.csv")) { Issue.record("\($0)") }
      #expect(clips.train.count == 40 && clips.valid.count == 5 && clips.test.count == 5)
      for (index, clip) in (clips.train + clips.valid + clips.test).enumerated() {
        let scene = ShapeScene(settings, index: index)
        let times = scene.labels.indices.map {
          Timestamp(ticks: Int64($0), timeBase: TimeBase(1, Int32(settings.rate)))
        }
        let found = try #require(try clip.aligned(to: times, isMultiLabel: true).several)
        for (ids, action) in zip(found, scene.labels) {
          let names = Set(ids.map { clips.labels.names[Int($0)] })
          #expect(names == (action == .none ? [] : ["\(scene.color)", "\(scene.kind)", action.rawValue]))
        }
      }
    }
  }
}
