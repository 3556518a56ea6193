/// How two operands of different shapes meet: shapes are aligned at the last axis, and an axis of length 1 (or a
/// missing one) is stretched to the other's length, as NumPy does.
///
/// Neighbouring axes that behave alike are merged, so that every pair of shapes becomes a few outer axes around one
/// contiguous run, in which each operand either advances by one element or stands still.
struct Broadcasting {
  /// The shape of the result.
  let shape: [Int]
  /// Elements of the innermost merged axis.
  let run: Int
  /// 1 where the operand advances along the run, 0 where one element of it serves the whole run.
  let steps: (a: Int, b: Int)

  private struct Axis {
    var length: Int
    var strideA: Int
    var strideB: Int
  }
  /// Merged axes around the run, outermost first.
  private let outer: [Axis]

  init(_ a: [Int], _ b: [Int]) {
    let shape = Self.shape(of: a, b)
    var merged: [Axis] = []  // innermost first
    var (strideA, strideB) = (1, 1)
    for axis in shape.indices.reversed() {
      let length = shape[axis]
      let (inA, inB) = (axis - shape.count + a.count, axis - shape.count + b.count)
      let (lengthA, lengthB) = (inA >= 0 ? a[inA] : 1, inB >= 0 ? b[inB] : 1)
      if length != 1 {
        let next = Axis(length: length, strideA: lengthA == 1 ? 0 : strideA, strideB: lengthB == 1 ? 0 : strideB)
        if let last = merged.last, (last.strideA == 0) == (next.strideA == 0),
          (last.strideB == 0) == (next.strideB == 0)
        {
          merged[merged.count - 1].length *= length
        } else {
          merged.append(next)
        }
      }
      strideA *= lengthA
      strideB *= lengthB
    }
    self.shape = shape
    run = merged.first?.length ?? 1
    steps = (merged.first.map { min($0.strideA, 1) } ?? 1, merged.first.map { min($0.strideB, 1) } ?? 1)
    outer = merged.dropFirst().reversed()
  }

  /// The shape of the result of two operands.
  static func shape(of a: [Int], _ b: [Int]) -> [Int] {
    if a == b { return a }
    let rank = max(a.count, b.count)
    return (0..<rank).map { axis in
      let (inA, inB) = (axis - rank + a.count, axis - rank + b.count)
      let (lengthA, lengthB) = (inA >= 0 ? a[inA] : 1, inB >= 0 ? b[inB] : 1)
      precondition(lengthA == lengthB || lengthA == 1 || lengthB == 1, "shapes \(a) and \(b) do not broadcast")
      return lengthA == 1 ? lengthB : lengthA
    }
  }

  /// Calls `body(count, offset in a, offset in b, offset in the result)` for every run, shared out over the threads;
  /// a single long run is cut.
  func eachRun(_ body: (Int, Int, Int, Int) -> Void) {
    let runs = outer.reduce(1) { $0 * $1.length }
    if runs * run == 0 { return }
    if runs == 1 {
      eachRange(of: run) { range in
        let start = range.lowerBound
        body(range.count, start * steps.a, start * steps.b, start)
      }
    } else {
      eachRowRange(runs, columns: run) { range in eachRun(of: range, body) }
    }
  }

  private func eachRun(of range: Range<Int>, _ body: (Int, Int, Int, Int) -> Void) {
    var place = [Int](repeating: 0, count: outer.count)
    var (a, b) = (0, 0)
    var rest = range.lowerBound
    for (axis, each) in outer.enumerated().reversed() {
      place[axis] = rest % each.length
      rest /= each.length
      a += place[axis] * each.strideA
      b += place[axis] * each.strideB
    }
    for index in range {
      body(run, a, b, index * run)
      var axis = outer.count - 1
      while axis >= 0 {
        let each = outer[axis]
        place[axis] += 1
        a += each.strideA
        b += each.strideB
        if place[axis] < each.length { break }
        place[axis] = 0
        a -= each.length * each.strideA
        b -= each.length * each.strideB
        axis -= 1
      }
    }
  }
}
