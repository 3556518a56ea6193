import CKernels

extension ImageOutput {
  /// Writes the rows of some images, `[N, width]`, from the value that they are made of.
  func read(
    _ images: Range<Int>, _ source: UnsafePointer<Float>, _ layout: ImageLayout, into rows: UnsafeMutablePointer<Float>
  ) {
    switch form {
    case .flat: layout.leave(images, of: value, source, into: rows)
    case .places: layout.arrange(images, of: value, source, as: .pixels, into: rows)
    case .average:
      layout.eachMatrix(images, of: value) { offset, channels, pixels in
        let row = rows + offset / pixels
        unroll_column_sums(pixels, channels, source + offset, row, false)
        unroll_scale(channels, 1 / Float(pixels), row, row)
      }
    }
  }

  /// Writes the gradient of the value from that of the rows.
  func goBack(
    _ images: Range<Int>, _ rows: UnsafePointer<Float>, _ layout: ImageLayout,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    switch form {
    case .flat: layout.enter(images, of: value, rows, into: gradient)
    case .places: ImageLayout.pixels.arrange(images, of: value, rows, as: layout, into: gradient)
    case .average:
      layout.eachMatrix(images, of: value) { offset, channels, pixels in
        let first = gradient + offset
        unroll_scale(channels, 1 / Float(pixels), rows + offset / pixels, first)
        if pixels > 1 { unroll_copy_rows(pixels - 1, channels, first, 0, first + channels, channels, false) }
      }
    }
  }
}
