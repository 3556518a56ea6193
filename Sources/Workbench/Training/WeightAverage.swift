import Foundation
package import TensorCore

/// A moving average of the parameters over the steps of a training, which is often better than where any step ends (Polyak and
/// Juditsky, 1992; as TensorFlow's `ExponentialMovingAverage`).
package struct WeightAverage {
  private let decay: Double
  private let pairs: [(name: String, live: Parameter, average: Parameter)]

  /// Begins with the parameters as they are.
  ///
  /// - Parameter decay: The share of the average that a step keeps, 0 up to 1; less in the first steps, so that the average soon
  ///   forgets where it began.
  package init(_ parameters: [NamedParameter], decay: Double) {
    self.decay = decay
    pairs = parameters.map { ($0.name, $0.parameter, Parameter($0.parameter.value)) }
  }

  /// The average, for checkpoints.
  package var parameters: [NamedParameter] { pairs.map { ("average.\($0.name)", $0.average) } }

  /// Takes the parameters in after a step, counted from 1.
  package func update(after step: Int) {
    let kept = min(decay, Double(1 + step) / Double(10 + step))
    for (_, live, average) in pairs { average.approach(live.value, share: Float(1 - kept)) }
  }

  /// Runs `body` with the average in the place of the parameters.
  package func inPlace<Result>(_ body: () throws -> Result) rethrows -> Result {
    exchange()
    defer { exchange() }
    return try body()
  }

  private func exchange() {
    for (_, live, average) in pairs { (live.value, average.value) = (average.value, live.value) }
  }
}
