import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite("Folders of models that label frames")
struct LabelModelFolderTests {
  static let variants: [[String]] = [
    [], ["model.layers=0"], ["model.layers=0", "model.projection_size=null"], ["model.target=clip"],
    ["model.multi_label=true"], ["model.decoding=viterbi", "model.decoding_scale=0.1"],
    ["model.bidirectional=false", "model.look_ahead=null", "model.cell=gru"],
    ["frames.crop=40x48+3+2", "frames.window=20x24", "frames.color=rgb", "frames.every=2"],
  ]

  private func inFolder(_ overrides: [String] = [], _ body: (_ folder: URL, _ model: URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "model")
      try TinyLabelModel.write(overrides, to: url)
      try body(folder, url)
    }
  }

  private func load(_ url: URL) throws -> LabelModel { try LabelModel(ModelFolder<LabelDescription>.open(url)) }

  @Test("what was written is read: the same model gives the same numbers", arguments: variants)
  func roundTrip(overrides: [String]) throws {
    try inFolder(overrides) { folder, url in
      let (before, after) = (try TinyLabelModel.make(overrides), try load(url))
      #expect(after.labels == before.labels && after.background == ["none"])
      #expect(after.frames == before.frames && after.section == before.section)
      let video = folder.appending(path: "clip.mp4")
      try TestClips.write(13, to: video)
      let found = try [before, after].map { model in
        let store = try TestClips.store([video], for: model)
        return try Workers.shared.run { try model.probabilities(store, [0])[0] }
      }
      #expect(!found[0].isEmpty && found[0] == found[1])
      #expect((before.smoother == nil) == (after.smoother == nil))
      #expect(before.decode(found[0]) == after.decode(found[0]))
    }
  }

  @Test("a model of features, with scores that are added")
  func features() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "model")
      let overrides = [
        "model.encoder=features", "frames=null", "model.projection_size=null", "model.add_scores=true",
      ]
      try TinyLabelModel.write(overrides, features: 4, to: url)
      let values = randomTensor([9, 4], seed: 2).values
      let clip = LabelledClip(
        name: "c", content: .features(FeatureMatrix(frames: 9, dimensions: 4, values: values)),
        labels: .perFrame([Int32](repeating: 0, count: 9)))
      let store = try ClipStore([clip], frames: nil, isMultiLabel: false, megabytes: 0, note: { _ in })
      let models = [try TinyLabelModel.make(overrides, features: 4), try load(url)]
      let found = try Workers.shared.run { try models.map { try $0.probabilities(store, [0])[0] } }
      #expect(found[0].count == 36 && found[0] == found[1])
    }
  }

  /// Changes the list of labels, and what `model.yaml` says of it.
  private func relabel(_ url: URL, _ change: (String) -> String) throws {
    let list = url.appending(path: "labels.txt")
    let old = try FileRecord(of: list)
    try Data(change(String(contentsOf: list, encoding: .utf8)).utf8).write(to: list)
    let new = try FileRecord(of: list)
    let yaml = url.appending(path: "model.yaml")
    let text = try String(contentsOf: yaml, encoding: .utf8).replacing(old.sha256, with: new.sha256)
      .replacing("bytes: \(old.bytes)\n", with: "bytes: \(new.bytes)\n")
    try Data(text.utf8).write(to: yaml)
  }

  @Test("labels that were changed behind its back")
  func damagedLabels() throws {
    try inFolder { _, url in
      try Data("0 nothing\n".utf8).write(to: url.appending(path: "labels.txt"))
      expectUnrollError(.badData, mentions: "labels.txt") { try load(url) }
      try FileManager.default.removeItem(at: url.appending(path: "labels.txt"))
      expectUnrollError(.noInput, mentions: "labels.txt") { try load(url) }
    }
  }

  @Test("labels that do not fit")
  func otherLabels() throws {
    try inFolder { _, url in
      try relabel(url) { $0 + "4 down\n" }
      expectUnrollError(.badData, mentions: "labels.txt", "5 labels", "4") { try load(url) }
    }
    try inFolder { _, url in
      try relabel(url) { $0.replacing("2 right", with: "2 left") }
      expectUnrollError(.badData, mentions: "labels.txt:3", "left") { try load(url) }
    }
    try inFolder { _, url in
      try relabel(url) { $0.replacing("2 right", with: "right") }
      expectUnrollError(.badData, mentions: "labels.txt:3") { try load(url) }
    }
  }

  @Test(
    "sizes that the weights do not have",
    arguments: [
      ("hidden_size: 6", "hidden_size: 60000"), ("layers: 2", "layers: 3"),
      ("projection_size: 5", "projection_size: 60000"),
      ("bidirectional: true\n", "bidirectional: false\n"), ("cell: lstm", "cell: gru"), ("layers: 2", "layers: 0"),
      ("channels: [4, 6]", "channels: [4, 7]"), ("color: gray", "color: rgb"), ("target: frames", "target: clip"),
    ])
  func otherSizes(old: String, new: String) throws {
    try inFolder { _, url in
      let yaml = url.appending(path: "model.yaml")
      let text = try String(contentsOf: yaml, encoding: .utf8)
      let changed = text.replacing(old, with: new)
        .replacing("look_ahead: 3", with: new.contains("false") ? "look_ahead: null" : "look_ahead: 3")
      if changed == text { Issue.record("no '\(old)' in\n\(text)") }
      try Data(changed.utf8).write(to: yaml)
      // What is only another way of using the same weights is no mistake.
      if new == "target: clip" {
        #expect(try load(url).isClip)
      } else {
        expectUnrollError(.badData, mentions: "weights.safetensors") { try load(url) }
      }
    }
  }

  @Test("a description without frames, or without the width of features")
  func incomplete() throws {
    try inFolder { _, url in
      let yaml = url.appending(path: "model.yaml")
      let text = try String(contentsOf: yaml, encoding: .utf8)
      let lines = text.components(separatedBy: "\n")
      let start = try #require(lines.firstIndex(of: "frames:"))
      let end = try #require(lines[(start + 1)...].firstIndex { !$0.hasPrefix(" ") })
      try Data((lines[..<start] + lines[end...]).joined(separator: "\n").utf8).write(to: yaml)
      expectUnrollError(.badData, mentions: "model.yaml", "frames") { try load(url) }
      try Data(text.replacing("encoder: small", with: "encoder: features").utf8).write(to: yaml)
      expectUnrollError(.badData, mentions: "model.yaml", "feature_size") { try load(url) }
    }
  }

  @Test("the first model that labels is found among others, the one called shapes before all")
  func finding() throws {
    try temporaryFolder { folder in
      let models = folder.appending(path: "models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      let finder = ModelFinder(
        environment: ["UNROLL_MODELS": models.path], program: folder.appending(path: "bin/unroll"))
      try TinyModel(folder: models.appending(path: "aaa")).make()
      #expect(throws: (any Error).self) { try finder.findLabeler() }
      try TinyLabelModel.write(to: models.appending(path: "bbb"))
      #expect(try finder.findLabeler().url.lastPathComponent == "bbb")
      try TinyLabelModel.write(to: models.appending(path: "shapes"))
      #expect(try finder.findLabeler().url.lastPathComponent == "shapes")
      #expect(try finder.findLabeler("bbb").url.lastPathComponent == "bbb")
      // What translates does not label, and the other way round.
      let other = try unrollError { _ = try finder.findLabeler("aaa") }
      #expect(other.kind == .badData && other.description.contains("the task is translate, and label is wanted here"))
      #expect(try finder.find().url.lastPathComponent == "aaa")
      let absent = try unrollError { _ = try finder.findLabeler("absent") }
      #expect(absent.kind == .noInput && absent.description.contains("no model called absent"))
    }
  }
}
