/// The rows of a batch that one thread runs, longest first, with the steps laid end to end and only the rows still
/// alive in each: padding is never multiplied, and no row can touch another's result.
struct PackedRows: Sendable {
  /// The row of the batch at each rank.
  let rows: [Int]
  /// How many ranks are alive at step t; never grows with t.
  let alive: [Int]
  /// The first packed row of step t; one more entry than steps, the last being the total.
  let offsets: [Int]
  /// For each packed row, its row `t·B + b` in a time-major tensor.
  let places: [Int32]

  /// The number of packed rows: the sum of the lengths.
  var total: Int { offsets[offsets.count - 1] }

  /// Deals the rows of a batch to `parts` threads so that each gets about the same work. `lengths` nil means that
  /// every row has all the steps.
  static func deal(lengths: [Int]?, steps: Int, batch: Int, parts: Int) -> [PackedRows] {
    let order: [Int]
    if let lengths {
      precondition(lengths.count == batch, "\(lengths.count) lengths for a batch of \(batch)")
      precondition(lengths.allSatisfy { (0...steps).contains($0) }, "a length lies outside 0...\(steps)")
      order = (0..<batch).sorted { (lengths[$0], $1) > (lengths[$1], $0) }
    } else {
      order = Array(0..<batch)
    }
    return (0..<parts).map { part in
      let rows = stride(from: part, to: batch, by: parts).map { order[$0] }
      return PackedRows(rows: rows, lengths: lengths, steps: steps, batch: batch)
    }
  }

  private init(rows: [Int], lengths: [Int]?, steps: Int, batch: Int) {
    self.rows = rows
    var alive: [Int] = []
    alive.reserveCapacity(steps)
    var count = rows.count
    for step in 0..<steps {
      if let lengths { while count > 0 && lengths[rows[count - 1]] <= step { count -= 1 } }
      alive.append(count)
    }
    var offsets = [0]
    offsets.reserveCapacity(steps + 1)
    var places: [Int32] = []
    for step in 0..<steps {
      offsets.append(offsets[step] + alive[step])
      for rank in 0..<alive[step] { places.append(Int32(step * batch + rows[rank])) }
    }
    self.alive = alive
    self.offsets = offsets
    self.places = places
  }

  /// The steps in the order in which a direction reads them; steps with nobody alive are left out.
  func steps(_ direction: ReadingDirection) -> [Int] {
    let busy = alive.prefix { $0 > 0 }.indices
    return direction == .forward ? Array(busy) : busy.reversed()
  }

  /// Copies rows of a `[T·B, stride]` tensor into packed order, `width` columns from `column` on.
  func gather(
    _ source: UnsafePointer<Float>, stride: Int, column: Int, width: Int, into target: UnsafeMutablePointer<Float>
  ) {
    var target = target
    for place in places {
      target.update(from: source + Int(place) * stride + column, count: width)
      target += width
    }
  }

  /// Writes packed rows to their places in a `[T·B, stride]` tensor, `width` columns from `column` on.
  func scatter(
    _ source: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>, stride: Int, column: Int,
    adding: Bool = false
  ) {
    var source = source
    for place in places {
      let row = target + Int(place) * stride + column
      if adding { addInPlace(row, source, count: width) } else { row.update(from: source, count: width) }
      source += width
    }
  }

  /// Copies rows of a `[B, width]` state into rank order.
  func gatherState(_ source: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>) {
    for (rank, row) in rows.enumerated() { (target + rank * width).update(from: source + row * width, count: width) }
  }

  /// Writes rank-ordered rows to a `[B, width]` state.
  func scatterState(_ source: UnsafePointer<Float>, width: Int, into target: UnsafeMutablePointer<Float>) {
    for (rank, row) in rows.enumerated() { (target + row * width).update(from: source + rank * width, count: width) }
  }
}
