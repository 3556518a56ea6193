import Foundation
import Workbench

/// The median time of `step` in seconds: some runs to warm up, then `runs` measured ones.
func medianSeconds(runs: Int = 20, warmUp: Int = 5, _ step: @escaping () -> Void) -> Double {
  mediansInTurn(runs: runs, warmUp: warmUp, [step])[0]
}

/// The median time of each of `steps` in seconds. They take turns, so that a busy machine slows all of them alike.
func mediansInTurn<Failure: Error>(
  runs: Int = 20, warmUp: Int = 5, _ steps: [() throws(Failure) -> Void]
) throws(Failure) -> [Double] {
  var times = [[Double]](repeating: [], count: steps.count)
  for run in -warmUp..<runs {
    for (index, step) in steps.enumerated() {
      let start = ContinuousClock.now
      try step()
      if run >= 0 { times[index].append(seconds(since: start)) }
    }
  }
  return times.map { $0.sorted()[runs / 2] }
}

/// Seconds since a moment.
func seconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

/// Prints one row of results: JSON, or names and values in columns.
func printRow(_ row: [(name: String, value: JSONValue)], json: Bool) {
  let text =
    json
    ? JSONValue.object(row.map { .init($0.name, $0.value) }).text
    : row.map { "\($0.name) \($0.value.text)" }.joined(separator: "  ")
  // A row at a time, also into a pipe: a benchmark can be watched.
  FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

extension JSONValue {
  /// A number with so many digits after the point.
  static func rounded(_ value: Double, _ digits: Int) -> JSONValue {
    let scale = pow(10, Double(digits))
    return .number((value * scale).rounded() / scale)
  }
}
