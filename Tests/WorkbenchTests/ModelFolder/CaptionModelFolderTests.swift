import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import TextIO
import VideoIO
import Workbench

@Suite("Folders of models that write captions")
struct CaptionModelFolderTests {
  private static let variants =
    TinyCaptionModel.couplings + [
      ["model.projection_size=null", "model.bidirectional=false"],
      ["model.reader=each", "model.attention=general", "model.bridge=zero", "model.input_feeding=true"],
      [
        "model.reader=each", "model.layers=2", "model.attention_placement=next_layer", "model.bridge=zero",
        "model.cell=gru",
      ],
      ["frames.crop=40x48+3+2", "frames.window=20x24", "frames.color=rgb", "frames.every=2"],
    ]

  private func inFolder(_ overrides: [String] = [], _ body: (_ folder: URL, _ model: URL) throws -> Void) throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "model")
      try TinyCaptionModel.write(overrides, to: url)
      try body(folder, url)
    }
  }

  private func load(_ url: URL) throws -> CaptionModel { try CaptionModel(ModelFolder<CaptionDescription>.open(url)) }

  /// The wordings of a clip's caption.
  private func captions(_ model: CaptionModel, _ store: ClipStore) throws -> [TextCandidate] {
    try Workers.shared.run {
      let frames = 0..<store.items[0].frames
      let source = model.network.encoder(
        ClipBatch(frames: try store.input([(clip: 0, frames: frames)]), layout: FrameLayout(lengths: [frames.count])),
        on: nil)
      return try model.captions(of: source, options: TinyCaptionModel.options(model, nBest: 3)) { _ in "clip" }[0]
    }
  }

  @Test("what was written is read: the same model says the same", arguments: variants)
  func roundTrip(overrides: [String]) throws {
    try inFolder(overrides) { folder, url in
      let (before, after) = (try TinyCaptionModel.make(overrides), try load(url))
      #expect(after.vocabulary.serialized == before.vocabulary.serialized)
      #expect(after.frames == before.frames && after.section == before.section)
      let video = folder.appending(path: "clip.mp4")
      try TestClips.write(7, to: video)
      let store = try TestClips.store([video], frames: before.frames)
      let found = try [before, after].map { try captions($0, store) }
      #expect(found[0].count == 3 && found[0] == found[1])
      let description = try ModelFolder<CaptionDescription>.open(url).description
      #expect(description.search.beamSize == 3 && description.provenance.scores == [.init("valid_wer", 0.5)])
      #expect(try CaptionDescription.read(yaml: description.yaml(), path: "m.yaml") == description)
    }
  }

  @Test("a model of features", arguments: ["recurrent", "each"])
  func features(reader: String) throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "model")
      let overrides = [
        "model.encoder=features", "frames=null", "model.projection_size=null", "model.reader=\(reader)",
      ]
      try TinyCaptionModel.write(overrides, features: 4, to: url)
      let values = randomTensor([9, 4], seed: 2).values
      let clip = LabelledClip(
        name: "c", content: .features(FeatureMatrix(frames: 9, dimensions: 4, values: values)), labels: .unlabelled)
      let store = try ClipStore([clip], frames: nil, isMultiLabel: false, megabytes: 0, note: { _ in })
      let found = try [TinyCaptionModel.make(overrides, features: 4), load(url)].map { try captions($0, store) }
      #expect(found[0].count == 3 && found[0] == found[1])
      // Sizes of features that the weights do not have.
      try edit(url, "feature_size: 4", "feature_size: 1000000")
      expectUnrollError(.badData, mentions: "weights.safetensors") { try load(url) }
    }
  }

  /// Changes `model.yaml`.
  private func edit(
    _ url: URL, _ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let yaml = url.appending(path: "model.yaml")
    let text = try String(contentsOf: yaml, encoding: .utf8)
    if !text.contains(old) { Issue.record("no '\(old)' in\n\(text)", sourceLocation: sourceLocation) }
    try Data(text.replacing(old, with: new).utf8).write(to: yaml)
  }

  @Test(
    "sizes that the weights do not have take no memory",
    arguments: [
      ("hidden_size: 6", "hidden_size: 60000"), ("layers: 1", "layers: 64"),
      ("embedding_size: 4", "embedding_size: 60000"), ("projection_size: 5", "projection_size: 60000"),
      ("projection_size: 5", "projection_size: null"), ("bidirectional: true", "bidirectional: false"),
      ("cell: lstm", "cell: gru"), ("channels: [4, 6]", "channels: [4, 4096]"),
      ("channels: [4, 6]", "channels: [4096, 4096, 4096, 4096, 4096, 4096]"),
      ("32x32", "16384x16384"), ("color: gray", "color: rgb"), ("encoder: small", "encoder: resnet18"),
      ("reader: recurrent", "reader: each"), ("attention: general", "attention: additive"),
      ("bridge: linear", "bridge: input"),
    ])
  func otherSizes(old: String, new: String) throws {
    try inFolder { _, url in
      try edit(url, old, new)
      expectUnrollError(.badData, mentions: "weights.safetensors") { try load(url) }
    }
  }

  /// Of each reader and bridge, the first tensor that reads what frames become.
  @Test("an encoder wider than the weights", arguments: variants)
  func wider(overrides: [String]) throws {
    try inFolder(overrides + ["model.projection_size=null", "frames.crop=null", "frames.window=32x32"]) { _, url in
      _ = try load(url)
      let yaml = try String(contentsOf: url.appending(path: "model.yaml"), encoding: .utf8)
      // The places of a frame are as wide as they are many; only their channels count.
      if yaml.contains("places: true") {
        try edit(url, "channels: [4, 6]", "channels: [4, 4096]")
      } else {
        try edit(url, "32x32", "16384x16384")
      }
      expectUnrollError(.badData, mentions: "weights.safetensors") { try load(url) }
    }
  }

  /// Changes a file, and what `model.yaml` says of it.
  private func change(_ name: String, _ url: URL, _ body: (Data) throws -> Data) throws {
    let file = url.appending(path: name)
    let old = try FileRecord(of: file)
    try body(Data(contentsOf: file)).write(to: file)
    let new = try FileRecord(of: file)
    try edit(url, old.sha256, new.sha256)
    try edit(url, "bytes: \(old.bytes)\n", "bytes: \(new.bytes)\n")
  }

  @Test("files that were damaged or exchanged")
  func damaged() throws {
    try inFolder { _, url in
      try Data("a\n".utf8).write(to: url.appending(path: "target.vocab"))
      expectUnrollError(.badData, mentions: "target.vocab") { try load(url) }
      try FileManager.default.removeItem(at: url.appending(path: "target.vocab"))
      expectUnrollError(.noInput, mentions: "target.vocab") { try load(url) }
    }
    try inFolder { _, url in
      let smaller = Data(try WordVocabulary.build(from: ["a red ball"]).serialized)
      try change("target.vocab", url) { _ in smaller }
      expectUnrollError(.badData, mentions: "target.vocab", "7 pieces") { try load(url) }
    }
    try inFolder { _, url in
      try change("weights.safetensors", url) { $0.dropLast(100) }
      expectUnrollError(.badData, mentions: "weights.safetensors") { try load(url) }
    }
    try inFolder { _, url in
      let file = url.appending(path: "weights.safetensors")
      var bytes = try Data(contentsOf: file)
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: file)
      expectUnrollError(.badData, mentions: "weights.safetensors", "SHA-256") { try load(url) }
    }
  }

  @Test("weights that are no numbers are found out, with a beam and without", arguments: [1, 3])
  func notFinite(beamSize: Int) throws {
    let model = try TinyCaptionModel.make()
    for (name, parameter) in model.network.parameters where name == "decoder.output.bias" {
      parameter.value = Workers.shared.run { parameter.value * Tensor(.nan) }
    }
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(3, to: url)
      let stream = try CaptionStream(
        model, FrameReader(url), options: TinyCaptionModel.options(model, beamSize: beamSize), file: "clip.mp4")
      expectUnrollError(.badData, mentions: "clip.mp4", "no finite scores") { try stream.next() }
    }
  }

  @Test("a description without frames, or without the width of features")
  func incomplete() throws {
    try inFolder { _, url in
      let yaml = url.appending(path: "model.yaml")
      let lines = try String(contentsOf: yaml, encoding: .utf8).components(separatedBy: "\n")
      let start = try #require(lines.firstIndex(of: "frames:"))
      let end = try #require(lines[(start + 1)...].firstIndex { !$0.hasPrefix(" ") })
      let text = (lines[..<start] + lines[end...]).joined(separator: "\n")
      try Data(text.utf8).write(to: yaml)
      expectUnrollError(.badData, mentions: "model.yaml", "frames") { try load(url) }
      try Data(text.replacing("encoder: small", with: "encoder: features").utf8).write(to: yaml)
      expectUnrollError(.badData, mentions: "model.yaml", "feature_size") { try load(url) }
    }
  }

  @Test("the model called shapes-sentences is found before all others that write captions")
  func finding() throws {
    try temporaryFolder { folder in
      let models = folder.appending(path: "models")
      try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
      let finder = ModelFinder(
        environment: ["UNROLL_MODELS": models.path], program: folder.appending(path: "bin/unroll"))
      try TinyLabelModel.write(to: models.appending(path: "aaa"))
      let none = try unrollError { _ = try finder.findCaptioner() }
      #expect(none.kind == .noInput && none.description.contains("no model that writes captions"))
      try TinyCaptionModel.write(to: models.appending(path: "bbb"))
      #expect(try finder.findCaptioner().url.lastPathComponent == "bbb")
      try TinyCaptionModel.write(to: models.appending(path: "shapes-sentences"))
      #expect(try finder.findCaptioner().url.lastPathComponent == "shapes-sentences")
      #expect(try finder.findCaptioner("bbb").url.lastPathComponent == "bbb")
      let other = try unrollError { _ = try finder.findCaptioner("aaa") }
      #expect(other.kind == .badData && other.description.contains("the task is label, and caption is wanted here"))
      #expect(try finder.findLabeler().url.lastPathComponent == "aaa")
    }
  }
}
