/// Below this many elements a fork of the pool costs more than it saves.
let elementsPerFork = 32_768

/// Calls `body` with ranges that cover `0..<count`: one range, or one a thread when the work is large. `cost` is the
/// number of elements that each item stands for; borders lie on multiples of `multiple`, so that no two threads write
/// to one cache line of a contiguous result.
func eachRange(of count: Int, cost: Int = 1, multiple: Int = 16, _ body: (Range<Int>) -> Void) {
  let workers = Workers.shared
  guard workers.count > 1, count * cost > elementsPerFork else {
    body(0..<count)
    return
  }
  workers.split(workers.count) { part in
    let range = share(of: count, part: part, parts: workers.count, multiple: multiple)
    if !range.isEmpty { body(range) }
  }
}

/// The same for the rows of a matrix with `columns` columns.
func eachRowRange(_ rows: Int, columns: Int, _ body: (Range<Int>) -> Void) {
  eachRange(of: rows, cost: columns, multiple: 1, body)
}
