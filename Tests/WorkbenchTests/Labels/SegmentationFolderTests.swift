import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// The layout of the temporal segmentation community, as it should be and with everything that can be wrong in it.
@Suite struct SegmentationFolderTests {
  /// A folder with clips a (train), b (valid) and c (test), two labels, and empty files for videos.
  private func inFolder(_ body: (LabelFolder) throws -> Void) throws {
    try temporaryFolder { folder in
      let folder = LabelFolder(folder)
      try folder.write("mapping.txt", "0 background\n1 wave")
      try folder.write("groundTruth/a.txt", "background\nwave\nwave\n")
      try folder.write("groundTruth/b.txt", "wave\r\nbackground\r\n")
      try folder.write("groundTruth/c.txt", "wave\nwave")
      try folder.write("splits/train.bundle", "a.txt\n")
      try folder.write("splits/valid.bundle", "b.txt")
      try folder.write("splits/test.bundle", "c.txt\n\n")
      for clip in ["a.mp4", "b.mkv", "c.avi"] { try folder.write("clips/\(clip)", "") }
      try body(folder)
    }
  }

  @Test func readsWithAndWithoutLastLineEnd() throws {
    try inFolder { folder in
      let clips = try folder.load()
      #expect(clips.labels.names == ["background", "wave"])
      #expect(clips.train.map(\.name) == ["a"] && clips.valid.map(\.name) == ["b"] && clips.test.map(\.name) == ["c"])
      #expect(clips.train[0].labels == .perFrame([0, 1, 1]))
      #expect(clips.valid[0].labels == .perFrame([1, 0]))
      #expect(clips.test[0].labels == .perFrame([1, 1]))
      #expect(clips.test[0].file?.lastPathComponent == "c.avi")
      #expect(
        clips.files.map(\.name) == [
          "mapping.txt", "train.bundle", "valid.bundle", "test.bundle", "groundTruth", "clips",
        ])
    }
  }

  @Test func namesAreOpenedAsTheDiskSpellsThem() throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    for (disk, list) in [(composed, decomposed), (decomposed, composed)] {
      try inFolder { folder in
        try folder.write("groundTruth/\(disk).txt", "wave\n")
        try folder.write("clips/\(disk).mp4", "")
        try folder.write("splits/train.bundle", "\(list).txt\n")
        let clip = try folder.load().train[0]
        #expect(clip.labels == .perFrame([1]))
        #expect(FileManager.default.fileExists(atPath: try #require(clip.file).path))
      }
    }
  }

  @Test func linksToNothingAndFoldersAreToldOfWithTheRest() throws {
    try inFolder { folder in
      let clips = folder.url.appending(path: "clips")
      try FileManager.default.removeItem(at: clips.appending(path: "a.mp4"))
      try FileManager.default.createSymbolicLink(
        atPath: clips.appending(path: "a.mp4").path, withDestinationPath: "nowhere.mp4")
      try FileManager.default.removeItem(at: clips.appending(path: "b.mkv"))
      try FileManager.default.createDirectory(at: clips.appending(path: "b.mkv"), withIntermediateDirectories: true)
      expectUnrollError(.badData, mentions: "there are 2 problems in the data") { try folder.load() }
    }
  }

  @Test func theDigestSeesLabels() throws {
    try inFolder { folder in
      let before = try folder.load().files
      try folder.write("groundTruth/c.txt", "wave\nback")
      try folder.write("mapping.txt", "0 background\n1 wave\n2 back")
      let after = try folder.load().files
      #expect(before.map(\.name) == after.map(\.name))
      #expect(zip(before, after).filter { $0 != $1 }.map(\.0.name) == ["mapping.txt", "groundTruth"])
    }
  }

  @Test func otherNamesOfSplits() throws {
    try inFolder { folder in
      try folder.write("splits/train.split1.bundle", "a.txt\nb.txt")
      let clips = try folder.load(SplitFiles(train: "splits/train.split1.bundle", valid: "splits/test.bundle"))
      #expect(clips.train.map(\.name) == ["a", "b"])
      // The same list may serve for both: nothing is learnt from it.
      #expect(clips.valid.map(\.name) == ["c"] && clips.test.map(\.name) == ["c"])
      let absolute = folder.url.appending(path: "splits/test.bundle").path
      #expect(try folder.load(SplitFiles(test: absolute)).test.map(\.name) == ["c"])
      expectUnrollError(.noInput, mentions: "splits/none.bundle: there is no such list of clips") {
        try folder.load(SplitFiles(train: "splits/none.bundle"))
      }
    }
  }

  @Test func featuresAreTakenWhereThereAreSome() throws {
    try inFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "features"), withIntermediateDirectories: true)
      for (name, frames) in [("a", 3), ("b", 2), ("c", 4)] {
        let values = (0..<2 * frames).map { Float($0) }
        try NumpyFile.write(
          FeatureMatrix(frames: frames, dimensions: 2, values: values),
          to: folder.url.appending(path: "features/\(name).npy"))
      }
      let clips = try folder.load()
      guard case .featureFile(let url) = clips.test[0].content else {
        Issue.record("no features")
        return
      }
      #expect(try NumpyFile(contentsOf: url).features().frames == 4)
      #expect(try folder.load(source: .videos).test[0].content != clips.test[0].content)
      // Two labels for four frames may be; two for eight may not.
      #expect(try clips.test[0].aligned(toFrames: 4).missing == 2)
      try NumpyFile.write(
        FeatureMatrix(frames: 8, dimensions: 1, values: Array(repeating: 0, count: 8)),
        to: folder.url.appending(path: "features/c.npy"))
      expectUnrollError(.badData, mentions: "features/c.npy: has 8 frames, and there are 2 labels;") {
        try folder.load()
      }
    }
  }

  @Test func labelsOfWholeClips() throws {
    try inFolder { folder in
      try folder.write("clip_labels.tsv", "a.mp4\tred\nb.mkv\tblue\nc.avi\tred\n")
      let clips = try folder.load(target: .clips)
      #expect(clips.labels.names == ["blue", "red"])
      #expect(clips.train[0].labels == .clip(1) && clips.valid[0].labels == .clip(0))
      #expect(try clips.train[0].aligned(toFrames: 2).ids == [1, 1])
      try folder.write("clip_labels.tsv", "a.mp4\tred\nb.mkv\tblue\n")
      expectUnrollError(.badData, mentions: "test.bundle:1: the clip c has no label in ", "clip_labels.tsv") {
        try folder.load(target: .clips)
      }
      try folder.write("clip_labels.tsv", "a.mp4 red\n")
      expectUnrollError(.badData, mentions: "clip_labels.tsv:1: this line is not a clip and a label") {
        try folder.load(target: .clips)
      }
      try folder.write("clip_labels.tsv", "a.mp4\tred\na.avi\tred\n")
      expectUnrollError(.badData, mentions: "clip_labels.tsv:2: the clip a.avi has a label already") {
        try folder.load(target: .clips)
      }
    }
  }

  @Test func severalLabelsAFrame() throws {
    try inFolder { folder in
      try folder.write("groundTruth/a.txt", "wave | background\n\nwave\n")
      #expect(try folder.load(target: .severalPerFrame).train[0].labels == .severalPerFrame([[0, 1], [], [1]]))
    }
  }

  @Test(arguments: [
    (
      "groundTruth/a.txt", "background\nwav\nwave",
      "a.txt:2: the label 'wav' is not in mapping.txt; did you mean 'wave'?"
    ),
    ("groundTruth/a.txt", "background\n\nwave", "a.txt:2: this line has no label"),
    ("groundTruth/a.txt", "\n", "a.txt: there are no labels in it"),
    ("splits/train.bundle", "a.txt\na.txt", "train.bundle:2: the clip a is there already in line 1"),
    ("splits/train.bundle", "a.txt\n../b.txt", "train.bundle:2: '../b.txt' is not the name of a clip"),
    ("splits/train.bundle", "a.txt\nd.txt", "train.bundle:2: there is no file for the clip d in "),
    ("splits/train.bundle", "", "train.bundle: there is no clip in it"),
    ("splits/train.bundle", "a.txt\nc.txt", "c is in train and in test"),
    ("clips/a.mov", "", "a.mov and a.mp4 have the same name but for the ending"),
    ("mapping.txt", "0 background\n2 wave", "mapping.txt: no label has the id 1"),
    ("mapping.txt", "0 background\n0 wave", "mapping.txt:2: the id 0 is there already in line 1"),
    ("mapping.txt", "0 wave\n1 wave", "mapping.txt:2: the label 'wave' is there already in line 1"),
    ("mapping.txt", "background\nwave", "mapping.txt:1: 'background' is not a number and a label"),
    ("mapping.txt", "\n", "mapping.txt: there are no labels in it"),
  ])
  func faults(_ file: String, _ text: String, _ message: String) throws {
    try inFolder { folder in
      try folder.write(file, text)
      expectUnrollError(.badData, mentions: message) { try folder.load() }
    }
  }

  @Test func problemsAreSaidTogether() throws {
    try inFolder { folder in
      try folder.write("splits/train.bundle", "a.txt\n" + (0..<30).map { "d\($0).txt\n" }.joined())
      try folder.write("groundTruth/b.txt", "nod\n")
      var lines: [String] = []
      expectUnrollError(.badData, mentions: "there are 31 problems in the data; see the lines above") {
        try SegmentationFolder(folder.url).load { lines.append($0) }
      }
      #expect(lines.count == 21)
      #expect(lines.first?.contains("train.bundle:2: there is no file for the clip d0") == true)
      #expect(lines.last == "and 11 more")
    }
  }

  @Test func heldOutClipsAreWholeGroups() throws {
    try inFolder { folder in
      var clips = try folder.load()
      clips.valid = []
      clips.train = (0..<20).map { number in
        LabelledClip(
          name: "\(number)", content: clips.train[0].content, labels: .clip(0), group: "person \(number / 2)")
      }
      clips.holdOut(0.2)
      #expect(clips.valid.map(\.group) == ["person 2", "person 2", "person 7", "person 7"])
      #expect(clips.train.count == 16)
      #expect(Set(clips.train.map(\.group)).isDisjoint(with: clips.valid.map(\.group)))
    }
  }

  @Test func speakerOneOfGRID() throws {
    guard let shared = sharedFolder() else { return }
    let clips = try SegmentationFolder(shared.appending(path: "data/grid-s1")).load { Issue.record("\($0)") }
    #expect(clips.train.count == 750 && clips.valid.count == 50 && clips.test.count == 100)
    #expect(clips.labels.count == 52 && clips.labels[0] == "sil")
    // Two clips have 74 frames and labels, the others 75.
    #expect(try clips.all.count { try $0.clip.aligned(toFrames: 74).surplus == 1 } == 898)
  }
}

/// A folder of data that a test writes.
struct LabelFolder {
  let url: URL

  init(_ url: URL) { self.url = url }

  func write(_ name: String, _ text: String) throws {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// The clips, without a word about problems.
  func load(
    _ splits: SplitFiles = SplitFiles(), source: SegmentationFolder.Source? = nil,
    target: SegmentationFolder.Target = .frames
  ) throws -> LabelledClips {
    try SegmentationFolder(url).load(splits, source: source, target: target) { _ in }
  }
}
