import Foundation
import Testing
import VideoIO
import Workbench

/// Whether what is said about a clip is what its pixels show.
struct ShapeSceneTests {
  private static let settings = ShapeSettings(clips: 400, seed: 11)
  private static let clips = 0..<120

  /// What a frame shows besides its background: weighted by how much it differs.
  private struct Sight {
    var mass = 0.0
    var x = 0.0
    var y = 0.0

    init(_ frame: Pixels, without background: Pixels) {
      let (bytes, behind) = (frame.packedBytes, background.packedBytes)
      for place in 0..<frame.width * frame.height {
        let weight = (0..<3).reduce(0.0) { $0 + abs(Double(bytes[3 * place + $1]) - Double(behind[3 * place + $1])) }
        mass += weight
        x += weight * Double(place % frame.width)
        y += weight * Double(place / frame.width)
      }
      if mass > 0 { (x, y) = (x / mass, y / mass) }
    }
  }

  /// The frames of the clips whose background keeps still, with their labels.
  private func stillClips() -> [(index: Int, labels: [ShapeAction], frames: [Pixels])] {
    Self.clips.compactMap { index in
      let scene = ShapeScene(Self.settings, index: index)
      var frames: [Pixels] = []
      scene.draw { frames.append($0) }
      // Nothing is there yet in the first two.
      return frames[0] == frames[1] ? (index, scene.labels, frames) : nil
    }
  }

  @Test func labelsSayWhatThePixelsDo() {
    var seen: [ShapeAction: Int] = [:]
    for (index, labels, frames) in stillClips() {
      let sights = frames.map { Sight($0, without: frames[0]) }
      for place in 1..<frames.count {
        let (before, now) = (sights[place - 1], sights[place])
        let (right, down) = (now.x - before.x, now.y - before.y)
        let isRight =
          switch labels[place] {
          case .none: now.mass == 0
          case .still: frames[place] == frames[place - 1] && now.mass > 0
          case .appear: now.mass > before.mass
          case .vanish: now.mass < before.mass
          case .moveLeft: right < -0.7 && abs(down) < 0.5
          case .moveRight: right > 0.7 && abs(down) < 0.5
          case .moveUp: down < -0.7 && abs(right) < 0.5
          case .moveDown: down > 0.7 && abs(right) < 0.5
          case .bounce: abs(down) > 0.3 && abs(right) < 0.5
          case .grow: now.mass > 1.02 * before.mass
          case .shrink: now.mass < before.mass / 1.02
          case .turnLeft, .turnRight:
            frames[place] != frames[place - 1] && abs(now.mass / before.mass - 1) < 0.1 && abs(right) < 0.5
              && abs(down) < 0.5
          }
        #expect(isRight, "clip \(index), frame \(place): \(labels[place])")
        seen[labels[place], default: 0] += 1
      }
    }
    for action in ShapeAction.allCases { #expect(seen[action, default: 0] > 50, "\(action)") }
  }

  /// The sense of a turn, from the farthest point of a shape: it goes on to the right of the centre's eyes or to the left.
  @Test func turnsGoWhereTheLabelSays() {
    var turns = 0
    for (index, labels, frames) in stillClips() {
      let sights = frames.map { Sight($0, without: frames[0]) }
      for place in 1..<frames.count where labels[place] == .turnLeft || labels[place] == .turnRight {
        let best = [-8.0, 8].min { a, b in
          misfit(frames[place], frames[place - 1], turnedBy: a, sights[place])
            < misfit(frames[place], frames[place - 1], turnedBy: b, sights[place])
        }
        #expect(best == (labels[place] == .turnLeft ? -8 : 8), "clip \(index), frame \(place)")
        turns += 1
      }
    }
    #expect(turns > 100)
  }

  /// How much a frame differs from the one before when that is turned around a point by some degrees, clockwise.
  private func misfit(_ frame: Pixels, _ before: Pixels, turnedBy degrees: Double, _ center: Sight) -> Double {
    let (now, then) = (frame.packedBytes, before.packedBytes)
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    var sum = 0.0
    for y in 0..<frame.height {
      for x in 0..<frame.width {
        let (right, down) = (Double(x) - center.x, Double(y) - center.y)
        if right * right + down * down > 22 * 22 { continue }
        let (u, v) = (center.x + cosine * right + sine * down, center.y + cosine * down - sine * right)
        let (left, top) = (min(max(Int(u), 0), frame.width - 2), min(max(Int(v), 0), frame.height - 2))
        let (a, b) = (u - Double(left), v - Double(top))
        for channel in 0..<3 {
          func byte(_ x: Int, _ y: Int) -> Double { Double(then[3 * (y * frame.width + x) + channel]) }
          let value =
            (1 - b) * ((1 - a) * byte(left, top) + a * byte(left + 1, top))
            + b * ((1 - a) * byte(left, top + 1) + a * byte(left + 1, top + 1))
          sum += abs(Double(now[3 * (y * frame.width + x) + channel]) - value)
        }
      }
    }
    return sum
  }

  @Test func sentencesTellTheActionsInTheirOrder() throws {
    let verbs: [(ShapeAction, String)] = [
      (.appear, "appears"), (.moveLeft, "moves to the left"), (.moveRight, "moves to the right"),
      (.moveUp, "moves up"), (.moveDown, "moves down"), (.bounce, "bounces"), (.turnLeft, "turns to the left"),
      (.turnRight, "turns to the right"), (.grow, "grows"), (.shrink, "shrinks"), (.vanish, "vanishes"),
    ]
    for index in 0..<Self.settings.clips {
      let scene = ShapeScene(Self.settings, index: index)
      let words = scene.sentence.split(separator: " ", maxSplits: 3).map(String.init)
      #expect(words[0] == "a" && words[1] == scene.color.rawValue && words[2] == scene.kind.rawValue)
      let told = words[3].replacingOccurrences(of: " and ", with: ", ").components(separatedBy: ", ")
      let actions = told.map { phrase in verbs.first { $0.1 == phrase }?.0 }
      // From the labels of the frames alone: runs, without those that no sentence mentions.
      var runs: [ShapeAction] = []
      for label in scene.labels where label != runs.last { runs.append(label) }
      runs.removeAll { $0 == .none || $0 == .still }
      #expect(actions == runs, "\(scene.sentence)")
      #expect(runs.count >= 2 && runs[0] == .appear && scene.clipLabel == runs[1])
      #expect(scene.sentence.count(where: { $0 == " " }) < 40)
    }
  }

  /// A label must be decidable: nothing happens for a moment only, and no action follows itself.
  @Test func actionsLastLongEnough() {
    for index in 0..<Self.settings.clips {
      let scene = ShapeScene(Self.settings, index: index)
      #expect(scene.spans.reduce(0) { $0 + $1.length } == scene.labels.count)
      for span in scene.spans {
        let least =
          switch span.action {
          case .none: 2
          case .still: 4
          case .appear, .vanish: 5
          default: 8
          }
        #expect(span.length >= least)
      }
      for (one, next) in zip(scene.spans, scene.spans.dropFirst()) { #expect(one.action != next.action) }
    }
  }

  @Test func aClipNeedsNoOther() {
    // The same clip, whatever the number of clips or the splits are.
    var few = Self.settings
    few.clips = 10
    few.splits = [100, 0, 0]
    #expect(ShapeScene(few, index: 9).sentence == ShapeScene(Self.settings, index: 9).sentence)
    #expect(ShapeScene(few, index: 9).labels == ShapeScene(Self.settings, index: 9).labels)
  }
}
