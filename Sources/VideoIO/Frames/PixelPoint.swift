/// A place in a picture, in pixels from its upper left corner; negative outside of it.
public struct PixelPoint: Hashable, Sendable, CustomStringConvertible {
  /// The column.
  public var x: Int
  /// The row.
  public var y: Int

  /// Makes the place in column `x` and row `y`.
  public init(_ x: Int, _ y: Int) {
    self.x = x
    self.y = y
  }

  /// As `20,10`.
  public var description: String { "\(x),\(y)" }
}
