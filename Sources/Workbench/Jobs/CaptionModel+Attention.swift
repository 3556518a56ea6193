import Diagnostics
import SequenceModels
import TensorCore
package import VideoIO

/// Where a model looked in a clip while it wrote the best caption.
package struct CaptionAttention: Sendable {
  package let caption: String
  /// The T pieces that were written, the end piece last where the caption is complete.
  package let pieces: [ShownPiece]
  /// Pictures of the clip, in order; at least one.
  package let pictures: [AttentionPicture]
  /// The rows and columns of places that the model tells apart in a frame; 1 and 1 where it sees frames as a whole.
  package let grid: (rows: Int, columns: Int)
  /// How much of its attention each written piece gave each place of each picture, and of the frames that it stands for, row
  /// by row: `[T][pictures][rows · columns]`; what a piece gave sums to 1.
  package let weights: [[[Float]]]

  package init(
    caption: String, pieces: [ShownPiece], pictures: [AttentionPicture], grid: (rows: Int, columns: Int),
    weights: [[[Float]]]
  ) {
    self.caption = caption
    self.pieces = pieces
    self.pictures = pictures
    self.grid = grid
    self.weights = weights
  }
}

/// A frame of a clip that stands for those around it.
package struct AttentionPicture: Sendable {
  /// When it is shown.
  package let time: Timestamp
  /// How many of the frames that the network saw it stands for.
  package let frames: Int
  /// Its bytes, a PNG file.
  package let png: [UInt8]
  /// Its size, in pixels.
  package let size: PixelSize
  /// The part of it that the network sees, as shares of its width and its height.
  package let seen: (x: Double, y: Double, width: Double, height: Double)

  package init(
    time: Timestamp, frames: Int, png: [UInt8], size: PixelSize,
    seen: (x: Double, y: Double, width: Double, height: Double)
  ) {
    self.time = time
    self.frames = frames
    self.png = png
    self.size = size
    self.seen = seen
  }
}

extension CaptionModel {
  /// Captions a whole video and says where the model looked at each word. The video is read twice.
  ///
  /// - Parameters:
  ///   - search: How the caption is looked for.
  ///   - most: How many pictures there are at most; where the network saw more frames, each stands for several.
  ///   - file: The name of the video, for errors.
  ///   - name: What stands for the model in errors.
  /// - Throws: `UnrollError` of kind `usage` for a model without attention or one that reads features, `badData` for a video
  ///   without frames, and whatever reading throws.
  package func attention(
    in reader: FrameReader, search: SearchSection, most: Int, file: String, name: String
  ) throws -> CaptionAttention {
    guard network.decoder.attention != nil else {
      throw noAttention(in: name, "the whole clip reaches it in one state")
    }
    var options = options(search)
    options.nBest = 1
    let stream = try CaptionStream(self, reader, options: options, keepsAttention: true, file: file)
    guard let frames, let span = try stream.next() else { throw noFrame(in: file) }
    guard let best = span.candidates.first, let attention = best.attention else {
      throw UnrollError(.internalFault, file: file, "the search kept no attention")
    }
    let stands = Self.parts(span.seen.count, most: most)
    let grid = network.encoder.frames.backbone?.network.placeGrid ?? (rows: 1, columns: 1)
    let places = grid.rows * grid.columns
    return CaptionAttention(
      caption: best.text,
      pieces: ShownPiece.pieces(best.pieces, of: vocabulary) + (best.isComplete ? [.end] : []),
      pictures: try pictures(of: stands, at: span.seen, in: reader, frames),
      grid: grid,
      weights: attention.map { weights in
        stands.map { part in
          (0..<places).map { place in part.reduce(0) { $0 + weights[$1 * places + place] } }
        }
      })
  }

  /// `count` frames in parts of like length, as few frames as possible each, at most `most` parts.
  static func parts(_ count: Int, most: Int) -> [Range<Int>] {
    let parts = min(count, most)
    return (0..<parts).map { $0 * count / parts..<($0 + 1) * count / parts }
  }

  /// A picture for each part of the frames that the network saw, the one in its middle.
  private func pictures(
    of parts: [Range<Int>], at times: [Timestamp], in reader: FrameReader, _ section: FrameSection
  ) throws -> [AttentionPicture] {
    let view = AttentionView(section, try reader.stream(), most: parts.count == 1 ? 480 : 160)
    let middles = parts.map { ($0.lowerBound + $0.upperBound - 1) / 2 }
    let frames = reader.frames(.indexes(middles.map { $0 * section.every }), as: view.transform).makeIterator()
    return try zip(parts, middles).map { part, middle in
      guard let frame = try frames.next() else {
        throw UnrollError(.internalFault, "a frame that was there is missing at the second reading")
      }
      return AttentionPicture(
        time: times[middle], frames: part.count, png: try frame.pixels.png(), size: frame.pixels.size, seen: view.seen)
    }
  }
}

/// How frames are shown to people so that they find what the network sees of them: the same part of the frame, in the
/// proportions that it has on a screen.
struct AttentionView {
  let transform: FrameTransform
  /// The part that the network sees, as shares of width and height.
  let seen: (x: Double, y: Double, width: Double, height: Double)

  /// - Parameter most: The longer side of a picture at most, in pixels. Small pictures stay as they are.
  init(_ section: FrameSection, _ stream: VideoStream, most: Int) {
    let source = section.crop?.size ?? stream.size
    // What the network's pictures are cut from.
    let whole = section.size ?? source
    let corner = ClipView(of: section, picture: whole).corner
    let (width, height) = (Double(max(1, whole.width)), Double(max(1, whole.height)))
    seen = (
      Double(corner.x) / width, Double(corner.y) / height, Double(section.seen.width) / width,
      Double(section.seen.height) / height
    )
    // Only where proportions are kept has the network seen them as they are.
    let aspect = Double(stream.pixelAspect.width) / Double(max(1, stream.pixelAspect.height))
    let isTrue = section.size != nil && section.fit != .stretch
    let shown = isTrue ? (width, height) : (Double(max(1, source.width)) * aspect, Double(max(1, source.height)))
    let scale = min(1, Double(most) / max(shown.0, shown.1))
    transform = FrameTransform(
      crop: section.crop,
      size: PixelSize(max(1, Int((shown.0 * scale).rounded())), max(1, Int((shown.1 * scale).rounded()))),
      fit: isTrue ? section.fit : .stretch, scaling: .area)
  }
}
