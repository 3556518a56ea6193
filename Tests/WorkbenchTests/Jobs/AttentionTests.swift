import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import TextIO
import Testing
import VideoIO
import Workbench

@Suite("Where models look")
struct AttentionTests {
  @Test(
    "a translation's pieces share their attention among the source's, from whichever end it was read",
    arguments: [false, true])
  func translation(isReversed: Bool) throws {
    try TinyModel.with { tiny in
      try tiny.make { $0.model.reverseSource = isReversed }
      let folder = try ModelFolder<TranslationDescription>.open(tiny.folder)
      let model = try TranslationModel(folder)
      let search = folder.description.search
      let attention = try model.attention("ab cd", search: search, name: "tiny")
      #expect(attention.sourcePieces.map(\.text) == ["a", "b", "\u{2423}", "c", "d", "end"])
      #expect(attention.sourcePieces.map(\.beginsWord) == [true, false, true, true, false, true])
      #expect(attention.weights.count == attention.targetPieces.count)
      for row in attention.weights {
        #expect(row.count == 6)
        expectClose(row.reduce(0, +), 1, tolerance: 1e-5)
      }
      var options = SearchOptions(search, target: model.vocabularies.target.special)
      options.nBest = 1
      let plain = try model.translate(["ab cd"], options: options)[0][0]
      #expect(plain.text == attention.translation && plain.attention == nil)
      // The weights are those of the pieces that were found, when they are fed one after another.
      let forced = Self.forced(model, "ab cd", target: plain.pieces)
      let expected = isReversed ? forced.map { $0.reversed() } : forced
      expectClose(
        attention.weights.joined(), expected.prefix(attention.weights.count).joined(), tolerance: 1e-5)
      #expect(attention.weights.first != attention.weights.last)
      for empty in ["", "  "] where model.vocabularies.source.encode(empty).isEmpty {
        expectUnrollError(.usage, mentions: "--source") { try model.attention(empty, search: search, name: "tiny") }
      }
    }
  }

  /// The weights `[T][S]` when the pieces of a translation are given.
  private static func forced(_ model: TranslationModel, _ sentence: String, target pieces: [String]) -> [[Float]] {
    let (source, target) = (model.vocabularies.source, model.vocabularies.target)
    let ids = [target.special.begin] + pieces.map { target.encode($0)[0] }
    return Workers.shared.run {
      let batch = TokenBatch([source.encode(sentence) + [source.special.end]], padding: source.special.pad)
      let (prepared, state) = model.network.decoder.start(model.network.encoder(batch, on: nil), on: nil)
      let run = model.network.decoder(ids.map(Int32.init), steps: ids.count, source: prepared, state: state, on: nil)
      let weights = run.attention?.values ?? []
      let width = weights.count / ids.count
      return ids.indices.map { Array(weights[$0 * width..<($0 + 1) * width]) }
    }
  }

  @Test("pieces are shown without the signs of their vocabulary")
  func pieces() throws {
    let words = try WordVocabulary.build(from: ["a b"])
    let shown = ShownPiece.pieces(["a", "<unk>", "b"], of: words)
    #expect(shown.map(\.text) == ["a", "⁇", "b"] && shown.allSatisfy { $0.beginsWord && !$0.isEnd })
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "TextIOTests/Fixtures")
    let files = try FileManager.default.subpathsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".model") }
    let subwords = try loadVocabulary(at: url.appending(path: try #require(files.sorted().first)))
    let parts = ShownPiece.pieces(["▁un", "roll", "▁", "x", "▁it", "<unk>"], of: subwords)
    #expect(parts.map(\.text) == ["un", "roll", "\u{2423}", "x", "it", "⁇"])
    #expect(parts.map(\.beginsWord) == [true, false, true, true, true, false])
  }

  @Test("frames that a picture stands for are summed", arguments: [1, 3, 16, 17, 40])
  func sums(count: Int) throws {
    for overrides in [[], ["frames.every=3"], ["model.reader=each", "model.places=true", "model.attention=additive"]] {
      let model = try TinyCaptionModel.make(overrides)
      try temporaryFolder { folder in
        let url = folder.appending(path: "clip.mp4")
        try TestClips.write(count, to: url)
        let search = Self.search
        let found = try model.attention(in: FrameReader(url), search: search, most: 16, file: "clip.mp4", name: "tiny")
        var options = model.options(search)
        options.nBest = 1
        let stream = try CaptionStream(
          model, FrameReader(url), options: options, keepsAttention: true, file: "clip.mp4")
        let span = try #require(try stream.next())
        let best = try #require(span.candidates.first)
        let expected = try #require(best.attention)
        #expect(found.caption == best.text)
        #expect(found.pieces.count == expected.count)
        #expect(found.grid.rows * found.grid.columns == expected[0].count / span.seen.count)
        #expect(found.pictures.count == min(16, span.seen.count))
        #expect(found.pictures.map(\.frames).reduce(0, +) == span.seen.count)
        let lengths = found.pictures.map(\.frames)
        #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= 1)
        let places = found.grid.rows * found.grid.columns
        for (weights, all) in zip(found.weights, expected) {
          expectClose(weights.joined().reduce(0, +), 1, tolerance: 1e-5)
          var rest = all[...]
          for (picture, sums) in zip(found.pictures, weights) {
            let own = rest.prefix(picture.frames * places)
            rest = rest.dropFirst(own.count)
            for place in 0..<places {
              let sum = stride(from: place, to: own.count, by: places).reduce(0) { $0 + own[own.startIndex + $1] }
              expectClose(sums[place], sum, tolerance: 1e-6)
            }
          }
        }
        // Pictures are those of their times.
        for picture in found.pictures {
          let frame = try FrameReader(url).frame(
            at: picture.time.duration, as: FrameTransform(size: picture.size, scaling: .area))
          #expect(try frame.pixels.png() == picture.png)
        }
        if !overrides.isEmpty, overrides[0].contains("reader") { #expect(places > 1) }
      }
    }
  }

  @Test("models without attention say so")
  func none() throws {
    for coupling in TinyCaptionModel.couplings where coupling.contains("model.attention=none") {
      let model = try TinyCaptionModel.make(coupling)
      try temporaryFolder { folder in
        let url = folder.appending(path: "clip.mp4")
        try TestClips.write(3, to: url)
        expectUnrollError(.usage, mentions: "runs/tiny: the model has no attention") {
          try model.attention(
            in: FrameReader(url), search: Self.search, most: 16, file: "clip.mp4", name: "runs/tiny")
        }
      }
    }
  }

  @Test("the part that the network sees lies where it is cut")
  func view() throws {
    let cut = try TinyCaptionModel.make(["frames.window=16x24"])
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(1, to: url, size: PixelSize(96, 64))
      let picture = try cut.attention(
        in: FrameReader(url), search: Self.search, most: 16, file: "clip.mp4", name: "tiny"
      ).pictures[0]
      #expect(picture.size == PixelSize(96, 64))
      let isCut = picture.seen == (x: 0.25, y: 0.125, width: 0.5, height: 0.75)
      #expect(isCut, "\(picture.seen)")
      let padded = try TinyCaptionModel.make(["frames.fit=pad", "frames.size=40x32"])
      let whole = try padded.attention(
        in: FrameReader(url), search: Self.search, most: 16, file: "clip.mp4", name: "tiny"
      ).pictures[0]
      let isWhole = whole.seen == (x: 0, y: 0, width: 1, height: 1)
      #expect(whole.size == PixelSize(40, 32) && isWhole)
    }
  }

  private static var search: SearchSection {
    var search = SearchSection()
    search.maximumLength = 8
    return search
  }
}
