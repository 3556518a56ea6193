/// A tensor that training changes, and the gradient that has gathered for it.
///
/// A reference, because a layer, the optimizer and a checkpoint speak of the same parameter. It is used from the
/// tensor thread only (`Workers.run`), which is what makes sending it safe.
package final class Parameter: @unchecked Sendable {
  /// The current value.
  package var value: Tensor
  /// The sum of the gradients of every backward pass since it was last cleared; nil when none reached it.
  package var gradient: Tensor?

  /// Whether training leaves the value as it is: no gradient is computed for it.
  package var isFrozen = false

  /// Makes a parameter with a first value.
  package init(_ value: Tensor) { self.value = value.detached }

  /// The value as an operand: tracked when there is a tape.
  package func on(_ tape: Tape?) -> Tensor {
    tape?.watch(self) ?? value
  }
}

/// A parameter under the name that it has in a weights file, such as `encoder.rnn.weight_ih_l0`.
package typealias NamedParameter = (name: String, parameter: Parameter)

extension [NamedParameter] {
  /// The same parameters, one level down: `weight` becomes `prefix.weight`.
  package func prefixed(_ prefix: String) -> [NamedParameter] {
    map { ("\(prefix).\($0.name)", $0.parameter) }
  }
}
