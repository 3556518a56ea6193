extension Pixels {
  /// Fills a rectangle. What lies outside the picture is left out; a rectangle without area changes nothing.
  public mutating func fill(_ rectangle: PixelRectangle, with color: Color) {
    let columns = Self.inside(rectangle.x, rectangle.width, limit: width)
    let rows = Self.inside(rectangle.y, rectangle.height, limit: height)
    if columns.isEmpty || rows.isEmpty { return }
    let pixel = color.bytes(format), stride = bytesPerRow
    withUnsafeMutableBytes { bytes in
      for y in rows {
        var position = y * stride + columns.lowerBound * pixel.count
        for _ in columns {
          for part in pixel {
            bytes[position] = part
            position += 1
          }
        }
      }
    }
  }

  /// Draws the border of a rectangle, `thickness` pixels wide, inside it. What lies outside the picture is left out.
  public mutating func outline(_ rectangle: PixelRectangle, with color: Color, thickness: Int = 1) {
    let (x, y, width, height) = (rectangle.x, rectangle.y, rectangle.width, rectangle.height)
    if thickness <= 0 || width <= 0 || height <= 0 { return }
    let (across, down) = (min(thickness, width), min(thickness, height))
    let right = Self.saturatingSum(x, width - across), bottom = Self.saturatingSum(y, height - down)
    fill(PixelRectangle(x: x, y: y, width: width, height: down), with: color)
    fill(PixelRectangle(x: x, y: bottom, width: width, height: down), with: color)
    fill(PixelRectangle(x: x, y: y, width: across, height: height), with: color)
    fill(PixelRectangle(x: right, y: y, width: across, height: height), with: color)
  }

  /// The part of `length` places from `start` on that lies in `0..<limit`.
  private static func inside(_ start: Int, _ length: Int, limit: Int) -> Range<Int> {
    let end = saturatingSum(start, max(0, length))
    let lower = min(max(0, start), limit)
    return lower..<min(max(lower, end), limit)
  }

  /// A rectangle may end beyond the largest number there is; all that matters then is that it ends outside.
  private static func saturatingSum(_ start: Int, _ length: Int) -> Int {
    let (sum, overflows) = start.addingReportingOverflow(length)
    return overflows ? .max : sum
  }
}
