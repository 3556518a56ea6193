/// How a batch of images is shared out: a contiguous part a thread, and each part in pieces whose sizes are powers of
/// two, so that batches of any size need few operations of oneDNN.
struct ImageParts {
  /// `[part][piece]`.
  let pieces: [[Range<Int>]]

  init(_ images: Int, largest: Int) {
    let parts = max(1, min(Workers.shared.count, images))
    pieces = (0..<parts).map { Self.pieces(of: share(of: images, part: $0, parts: parts), largest: largest) }
  }

  static func pieces(of range: Range<Int>, largest: Int) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = range.lowerBound
    while start < range.upperBound {
      let rest = range.upperBound - start
      let size = min(largest, 1 << (Int.bitWidth - 1 - rest.leadingZeroBitCount))
      pieces.append(start..<start + size)
      start += size
    }
    return pieces
  }

  /// The sizes that occur.
  var sizes: [Int] { Set(pieces.joined().map(\.count)).sorted(by: >) }

  /// Runs `body` for every piece, each part on its own thread.
  func forEachPiece(_ body: (_ part: Int, _ piece: Range<Int>) -> Void) {
    Workers.shared.split(pieces.count) { part in for piece in pieces[part] { body(part, piece) } }
  }

  /// Runs `body` for every image, each part on its own thread.
  func forEachImage(_ body: (_ part: Int, _ image: Int) -> Void) {
    forEachPiece { part, piece in for image in piece { body(part, image) } }
  }
}
