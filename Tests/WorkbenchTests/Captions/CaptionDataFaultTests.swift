import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Files of clips that are bad each in its own way: told of together, or trained on with a warning.
@Suite("Bad files among clips to learn from")
struct CaptionDataFaultTests {
  private static let features = ["model.encoder=features", "frames=null", "data.clips=features", "data.hold_out=0"]

  /// Writes features of a few frames; `value` replaces their fourth number.
  private static func write(_ name: String, in run: CaptionDataRun, dimensions: Int = 5, value: Float = 0) throws {
    var values = (0..<3 * dimensions).map { Float($0 % 7) / 7 }
    values[3] = value
    let folder = run.folder.appending(path: "features")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try NumpyFile.write(
      FeatureMatrix(frames: 3, dimensions: dimensions, values: values), to: folder.appending(path: "\(name).npy"))
  }

  @Test("features that are not finite are found before training")
  func notFinite() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder)
      try run.write("captions.tsv", "a\tone\nb\ttwo\nc\tthree\nabsent\tfour\n")
      for (name, value) in [("a", Float.nan), ("b", 0.5), ("c", -.infinity)] {
        try Self.write(name, in: run, value: value)
      }
      let lines = try run.fails(Self.features)
      #expect(lines.count == 4 && lines.last?.contains("there are 3 problems") == true, "\(lines)")
      for name in ["a", "c"] {
        #expect(
          lines.contains {
            $0.contains("features/\(name).npy: has a number that is not finite in frame 0; make the features anew")
          }, "\(lines)")
      }
    }
  }

  @Test("features of another width are compared with those of the first training clip, in every split")
  func widths() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder)
      let names = ["a", "b", "c", "d", "e", "f"]
      try run.write("captions.tsv", names.map { "\($0)\tone\n" }.joined())
      try run.write("splits/train.bundle", "a\nb\n")
      try run.write("splits/valid.bundle", "c\nd\n")
      try run.write("splits/test.bundle", "e\nf\n")
      for (name, dimensions) in zip(names, [5, 5, 6, 5, 7, 7]) { try Self.write(name, in: run, dimensions: dimensions) }
      let lines = try run.fails(Self.features)
      #expect(lines.count == 4 && lines.last?.contains("there are 3 problems") == true, "\(lines)")
      for (name, width) in [("c", 6), ("e", 7), ("f", 7)] {
        #expect(
          lines.contains {
            $0.contains("features/\(name).npy: frames have \(width) features, ")
              && $0.contains("those of the first training clip (\(folder.path)/features/a.npy) have 5")
          }, "\(lines)")
      }
    }
  }

  @Test("links to nothing, folders and pipes are told of with the rest")
  func noFiles() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: ["a.mp4", "b.mp4"])
      let clips = folder.appending(path: "clips")
      try FileManager.default.createSymbolicLink(
        atPath: clips.appending(path: "link.mp4").path, withDestinationPath: "nowhere.mp4")
      try FileManager.default.createDirectory(
        at: clips.appending(path: "folder.mp4"), withIntermediateDirectories: true)
      #expect(mkfifo(clips.appending(path: "pipe.mp4").path, 0o600) == 0)
      try run.write("clips/text.mp4", "not a video\n")
      let names = ["a", "link", "folder", "pipe", "text", "absent", "b"]
      try run.write("captions.tsv", names.map { "\($0).mp4\tone\n" }.joined())
      let notes = Notes()
      let error = try unrollError { _ = try run.train(["data.hold_out=0"], notes: notes) }
      #expect(error.kind == .badData && error.what == "there are 5 problems in the data", "\(error)")
      for (name, what) in [
        ("link.mp4", "is a link to a file that is not there"), ("folder.mp4", "is a folder"),
        ("pipe.mp4", "is not a regular file"), ("text.mp4", ": is not a video"), ("absent.mp4", "no file for the clip"),
      ] {
        #expect(notes.lines.contains { $0.contains(name) && $0.contains(what) }, "\(name): \(notes.lines)")
      }
      // One alone is an error of the same kind.
      try run.write("captions.tsv", "a.mp4\tone\nlink.mp4\tone\n")
      let alone = try unrollError { _ = try run.train(["data.hold_out=0"], notes: notes) }
      #expect(alone.kind == .badData && alone.file?.hasSuffix("clips/link.mp4") == true, "\(alone)")
    }
  }

  @Test("a clip is opened as the disk spells it, whatever form of Unicode the list is in", arguments: [false, true])
  func unicode(isComposedOnDisk: Bool) throws {
    let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
    try temporaryFolder { folder in
      let disk = isComposedOnDisk ? composed : decomposed
      let list = isComposedOnDisk ? decomposed : composed
      let run = try CaptionDataRun(folder, clips: ["\(disk).mp4", "b.mp4"])
      for ending in [".mp4", ""] {
        try run.write("captions.tsv", "\(list)\(ending)\tone\nb\ttwo\n")
        try run.write("splits/train.bundle", "\(disk)\nb\n")
        let notes = try run.train(["data.hold_out=0"]).notes
        #expect(notes.contains { $0.hasPrefix("2 training clips") }, "\(notes)")
        try FileManager.default.removeItem(at: folder.appending(path: "run"))
      }
    }
  }

  /// Changes bytes in the middle of a video.
  private static func damage(_ url: URL) throws {
    var bytes = try Data(contentsOf: url)
    for place in stride(from: bytes.count / 3, to: bytes.count / 2, by: 11) { bytes[place] ^= 0x5A }
    try bytes.write(to: url)
  }

  @Test("damage that was concealed is told of once, with the clips of every split")
  func damage() throws {
    try temporaryFolder { folder in
      let names = ["a", "b", "c", "d", "e", "f", "g"]
      let run = try CaptionDataRun(folder, clips: [])
      for (index, name) in names.enumerated() {
        let url = folder.appending(path: "clips/\(name).mp4")
        try TestClips.write(30, to: url, clip: index)
        if !["b", "g"].contains(name) { try Self.damage(url) }
      }
      try run.write("captions.tsv", names.map { "\($0)\tone\n" }.joined())
      try run.write("splits/train.bundle", "a\nb\nc\nd\ne\n")
      try run.write("splits/valid.bundle", "f\n")
      try run.write("splits/test.bundle", "g\n")
      let notes = try run.train().notes.filter { $0.hasPrefix("warning: ") }
      #expect(notes.count == 1, "\(notes)")
      let text = try #require(notes.first)
      #expect(text.hasPrefix("warning: 4 training clips are damaged: \(folder.path)/clips/a.mp4 ("), "\(text)")
      #expect(text.contains(#/a\.mp4 \((\d+ damaged frames?)?( and )?(\d+ lost packets?)?\), /#), "\(text)")
      #expect(text.contains(#/d\.mp4 \([^)]+\) and 1 more; /#), "\(text)")
      #expect(text.contains(#/; 1 validation clip is damaged: [^ ]*/clips/f\.mp4 \(/#), "\(text)")
      #expect(!text.contains("b.mp4") && !text.contains("g.mp4"), "\(text)")
      // Clips to validate on that are those to learn from are not told of twice.
      try FileManager.default.removeItem(at: folder.appending(path: "run"))
      try FileManager.default.removeItem(at: folder.appending(path: "splits"))
      try run.write("captions.tsv", "a\tone\nb\ttwo\n")
      let again = try run.train(["data.hold_out=0"]).notes.filter { $0.hasPrefix("warning: ") }
      #expect(again.count == 1 && again[0].contains("1 training clip is damaged") && !again[0].contains("validation"))
    }
  }

  @Test("features that were kept and are damaged are computed again")
  func featureCache() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(captionsIn: folder)
      let label = folder.appending(path: "label")
      try TinyLabelModel.write(to: label)
      let cache = folder.appending(path: "features")
      tiny.overrides = [
        "augmentation={}", "model.frozen=true", "model.warm_start=\(label.path)", "data.feature_cache=\(cache.path)",
        "model.reader=mean", "model.attention=none", "training.steps=1", "training.validate_every=1",
      ]
      try tiny.train("first")
      let names = try FileManager.default.contentsOfDirectory(atPath: cache.path).sorted()
      let files = names.map { cache.appending(path: $0) }
      let sound = try files.map { try Data(contentsOf: $0) }
      let matrix = try NumpyFile(contentsOf: files[2]).features()
      // What numbers are there may change and still be numbers, with the shape that they had.
      try sound[0].prefix(sound[0].count - 40).write(to: files[0])
      try Data("junk".utf8).write(to: files[1])
      var changed = matrix.values
      changed[4] = .nan
      try NumpyFile.write(
        FeatureMatrix(frames: matrix.frames, dimensions: matrix.dimensions, values: changed), to: files[2])
      var flipped = sound[3]
      flipped[flipped.count / 2] ^= 0x10
      try flipped.write(to: files[3])
      try NumpyFile.write(
        FeatureMatrix(frames: 1, dimensions: matrix.dimensions, values: Array(matrix[0])), to: files[4])
      let notes = try tiny.train("second").notes
      let warnings = notes.filter { $0.hasPrefix("warning: ") }
      #expect(warnings.count == 1, "\(notes)")
      #expect(
        warnings.first?.hasPrefix("warning: 5 files of data.feature_cache are damaged and were made anew: ") == true,
        "\(warnings)")
      #expect(warnings.first?.contains(cache.path) == true && warnings.first?.contains(" and 2 more") == true)
      #expect(try files.map { try Data(contentsOf: $0) } == sound)
      try SavedState(tiny.run("second")).expectSame(as: SavedState(tiny.run("first")))
      // Files of before there were checksums are taken as they are.
      let features = try NumpyFile(contentsOf: files[5]).features()
      try NumpyFile.write(features, to: files[5])
      #expect(try tiny.train("third").notes.filter { $0.hasPrefix("warning: ") }.isEmpty)
      try SavedState(tiny.run("third")).expectSame(as: SavedState(tiny.run("first")))
    }
  }
}
