import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// What captions are learnt from: lists, splits and clips, and all that may be wrong with them.
@Suite("Clips with captions to learn from")
struct CaptionDataTests {
  private static let names = ["a.mp4", "b.mp4", "c.mp4", "d.mp4"]

  /// The same clips, captions and splits in every form: c and d have two captions.
  private static let forms: [(file: String, text: String)] = [
    (
      "captions.csv",
      """
      file_name,caption,split
      a.mp4,one red,train
      b.mp4,"two, blue",train
      c.mp4,three,val
      c.mp4,three green,val
      d.mp4,four,test
      d.mp4,four red,test

      """
    ),
    (
      "captions.json",
      """
      {"videos": [{"video_id": "a", "split": "train"}, {"video_id": "b", "split": "train"},
                  {"video_id": "c", "split": "validate"}, {"video_id": "d", "split": "test"}],
       "sentences": [{"video_id": "a", "caption": "one red"}, {"video_id": "b", "caption": "two, blue"},
                     {"video_id": "c", "caption": "three"}, {"video_id": "c", "caption": "three green"},
                     {"video_id": "d", "caption": "four"}, {"video_id": "d", "caption": "four red"}]}
      """
    ),
  ]

  @Test("a list that says what is in which split", arguments: 0..<2)
  func splitsOfTheList(form: Int) throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      let (file, text) = Self.forms[form]
      try run.write(file, text)
      let (notes, tested) = try run.train(["data.captions=\(file)"])
      #expect(notes.contains { $0.hasPrefix("2 training clips with 2 captions, 1 validation clip, ") }, "\(notes)")
      #expect(tested == ["d"])
    }
  }

  @Test("COCO's captions of files in folders, whose clips lists put into splits, with their endings or without")
  func lists() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      let images = ["a", "b", "c", "d"].enumerated().map { "{\"id\": \($0), \"file_name\": \"in/\($1).mp4\"}" }
      let captions = (0..<7).map { "{\"image_id\": \($0 % 4), \"caption\": \"caption \($0)\"}" }
      try run.write(
        "captions.json",
        "{\"images\": [\(images.joined(separator: ","))], \"annotations\": [\(captions.joined(separator: ","))]}")
      try run.write("splits/train.bundle", "a.txt\nb\n")
      try run.write("splits/valid.bundle", "c.mp4\n")
      try run.write("splits/test.bundle", "d\n")
      let (notes, tested) = try run.train(["data.captions=captions.json"])
      // Captions 0 and 4 are of a, 1 and 5 of b.
      #expect(notes.contains { $0.hasPrefix("2 training clips with 4 captions, 1 validation clip, ") }, "\(notes)")
      #expect(tested == ["d"])
    }
  }

  @Test("where nothing says so, clips are held out, always the same ones")
  func heldOut() throws {
    try temporaryFolder { folder in
      let names = (0..<10).map { "clip\($0).mp4" }
      let run = try CaptionDataRun(folder, clips: names)
      try run.write("captions.tsv", names.map { "\($0)\tred \($0)\n\($0)#1\tblue\n" }.joined())
      let overrides = ["data.hold_out=0.25", "data.hold_out_test=0.2"]
      let (notes, tested) = try run.train(overrides)
      #expect(notes.contains { $0.hasPrefix("6 training clips with 12 captions, 2 validation clips, ") }, "\(notes)")
      #expect(tested == ["clip2", "clip7"])
      try FileManager.default.removeItem(at: folder.appending(path: "run"))
      #expect(try run.train(overrides).tested == tested)
      // Also where lists name no clips to validate on.
      try FileManager.default.removeItem(at: folder.appending(path: "run"))
      try run.write("train.txt", (0..<5).map { "clip\($0)\n" }.joined())
      let listed = try run.train(["data.train=train.txt", "data.hold_out=0.2"]).notes
      #expect(listed.contains { $0.hasPrefix("4 training clips with 8 captions, 1 validation clip, ") }, "\(listed)")
    }
  }

  @Test("long captions are left out of training, and counted")
  func maximumLength() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      try run.write("captions.tsv", "a.mp4\tone\na.mp4\tone two three\nb.mp4\tone two\nc.mp4\tone two three four\n")
      let overrides = ["data.hold_out=0", "data.max_length=2"]
      let notes = try run.train(overrides).notes
      #expect(
        notes.contains {
          $0.hasPrefix("3 training clips with 2 captions (2 longer than data.max_length left out), 3 validation clips")
        }, "\(notes)")
      try FileManager.default.removeItem(at: folder.appending(path: "run"))
      try run.write("captions.tsv", "a.mp4\tone two three\nb.mp4\tone two three\n")
      expectUnrollError(.badData, mentions: "nothing to learn from") { try run.train(overrides) }
    }
  }

  @Test("clips that are missing and clips that cannot be decoded are told of together, before a run is there")
  func missingAndUndecodable() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      try run.write("clips/text.mp4", "not a video\n")
      try run.write("clips/empty.mp4", "")
      let clips = Self.names + ["text.mp4", "empty.mp4", "absent.mp4", "gone.mp4"]
      try run.write("captions.tsv", clips.map { "\($0)\ta caption\n" }.joined())
      try run.write("splits/train.bundle", "a\nb\ntext\nabsent\n")
      try run.write("splits/valid.bundle", "c\nempty\nunheard\n")
      try run.write("splits/test.bundle", "d\ngone\na\n")
      let lines = try run.fails()
      #expect(lines.count == 7 && lines.last?.contains("there are 6 problems in the data") == true, "\(lines)")
      for (place, what) in [
        ("captions.tsv:7", "no file for the clip absent.mp4"), ("captions.tsv:8", "no file for the clip gone.mp4"),
        ("valid.bundle:3", "there is no caption for the clip unheard"),
        (folder.lastPathComponent, "a is in train and in test"),
        ("clips/text.mp4", ": "), ("clips/empty.mp4", ": "),
      ] {
        #expect(lines.contains { $0.contains(place) && $0.contains(what) }, "\(place) \(what): \(lines)")
      }
    }
  }

  @Test("clips with one name, and lists that name one twice")
  func twins() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      try run.write("captions.tsv", "in/a.mp4\tone\nout/a.mp4\ttwo\nb.mp4\tthree\nc.mp4\tfour\n")
      try run.write("splits/train.bundle", "a\nb\nb.mp4\n")
      let lines = try run.fails()
      #expect(lines.count == 3, "\(lines)")
      #expect(lines[0].contains("captions.tsv:2: there is another clip that is called a"))
      #expect(lines[1].contains("train.bundle:3: the clip b is there already in line 2"))
    }
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: ["a.mp4", "a.mkv", "b.mp4"])
      try run.write("captions.tsv", "a\tone\nb\ttwo\n")
      #expect(try run.fails()[0].contains("a.mkv and a.mp4 have the same name but for the ending"))
      // With its ending it is clear which is meant.
      try run.write("captions.tsv", "a.mkv\tone\nb\ttwo\n")
      #expect(try run.train(["data.hold_out=0"]).notes.contains { $0.hasPrefix("2 training clips") })
    }
  }

  @Test("no captions, no clips, no lists")
  func absent() throws {
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder, clips: Self.names)
      #expect(try run.fails()[0].contains("captions.tsv"))
      try run.write("captions.tsv", "a.mp4\tone\nb.mp4\ttwo\n")
      #expect(try run.fails(["data.clips=videos"])[0].contains("videos"))
      #expect(try run.fails(["data.train=train.txt"])[0].contains("train.txt: there is no such list of clips"))
      try run.write("captions.tsv", "a.mp4\tone\n")
      #expect(try run.fails()[0].contains("there is no validation clip"))
    }
  }

  @Test("features of clips, from another program")
  func features() throws {
    let overrides = ["model.encoder=features", "frames=null", "data.clips=features", "data.hold_out=0"]
    func matrix(_ frames: Int, _ dimensions: Int) -> FeatureMatrix {
      FeatureMatrix(
        frames: frames, dimensions: dimensions, values: (0..<frames * dimensions).map { Float($0 % 7) / 7 })
    }
    try temporaryFolder { folder in
      let run = try CaptionDataRun(folder)
      func write(_ name: String, _ matrix: FeatureMatrix) throws {
        try FileManager.default.createDirectory(
          at: folder.appending(path: "features"), withIntermediateDirectories: true)
        try NumpyFile.write(matrix, to: folder.appending(path: "features/\(name).npy"))
      }
      for (index, name) in ["a", "b", "c"].enumerated() { try write(name, matrix(3 + index, 5)) }
      try run.write("captions.tsv", "a.mp4\tone\nb.mp4\ttwo\nc\tthree\n")
      for reader in ["recurrent", "each", "mean"] {
        let attention = reader == "mean" ? "none" : "general"
        let notes = try run.train(overrides + ["model.reader=\(reader)", "model.attention=\(attention)"]).notes
        #expect(notes.contains { $0.hasPrefix("3 training clips with 3 captions") }, "\(notes)")
        try FileManager.default.removeItem(at: folder.appending(path: "run"))
      }
      try write("b", matrix(2, 6))
      try write("c", matrix(0, 5))
      let lines = try run.fails(overrides)
      #expect(lines.count == 3, "\(lines)")
      #expect(lines.contains { $0.contains("b.npy") && $0.contains("frames have 6 features") })
      #expect(lines.contains { $0.contains("c.npy") && $0.contains("has no frame") })
    }
  }
}
