import Foundation
import TensorCore
import Testing
import Workbench

@Suite("How clips look in each pass of a training")
struct TrainingViewsTests {
  private static let count = 40

  /// Clips whose one feature is their number and that of the frame, and whose labels change at different moments.
  private func views(_ change: (inout AugmentationSection) -> Void) throws -> TrainingViews {
    let clips = (0..<30).map { clip in
      let features = FeatureMatrix(
        frames: Self.count, dimensions: 1, values: (0..<Self.count).map { Float(clip * 100 + $0) })
      let labels = (0..<Self.count).map { Int32(($0 + clip) / (5 + clip % 7) % 2 + clip % 3) }
      return LabelledClip(name: "\(clip)", content: .features(features), labels: .perFrame(labels))
    }
    let store = try ClipStore(clips, frames: nil, isMultiLabel: false, megabytes: 1, note: { _ in })
    var augmentation = AugmentationSection()
    change(&augmentation)
    return TrainingViews(store: store, augmentation: augmentation, seed: 3)
  }

  @Test("of the clips that are asked for, some go on as another where its label changes", arguments: [0, 0.7])
  func spliced(timeWarp: Double) throws {
    let views = try views { ($0.splice, $0.timeWarp) = (0.5, timeWarp) }
    var count = 0
    for clip in 0..<30 {
      for epoch in 1...10 {
        let parts = views.spliced((clip, 0..<Self.count), epoch: epoch)
        #expect(parts[0].clip == clip && parts[0].frames.lowerBound == 0)
        guard parts.count == 2 else {
          #expect(parts.count == 1 && parts[0].frames == 0..<Self.count)
          continue
        }
        count += 1
        let other = parts[1]
        #expect(other.clip != clip && other.frames == parts[0].frames.upperBound..<Self.count)
        let ids = views.shown((other.clip, 0..<Self.count), epoch: epoch).map {
          views.store.items[other.clip].labels.ids[$0]
        }
        #expect(ids[other.frames.lowerBound] != ids[other.frames.lowerBound - 1])
      }
    }
    #expect(110...180 ~= count)
  }

  @Test("the windows of a clip are those of one spliced clip, with the frames and labels that they say")
  func windows() throws {
    let views = try views { ($0.splice, $0.timeWarp) = (1, 0.5) }
    var seen: Set<Int> = []
    for clip in 0..<30 {
      func frames(_ range: Range<Int>) throws -> [Float] {
        let parts = views.spliced((clip, range), epoch: 2)
        let input = try Workers.shared.run { try views.input(parts, epoch: 2, on: Tape()).values }
        let expected = parts.flatMap { part in views.shown(part, epoch: 2).map { Float(part.clip * 100 + $0) } }
        #expect(input == expected)
        seen.formUnion(parts.map(\.clip))
        return input
      }
      let whole = try frames(0..<Self.count)
      #expect(try frames(0..<17) + frames(17..<18) + frames(18..<Self.count) == whole)
    }
    #expect(seen.count == 30)
  }

  @Test("without splicing a part is itself")
  func plain() throws {
    let views = try views { _ in }
    for clip in 0..<30 {
      let parts = views.spliced((clip, 3..<9), epoch: 1)
      #expect(parts.count == 1 && parts[0] == (clip, 3..<9))
      #expect(views.shown(parts[0], epoch: 1) == Array(3..<9))
    }
  }

  @Test(
    "rows are mixed with one another, in shares of a Beta distribution, and with themselves where the other has ended")
  func mixed() throws {
    let clips = [40, 40, 25, 10].enumerated().map { index, count in
      LabelledClip(
        name: "\(index)",
        content: .features(
          FeatureMatrix(frames: count, dimensions: 1, values: (0..<count).map { Float(index * 100 + $0) })),
        labels: .perFrame((0..<count).map { Int32($0 / 5 % 3) }))
    }
    let store = try ClipStore(clips, frames: nil, isMultiLabel: false, megabytes: 1, note: { _ in })
    var augmentation = AugmentationSection()
    augmentation.mixup = 0.4
    let views = TrainingViews(store: store, augmentation: augmentation, seed: 3)
    let batch = [0, 1, 2, 3]
    func parts(_ rows: [[TrainingViews.Part]]) -> [[String]] { rows.map { $0.map { "\($0.clip): \($0.frames)" } } }

    let first = try #require(views.mixture(batch.map { [($0, 0..<8)] }, of: batch, epoch: 1))
    #expect(parts(first.rows) == [["3: 0..<8"], ["2: 0..<8"], ["1: 0..<8"], ["0: 0..<8"]])
    let second = try #require(
      views.mixture([[(0, 8..<12), (2, 12..<16)], [(1, 8..<16)], [(2, 8..<16)], [(3, 8..<10)]], of: batch, epoch: 1))
    #expect(
      parts(second.rows) == [["3: 8..<10", "0: 10..<12", "2: 12..<16"], ["2: 8..<16"], ["1: 8..<16"], ["0: 8..<10"]])
    let last = try #require(views.mixture([[(0, 16..<24)], [(1, 16..<24)], [(2, 16..<24)]], of: batch, epoch: 1))
    #expect(parts(last.rows) == [["0: 16..<24"], ["2: 16..<24"], ["1: 16..<24"]])
    #expect(first.share == second.share && second.share == last.share)

    let shares = (0..<4000).compactMap { views.mixture([[(0, 0..<4)]], of: [0], epoch: $0)?.share }
    #expect(shares.count == 4000 && shares.allSatisfy { 0.5...1 ~= $0 })
    // Of Beta(0.4, 0.4), from scipy: the mean of the larger share is 0.8398, and 0.4795 of them are above 0.9.
    #expect(abs(shares.reduce(0, +) / 4000 - 0.8398) < 0.01)
    #expect(abs(Double(shares.count { $0 > 0.9 }) / 4000 - 0.4795) < 0.03)
  }
}
