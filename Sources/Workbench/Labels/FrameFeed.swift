import Diagnostics
import Foundation
package import TensorCore
package import VideoIO

/// Frames on their way to a network: a thread of its own takes them from a reader and makes the network's input of them, while
/// the network works on those before.
package final class FrameFeed: Sendable {
  /// Some frames of a video, in order.
  package struct Chunk: Sendable {
    /// All frames.
    package var frames: [FrameInfo] = []
    /// Whether the network sees each of them.
    package var isSeen: [Bool] = []
    /// What it sees: `[N, C, H, W]`; nil where it sees none of them.
    package var input: Tensor?
  }

  /// Frames that go to the network at once, at most.
  private static let most = 32
  /// Chunks that wait.
  private static let ahead = 2

  private let queue = BoundedQueue<Chunk>(capacity: ahead)

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - frames: Frames as `section` has them transformed.
  ///   - isBorder: Whether nothing may wait any longer once so many frames have been seen.
  ///   - file: The name for errors.
  package init(
    _ frames: FrameIterator, _ section: FrameSection, isBorder: @escaping @Sendable (Int) -> Bool, file: String
  ) {
    let source = FrameTaker(iterator: frames)
    let queue = queue
    let thread = Thread {
      queue.finish(
        Result {
          var builder = ChunkBuilder(section, file: file)
          while let frame = try source.nextFrame() {
            try builder.add(frame)
            let seen = builder.seen
            let isDue = builder.waiting >= Self.most || builder.waiting > 0 && isBorder(seen)
            if isDue, !queue.put(builder.take()) { return }
          }
          builder.end()
          _ = queue.put(builder.take())
        })
    }
    thread.name = "unroll-feed"
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { queue.cancel() }

  /// The next frames; nil at the end. Throws what reading throws.
  package func next() throws -> Chunk? { try queue.take() }
}

/// Carries the iterator to the only thread that uses it.
private struct FrameTaker: @unchecked Sendable {
  let iterator: FrameIterator

  /// The next frame. Where it cannot be cut or scaled as the model wants, that is not the choice of whoever shows the video.
  func nextFrame() throws -> Frame? {
    do {
      return try iterator.next()
    } catch let error as UnrollError where error.kind == .usage {
      throw UnrollError(
        .badData, file: error.file, "\(error.what), as the model wants it",
        advice: "give the model videos of the size that it learnt from")
    }
  }
}

/// Gathers frames until they go to the network. A frame whose difference to the next one is to be seen waits for it.
private struct ChunkBuilder {
  private let section: FrameSection
  private let maker: PlaneMaker
  private let file: String
  private var frames: [FrameInfo] = []
  private var isSeen: [Bool] = []
  private var planes: [Float] = []
  private var total = 0
  private var size: PixelSize?
  /// The latest pictures, without gaps: the one before, and the one that waits.
  private var before: [UInt8]?
  private var held: [UInt8]?
  /// Frames whose planes are made, and all that were added.
  private(set) var seen = 0
  private(set) var waiting = 0

  init(_ section: FrameSection, file: String) {
    self.section = section
    self.file = file
    maker = PlaneMaker(section)
  }

  mutating func add(_ frame: Frame) throws {
    let isSeen = total.isMultiple(of: section.every)
    total += 1
    frames.append(frame.info)
    self.isSeen.append(isSeen)
    guard isSeen else { return }
    let pixels = frame.pixels
    if size == nil { size = pixels.size }
    guard pixels.size == size else {
      throw UnrollError(
        .badData, file: file, "the size of its frames changes to \(pixels.size)",
        advice: "scale the video first, or use a model that scales frames itself")
    }
    guard pixels.width >= section.seen.width, pixels.height >= section.seen.height else {
      throw UnrollError(
        .badData, file: file, "its frames are \(pixels.size), and the model wants \(section.seen) or more",
        advice: "scale the video first, or use a model that scales frames itself")
    }
    let bytes = pixels.packedBytes
    if section.differences {
      if let held { append(held, before: before ?? held, after: bytes) }
      before = held
      held = bytes
    } else {
      append(bytes, before: bytes, after: bytes)
    }
  }

  /// No frame follows.
  mutating func end() {
    if let held { append(held, before: before ?? held, after: held) }
    held = nil
  }

  private mutating func append(_ picture: [UInt8], before: [UInt8], after: [UInt8]) {
    guard let size else { return }
    let planes = maker.planes(of: size, ClipView(of: section, picture: size))
    let start = self.planes.count
    self.planes.append(contentsOf: repeatElement(0, count: planes.floatCount))
    self.planes.withUnsafeMutableBufferPointer { target in
      picture.withUnsafeBufferPointer { picture in
        before.withUnsafeBufferPointer { before in
          after.withUnsafeBufferPointer { after in
            guard let target = target.baseAddress, let picture = picture.baseAddress, let before = before.baseAddress,
              let after = after.baseAddress
            else { return }
            planes.write(picture, before: before, after: after, to: target + start)
          }
        }
      }
    }
    seen += 1
    waiting += 1
  }

  /// The frames whose planes are made, with those between them.
  mutating func take() -> FrameFeed.Chunk {
    let input =
      waiting == 0
      ? nil : Tensor(planes, shape: [waiting, section.channels, section.seen.height, section.seen.width])
    // A frame that waits for the next one stays, and so do those behind it.
    var (count, left) = (0, waiting)
    for isSeen in isSeen {
      if isSeen {
        if left == 0 { break }
        left -= 1
      }
      count += 1
    }
    let chunk = FrameFeed.Chunk(
      frames: Array(frames.prefix(count)), isSeen: Array(isSeen.prefix(count)), input: input)
    frames.removeFirst(count)
    isSeen.removeFirst(count)
    planes.removeAll(keepingCapacity: true)
    waiting = 0
    return chunk
  }
}
