import Diagnostics
import Foundation
import TensorCore
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite("What networks see of clips")
struct ClipStoreTests {
  @Test("a clip that does not fit the cache gives the same batches")
  func cache() throws {
    let model = try TinyLabelModel.make(["frames.window=20x24"])
    let frames = try #require(model.frames)
    try temporaryFolder { folder in
      let urls = (0..<3).map { folder.appending(path: "\($0).mp4") }
      for (index, url) in urls.enumerated() { try TestClips.write(7 + 5 * index, to: url, clip: index) }
      let kept = try TestClips.store(urls, for: model)
      let decoded = try TestClips.store(urls, for: model, megabytes: 0)
      #expect(decoded.items.map(\.frames) == [7, 12, 17])
      #expect(kept.items.map(\.labels) == decoded.items.map(\.labels))
      var augmentation = AugmentationSection()
      (augmentation.mirror, augmentation.brightness, augmentation.timeMasks) = (true, 0.3, 2)
      let parts = [(clip: 2, frames: 0..<17), (clip: 0, frames: 3..<7), (clip: 1, frames: 11..<12)]
      try Workers.shared.run {
        for seed in 0..<8 as Range<UInt64> {
          let inputs = try [kept, decoded].map { store in
            try store.input(parts) { clip in
              var generator = SplitMix(seed: seed &+ UInt64(clip))
              return ClipView(
                of: frames, picture: PixelSize(32, 32), count: store.items[clip].frames, augmentation,
                using: &generator)
            }
          }
          #expect(inputs[0].shape == [22, 3, 24, 20])
          #expect(inputs[0].values == inputs[1].values)
        }
      }
    }
  }

  /// A view for each thing that it can change.
  private static func views(_ plain: ClipView) -> [ClipView] {
    func changed(_ change: (inout ClipView) -> Void) -> ClipView {
      var view = plain
      change(&view)
      return view
    }
    return [
      plain, changed { $0.corner = PixelPoint(3, 1) }, changed { $0.isMirrored = true },
      changed { $0.brightness = 1.25 }, changed { $0.masked = [0..<2, 4..<5] },
    ]
  }

  @Test("planes are bytes, cut, mirrored, scaled and masked", arguments: ["gray", "rgb"], [false, true])
  func planes(color: String, differences: Bool) throws {
    let model = try TinyLabelModel.make([
      "frames.window=20x24", "frames.color=\(color)", "frames.differences=\(differences)",
      "frames.normalization=signed",
    ])
    let frames = try #require(model.frames)
    try temporaryFolder { folder in
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(6, to: url)
      let store = try TestClips.store([url], for: model)
      let pictures = try store.pictures(0)
      #expect(pictures.size == PixelSize(32, 32) && pictures.count == 6)
      let channels = frames.pictureChannels
      #expect(pictures.bytes.count == 6 * 32 * 32 * channels)
      let plain = ClipView(of: frames, picture: pictures.size)
      #expect(plain.corner == PixelPoint(6, 4))
      for view in Self.views(plain) {
        let input = try Workers.shared.run {
          try store.input([(clip: 0, frames: 1..<6)]) { _ in view }
        }
        var expected: [Float] = []
        for frame in 1..<6 {
          func byte(_ frame: Int, _ c: Int, _ y: Int, _ x: Int) -> Float {
            let column = view.corner.x + (view.isMirrored ? 19 - x : x)
            let pixel = (min(max(frame, 0), 5) * 32 + view.corner.y + y) * 32 + column
            return Float(pictures.bytes[pixel * channels + c]) / 127.5 * view.brightness
          }
          let isMasked = view.masked.contains { $0.contains(frame) }
          for kind in 0..<(differences ? 3 : 1) {
            for c in 0..<channels {
              for y in 0..<24 {
                for x in 0..<20 {
                  let value =
                    switch kind {
                    case 0: byte(frame, c, y, x) - 1
                    case 1: byte(frame, c, y, x) - byte(frame - 1, c, y, x)
                    default: byte(frame + 1, c, y, x) - byte(frame, c, y, x)
                    }
                  expected.append(isMasked ? 0 : value)
                }
              }
            }
          }
        }
        expectClose(input.values, expected, tolerance: 2e-6, "\(view)")
      }
    }
  }

  @Test("views drawn at random stay in the picture and differ")
  func randomViews() throws {
    let frames = try #require(TinyLabelModel.make(["frames.window=20x24"]).frames)
    var augmentation = AugmentationSection()
    (augmentation.mirror, augmentation.brightness, augmentation.timeMasks) = (true, 0.3, 2)
    augmentation.timeMaskFrames = 4
    var generator = SplitMix(seed: 1)
    let views = (0..<200).map { _ in
      ClipView(of: frames, picture: PixelSize(32, 32), count: 9, augmentation, using: &generator)
    }
    #expect(Set(views.map(\.corner.x)) == Set(0...12) && Set(views.map(\.corner.y)) == Set(0...8))
    #expect(Set(views.map(\.isMirrored)) == [true, false])
    #expect(views.allSatisfy { 0.7...1.3 ~= $0.brightness })
    #expect(
      views.allSatisfy { $0.masked.count == 2 && $0.masked.allSatisfy { 0..<10 ~= $0.upperBound && $0.count <= 4 } })
  }

  @Test("a warped view shows other frames, each with the differences that it has in the clip")
  func warpedViews() throws {
    try temporaryFolder { folder in
      let model = try TinyLabelModel.make()
      let frames = try #require(model.frames)
      let url = folder.appending(path: "clip.mp4")
      try TestClips.write(40, to: url)
      let store = try TestClips.store([url], for: model)
      let picture = try #require(store.items[0].picture)
      var augmentation = AugmentationSection()
      augmentation.timeWarp = 0.8
      var generator = SplitMix(seed: 4)
      let count = store.items[0].frames
      var view = ClipView(of: frames, picture: picture, count: count, augmentation, using: &generator)
      let shown = try #require(view.frames)
      #expect(shown.count == count && shown.first == 0 && shown.last == count - 1 && shown != Array(0..<count))
      let warped = try Workers.shared.run { try store.input([(clip: 0, frames: 2..<9)]) { _ in view } }
      view.frames = nil
      let plain = try Workers.shared.run { try store.input([(clip: 0, frames: 0..<count)]) { _ in view } }
      let size = warped.count / 7
      for (row, frame) in (2..<9).enumerated() {
        let own = shown[frame]
        #expect(
          warped.values[row * size..<(row + 1) * size].elementsEqual(plain.values[own * size..<(own + 1) * size]))
      }
    }
  }

  @Test("features of clips must have one width")
  func widths() throws {
    let clips = [3, 4].map { width in
      LabelledClip(
        name: "c\(width)",
        content: .features(
          FeatureMatrix(frames: 2, dimensions: width, values: [Float](repeating: 0, count: 2 * width))),
        labels: .perFrame([0, 1]))
    }
    expectUnrollError(.badData, mentions: "c4", "4 features", "3") {
      try ClipStore(clips, frames: nil, isMultiLabel: false, megabytes: 0, note: { _ in })
    }
    // Features are kept whatever the cache.
    let store = try ClipStore(clips.suffix(1), frames: nil, isMultiLabel: false, megabytes: 0, note: { _ in })
    #expect(store.featureSize == 4)
    #expect(try store.features(0).frames == 2)
  }
}
