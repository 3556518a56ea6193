/// A value's memory as matrices with a channel a column, as the kernels of batch normalisation read it.
///
/// A row of few channels is shorter than the processor's vectors, so several pixels make one row; what belongs to a
/// channel is repeated as often.
struct ChannelTiles {
  private let channels: Int
  private let pixels: Int
  /// Matrices of an image, and their columns: one of C, or C/16 of 16.
  private let groups: Int
  private let width: Int
  /// Pixels side by side in a row.
  private let repeats: Int

  init(_ value: ImageValue, _ layout: ImageLayout) {
    channels = value.channels
    pixels = value.height * value.width
    width = layout == .pixels ? channels : ImageLayout.blockWidth
    groups = channels / width
    repeats = max(1, min(pixels, 512 / width))
  }

  /// Numbers of channels as the kernels want them.
  var spreadCount: Int { groups * width * repeats }

  /// Repeats a number a channel.
  func spread(_ numbers: [Float]) -> Tensor {
    let target = Tensor(uninitialized: [spreadCount])
    for group in 0..<groups {
      for index in 0..<repeats * width {
        target.base[group * repeats * width + index] = numbers[group * width + index % width]
      }
    }
    return target
  }

  /// Adds up what was summed for each column, to sums of channels.
  func gather(_ sums: UnsafePointer<Double>) -> [Double] {
    var total = [Double](repeating: 0, count: channels)
    for group in 0..<groups {
      for index in 0..<repeats * width { total[group * width + index % width] += sums[group * repeats * width + index] }
    }
    return total
  }

  /// Calls `body` for each matrix of an image: where it begins in the value and in spread numbers, and its size.
  func forEach(image: Int, _ body: (_ start: Int, _ spread: Int, _ rows: Int, _ columns: Int) -> Void) {
    for group in 0..<groups {
      let start = image * channels * pixels + group * width * pixels
      let spread = group * repeats * width
      let rows = pixels / repeats
      body(start, spread, rows, repeats * width)
      let rest = pixels - rows * repeats
      if rest > 0 { body(start + rows * repeats * width, spread, 1, rest * width) }
    }
  }
}
