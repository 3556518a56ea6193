/// A place on a tape.
package struct TapeNode {
  let tape: Tape
  let index: Int
}

/// The record of one forward pass: a flat array that `backward` walks from the end in a loop, so that thousand-step
/// sequences cannot overflow a stack (reverse-mode differentiation after Linnainmaa, 1970).
///
/// Operations whose operands are all untracked record nothing. A tape serves one backward pass.
package final class Tape {
  /// Turns the gradients of an operation's results into gradients of its operands.
  typealias Backward = (Tape) -> Void

  /// Keys of the random masks drawn during this pass.
  package var randomness: RandomKeys

  private struct Slot {
    var gradient: Tensor?
    var parameter: Parameter?
  }

  private struct Record {
    let name: StaticString
    let bytes: Int
    let backward: Backward
  }

  private var slots: [Slot] = []
  private var records: [Record] = []
  private var leaves: [ObjectIdentifier: Int] = [:]

  /// Starts an empty tape; `seed` and `stream` (such as the training step) key its dropout masks.
  package init(seed: UInt64 = 0, stream: UInt64 = 0) {
    randomness = RandomKeys(seed: seed, stream: stream)
  }

  /// The number of recorded operations.
  package var count: Int { records.count }

  // MARK: Recording

  /// The parameter's value as a tracked operand; the same node each time.
  package func watch(_ parameter: Parameter) -> Tensor {
    let key = ObjectIdentifier(parameter)
    if let index = leaves[key] { return tracked(parameter.value, index) }
    let index = newSlot(parameter)
    leaves[key] = index
    return tracked(parameter.value, index)
  }

  /// Tracks a tensor that is not a parameter, to read its gradient after `backward`.
  package func watch(_ tensor: Tensor) -> Tensor { tracked(tensor.detached, newSlot(nil)) }

  private func newSlot(_ parameter: Parameter?) -> Int {
    slots.append(Slot(gradient: nil, parameter: parameter))
    return slots.count - 1
  }

  private func tracked(_ tensor: Tensor, _ index: Int) -> Tensor {
    var tensor = tensor
    tensor.node = TapeNode(tape: self, index: index)
    return tensor
  }

  /// Gives `result` a place on the tape without a record of its own; the caller records once for all its results.
  func place(_ result: Tensor) -> Tensor { tracked(result, newSlot(nil)) }

  /// Records what an operation does on the way back. A profile puts it down to `name`, with the `bytes` of its operands and results.
  func record(_ name: StaticString, bytes: @autoclosure () -> Int, _ backward: @escaping Backward) {
    let profile = Workers.shared.profile
    // Without a profile nobody asks.
    let bytes = profile == nil ? 0 : bytes()
    records.append(Record(name: name, bytes: bytes, backward: backward))
    profile?.lap(operationName(name), bytes: bytes)
  }

  // MARK: Going back

  /// Fills the gradients of every parameter and watched tensor that `loss` depends on. `gradient` is that of the loss
  /// itself, one by default. Records are dropped as they are used, which frees what they kept.
  package func backward(from loss: Tensor, gradient: Tensor? = nil) {
    guard let index = index(of: loss) else { return }
    accumulate(gradient ?? Tensor(repeating: 1, loss.shape), into: index)
    while let record = records.popLast() {
      record.backward(self)
      Workers.shared.profile?.lap(operationName(record.name) + ", back", bytes: record.bytes)
    }
  }

  /// Drops what was recorded and will not be walked back. Records keep the tensors that they are about, and these their tape: a tape
  /// that is let go of with records would stay for ever.
  package func forget() { records.removeAll() }

  /// The gradient that reached a watched tensor.
  package func gradient(of tensor: Tensor) -> Tensor? { index(of: tensor).flatMap { gradient(at: $0) } }

  func index(of tensor: Tensor) -> Int? {
    guard let node = tensor.node, node.tape === self else { return nil }
    return node.index
  }

  func gradient(at index: Int) -> Tensor? {
    slots[index].parameter.map { $0.gradient } ?? slots[index].gradient
  }

  /// The gradient of a result, handed over: nothing reads it after the operation that made the result.
  func takeGradient(at index: Int) -> Tensor? {
    defer { slots[index].gradient = nil }
    return slots[index].gradient
  }

  /// Adds `gradient` to what has gathered for an operand; nil operands (constants) are skipped.
  func accumulate(_ gradient: @autoclosure () -> Tensor, into index: Int?) {
    guard let index, slots[index].parameter?.isFrozen != true else { return }
    let gradient = gradient()
    accumulate(into: index, shape: gradient.shape, orTake: gradient) { target, _ in
      addInPlace(target, gradient.pointer, count: gradient.count)
    }
  }

  /// Lets `body` write (first time, second argument false) or add to (true) an operand's gradient buffer directly.
  /// The buffer is not set before the first write.
  func accumulate(into index: Int?, shape: [Int], _ body: (UnsafeMutablePointer<Float>, Bool) -> Void) {
    guard let index, slots[index].parameter?.isFrozen != true else { return }
    accumulate(into: index, shape: shape, orTake: nil, body)
  }

  private func accumulate(
    into index: Int, shape: [Int], orTake whole: Tensor?, _ body: (UnsafeMutablePointer<Float>, Bool) -> Void
  ) {
    var current: Tensor?
    if let parameter = slots[index].parameter {
      swap(&current, &parameter.gradient)
    } else {
      swap(&current, &slots[index].gradient)
    }
    if var sum = current.take() {
      precondition(sum.shape == shape, "gradient of shape \(shape) for a tensor of shape \(sum.shape)")
      body(sum.makeUnique(), true)
      current = sum
    } else if let whole {
      current = whole.detached
    } else {
      let fresh = Tensor(uninitialized: shape)
      body(fresh.base, false)
      current = fresh
    }
    if let parameter = slots[index].parameter {
      parameter.gradient = current
    } else {
      slots[index].gradient = current
    }
  }
}

/// What a profile calls an operation: the function that records it, without its labels.
private func operationName(_ function: StaticString) -> String {
  String("\(function)".prefix { $0 != "(" })
}

/// The memory of some tensors, each counted once.
func byteCount(of tensors: [Tensor?]) -> Int {
  tensors.reduce(0) { $0 + ($1?.count ?? 0) } * MemoryLayout<Float>.stride
}

/// Makes the result of an operation with one result: tracked, with `backward` recorded, when an operand is tracked.
/// `backward` gets the tape and the gradient of the result, and is not called when none arrived.
func result(
  _ value: Tensor, of operands: Tensor?..., name: StaticString = #function,
  backward: @escaping (_ tape: Tape, _ gradient: Tensor) -> Void
) -> Tensor {
  result(value, of: operands, name: name, backward: backward)
}

/// The same for operands that come as an array.
func result(
  _ value: Tensor, of operands: [Tensor?], name: StaticString = #function,
  backward: @escaping (_ tape: Tape, _ gradient: Tensor) -> Void
) -> Tensor {
  var found: Tape?
  for operand in operands where found == nil { found = operand?.node?.tape }
  guard let tape = found else { return value }
  let placed = tape.place(value)
  guard let index = tape.index(of: placed) else { return value }
  tape.record(name, bytes: byteCount(of: operands + [value])) { tape in
    guard let gradient = tape.takeGradient(at: index) else { return }
    backward(tape, gradient)
  }
  return placed
}

extension Tensor {
  /// The index of this operand on its tape; nil for a constant.
  var operand: Int? { node?.index }

  /// Whether what is made of it is recorded.
  package var isTracked: Bool { node != nil }
}
