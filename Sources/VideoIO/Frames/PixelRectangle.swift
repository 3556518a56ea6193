/// A part of a picture, in pixels from its upper left corner.
public struct PixelRectangle: Hashable, Sendable, CustomStringConvertible {
  /// The first column.
  public var x: Int
  /// The first row.
  public var y: Int
  /// Columns.
  public var width: Int
  /// Rows.
  public var height: Int

  /// Makes a rectangle from its upper left corner and its size.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Width and height.
  public var size: PixelSize { PixelSize(width, height) }

  /// As `100x80+20+10`.
  public var description: String { "\(width)x\(height)+\(x)+\(y)" }
}
