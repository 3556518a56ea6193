/// The pixels of one picture: interleaved bytes, row by row, in memory that is shared until someone writes.
public struct Pixels: Sendable {
  /// What a pixel consists of.
  public enum Format: String, Sendable, CaseIterable {
    /// Red, green, blue: three bytes.
    case rgb
    /// Brightness: one byte.
    case gray

    /// Bytes a pixel.
    public var channels: Int { self == .rgb ? 3 : 1 }
  }

  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// What a pixel consists of.
  public let format: Format
  /// From the beginning of a row to that of the next one, in bytes; at least `width × format.channels`.
  public let bytesPerRow: Int

  private var storage: PixelStorage

  /// Width and height.
  public var size: PixelSize { PixelSize(width, height) }

  /// Makes a black picture.
  public init(_ size: PixelSize, format: Format = .rgb) {
    self.init(uninitialized: size, format: format, pool: nil)
    withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
  }

  /// A picture whose bytes are still to be written; `pool` is where its memory comes from and returns to.
  init(uninitialized size: PixelSize, format: Format, pool: PixelPool?) {
    precondition(size.width > 0 && size.height > 0, "a picture has at least one pixel")
    width = size.width
    height = size.height
    self.format = format
    // libswscale is fastest, and the same on every machine, when rows begin at multiples of 64 bytes.
    bytesPerRow = (size.width * format.channels + 63) & ~63
    storage = PixelStorage(byteCount: bytesPerRow * size.height, pool: pool)
  }

  /// The bytes: pixel (x, y) begins at `y × bytesPerRow + x × format.channels`. What lies between the end of a row and the
  /// beginning of the next means nothing.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try body(UnsafeRawBufferPointer(storage.bytes)) }
  }

  /// The bytes, for writing; a picture that shares them gets its own first.
  public mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) { storage = PixelStorage(copying: storage) }
    return try withExtendedLifetime(storage) { try body(storage.bytes) }
  }

  /// The bytes without gaps between rows, as `ffmpeg -f rawvideo` writes them.
  public var packedBytes: [UInt8] {
    let row = width * format.channels
    return withUnsafeBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: row * height) { target, count in
        for y in 0..<height {
          let source = UnsafeRawBufferPointer(rebasing: bytes[y * bytesPerRow..<y * bytesPerRow + row])
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[y * row..<(y + 1) * row])
            .copyMemory(from: source)
        }
        count = row * height
      }
    }
  }
}

extension Pixels: Equatable {
  /// Whether both show the same.
  public static func == (a: Pixels, b: Pixels) -> Bool {
    guard a.size == b.size, a.format == b.format else { return false }
    return a.storage === b.storage || a.packedBytes == b.packedBytes
  }
}
