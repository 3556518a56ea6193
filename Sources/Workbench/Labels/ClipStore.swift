import Diagnostics
import Foundation
import Synchronization
import TensorCore
package import VideoIO

/// The frames of clips as batches are made of them: decoded once and kept as bytes as long as there is room, or features as
/// they are. Labels lie beside them.
package final class ClipStore: Sendable {
  /// A clip that was read.
  package struct Item: Sendable {
    /// The name without ending, as results have it.
    package let name: String
    /// How many frames the network sees.
    package let frames: Int
    /// Their labels.
    package let labels: AlignedLabels
    /// The size of a frame's picture; nil for features.
    package let picture: PixelSize?
    /// The file, and what damage was concealed in it; nil where there was none.
    let damage: String?
  }

  /// How many numbers a frame has in features, and the first clip whose frames have so many.
  struct FeatureWidth: Sendable {
    let count: Int
    let clip: String
  }

  /// Pictures of one clip, one after another without gaps, each a row of packed pixels after another.
  package struct Pictures: Sendable {
    package let size: PixelSize
    package let count: Int
    package let bytes: [UInt8]
  }

  package let items: [Item]
  /// The width of the features; nil for pictures.
  let width: FeatureWidth?
  private let clips: [LabelledClip]
  /// What becomes of frames; nil for features.
  let frames: FrameSection?
  private let isMultiLabel: Bool
  /// What is kept, by clip; nil for what did not fit.
  private let kept: [Content?]

  /// The width of the features; nil for pictures.
  package var featureSize: Int? { width?.count }

  private enum Content: Sendable {
    case pictures(Pictures)
    case features(FeatureMatrix)
  }

  /// What reading a clip gave: the width of its features, and what is kept of it.
  private struct ClipRead: Sendable {
    let item: Item
    let width: Int?
    let content: Content?
  }

  /// Reads every clip, on all threads; problems of several clips are reported together.
  ///
  /// - Parameters:
  ///   - clips: The clips.
  ///   - frames: What becomes of frames; nil for features.
  ///   - megabytes: Decoded frames that are kept.
  ///   - note: Is told each of several problems.
  ///   - progress: Is told how many clips are done.
  /// - Throws: `UnrollError` when clips cannot be read or do not fit their labels, `interrupted` when `stop` says so.
  package convenience init(
    _ clips: [LabelledClip], frames: FrameSection?, isMultiLabel: Bool, megabytes: Int,
    stop: @escaping @Sendable () -> Bool = { false }, note: (String) -> Void, progress: (Int) -> Void = { _ in }
  ) throws {
    var problems = DataProblems()
    try self.init(
      clips, frames: frames, isMultiLabel: isMultiLabel, megabytes: megabytes, &problems, stop: stop,
      progress: progress)
    try problems.check("the clips", note: note)
  }

  /// As above; what is wrong with clips becomes problems, and with one of them the store must not be used.
  ///
  /// - Parameter wanted: The width that features must have; nil for that of the first clip.
  init(
    _ clips: [LabelledClip], frames: FrameSection?, isMultiLabel: Bool, megabytes: Int,
    width wanted: FeatureWidth? = nil,
    _ problems: inout DataProblems, stop: @escaping @Sendable () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) throws {
    self.clips = clips
    self.frames = frames
    self.isMultiLabel = isMultiLabel
    let results = Mutex([Int: Result<ClipRead, any Error>]())
    let next = Atomic<Int>(0)
    let room = Atomic<Int>(megabytes << 20)
    let finished = DispatchGroup()
    for _ in 0..<min(Workers.shared.count, max(1, clips.count)) {
      DispatchQueue.global().async(group: finished) {
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          guard index < clips.count, !stop() else { return }
          let read = Result { () -> ClipRead in
            let (item, content) = try Self.read(clips[index], frames, isMultiLabel: isMultiLabel)
            switch content {
            case .features(let matrix): return ClipRead(item: item, width: matrix.dimensions, content: content)
            case .pictures(let pictures):
              let size = pictures.bytes.count
              let fits = room.subtract(size, ordering: .relaxed).newValue >= 0
              if !fits { room.add(size, ordering: .relaxed) }
              return ClipRead(item: item, width: nil, content: fits ? content : nil)
            }
          }
          results.withLock { $0[index] = read }
        }
      }
    }
    while finished.wait(timeout: .now() + 0.1) == .timedOut { progress(results.withLock { $0.count }) }
    progress(clips.count)
    if stop() { throw UnrollError(.interrupted, "stopped while reading clips", advice: "start again") }
    var items: [Item] = []
    var kept: [Content?] = []
    var width = wanted
    let all = results.withLock { $0 }
    for index in clips.indices {
      guard let result = all[index] else { continue }
      try problems.collect {
        let read = try result.get()
        items.append(read.item)
        kept.append(read.content)
        if let found = read.width {
          let wanted = width ?? FeatureWidth(count: found, clip: clips[index].shownName)
          width = wanted
          guard found == wanted.count else {
            throw UnrollError(
              .badData, file: clips[index].shownName,
              "frames have \(found) features, those of the first training clip (\(wanted.clip)) have \(wanted.count)",
              advice: "compute all with the same network")
          }
        }
      }
    }
    self.items = items
    self.kept = kept
    self.width = width
  }

  /// The same clips as features, each of which `encode` makes of a clip's pictures, or which were kept from an earlier run.
  /// Called on the tensor thread.
  package func encoded(
    _ cache: inout FeatureCache, progress: (Int) -> Void, _ encode: (Int) throws -> FeatureMatrix
  ) throws -> ClipStore {
    var matrices: [FeatureMatrix] = []
    for (index, clip) in clips.enumerated() {
      guard let file = clip.file else {
        throw UnrollError(.internalFault, file: clip.name, "features were to be encoded")
      }
      matrices.append(try cache.features(of: file, frames: items[index].frames) { try encode(index) })
      progress(index + 1)
    }
    return ClipStore(self, features: matrices)
  }

  private init(_ other: ClipStore, features: [FeatureMatrix]) {
    clips = other.clips
    frames = nil
    isMultiLabel = other.isMultiLabel
    kept = features.map { .features($0) }
    width = features.first.map { FeatureWidth(count: $0.dimensions, clip: other.clips[0].shownName) }
    items = other.items.map {
      Item(name: $0.name, frames: $0.frames, labels: $0.labels, picture: nil, damage: $0.damage)
    }
  }

  /// The pictures of a clip: kept, or decoded again.
  package func pictures(_ index: Int) throws -> Pictures {
    if case .pictures(let pictures)? = kept[index] { return pictures }
    guard case .pictures(let pictures) = try Self.read(clips[index], frames, isMultiLabel: isMultiLabel).content else {
      throw UnrollError(.internalFault, file: items[index].name, "features were asked for pictures")
    }
    return pictures
  }

  /// The features of a clip.
  package func features(_ index: Int) throws -> FeatureMatrix {
    guard case .features(let matrix)? = kept[index] else {
      throw UnrollError(.internalFault, file: items[index].name, "pictures were asked for features")
    }
    return matrix
  }

  // MARK: Reading one clip

  private static func read(
    _ clip: LabelledClip, _ frames: FrameSection?, isMultiLabel: Bool
  ) throws -> (item: Item, content: Content) {
    switch clip.content {
    case .features(let matrix): return try item(clip, matrix)
    case .featureFile(let url): return try item(clip, NumpyFile(contentsOf: url).features())
    case .video(let url):
      guard let frames else {
        throw UnrollError(
          .badData, file: url.relativePath, "is a video, and the recipe's model.encoder is features",
          advice: "choose an encoder for pictures, and give frames")
      }
      return try decode(clip, url, frames, isMultiLabel: isMultiLabel)
    }
  }

  private static func item(_ clip: LabelledClip, _ matrix: FeatureMatrix) throws -> (Item, Content) {
    guard matrix.frames > 0 else {
      throw UnrollError(.badData, file: clip.shownName, "has no frame", advice: "remove it")
    }
    if let problem = matrix.notFinite(in: clip.shownName) { throw problem }
    let labels = try clip.aligned(toFrames: matrix.frames)
    return (
      Item(name: clip.name, frames: matrix.frames, labels: labels, picture: nil, damage: nil), .features(matrix)
    )
  }

  private static func decode(
    _ clip: LabelledClip, _ url: URL, _ frames: FrameSection, isMultiLabel: Bool
  ) throws -> (Item, Content) {
    let reader = try FrameReader(url, options: .init(threads: 1))
    let iterator = reader.frames(.all, as: frames.transform).makeIterator()
    var times: [Timestamp] = []
    var bytes: [UInt8] = []
    var size: PixelSize?
    while let frame = try iterator.next() {
      defer { times.append(frame.timestamp) }
      guard times.count.isMultiple(of: frames.every) else { continue }
      if size == nil { size = frame.pixels.size }
      guard frame.pixels.size == size else {
        throw UnrollError(
          .badData, file: url.relativePath, "the size of its frames changes", advice: "give frames.size in the recipe")
      }
      bytes += frame.pixels.packedBytes
    }
    guard let size else { throw UnrollError(.badData, file: url.relativePath, "has no frame", advice: "remove it") }
    let seen = frames.seen
    guard seen.width <= size.width, seen.height <= size.height else {
      throw UnrollError(
        .badData, file: url.relativePath, "its frames are \(size), smaller than frames.window, which is \(seen)",
        advice: "give frames.size in the recipe")
    }
    var labels = try clip.aligned(to: times, isMultiLabel: isMultiLabel)
    let taken = stride(from: 0, to: times.count, by: frames.every)
    if frames.every > 1 {
      labels.ids = taken.map { labels.ids[$0] }
      labels.several = labels.several.map { several in taken.map { several[$0] } }
    }
    let count = Array(taken).count
    let damage = reader.report.damage.map { "\(url.relativePath) (\($0))" }
    return (
      Item(name: clip.name, frames: count, labels: labels, picture: size, damage: damage),
      .pictures(Pictures(size: size, count: count, bytes: bytes))
    )
  }
}
