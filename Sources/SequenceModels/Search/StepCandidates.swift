import TensorCore

/// What may follow in one step: the decoder's scores once the rules about repetition have been applied.
struct StepCandidates {
  private let logits: Tensor
  /// The best of each row.
  private let top: TopCandidates
  /// For rows that have some, the tokens that would repeat a run.
  private let repeated: [Int: Set<Int>]
  private let options: SearchOptions

  /// Applies the rules to a step's logits `[R, V]`.
  ///
  /// - Parameters:
  ///   - width: How many allowed tokens of each row are wanted, `end` included.
  ///   - pasts: For the rows that count, the tokens generated so far. Read only where the options look back.
  init(_ logits: Tensor, width: Int, options: SearchOptions, pasts: () -> [(row: Int, tokens: [Int])]) {
    self.options = options
    var logits = logits
    var repeated: [Int: Set<Int>] = [:]
    if options.looksBack {
      let pasts = pasts()
      if options.repetitionPenalty != 1 { Self.penalize(&logits, pasts, by: options.repetitionPenalty) }
      for (row, tokens) in pasts {
        let found = Self.repeating(tokens, size: options.noRepeatNgramSize)
        if !found.isEmpty { repeated[row] = found }
      }
    }
    self.logits = logits
    self.repeated = repeated
    let banned = repeated.values.reduce(0) { max($0, $1.count) }
    top = TopCandidates(of: logits, count: width + options.forbidden.count + banned)
  }

  /// Whether a row has a softmax at all.
  func isFinite(row: Int) -> Bool { top.places(ofRow: row) != nil }

  /// Calls `body` with the best tokens of a row that may follow `length` tokens and their log-probabilities, best first.
  @inline(__always)
  func forEach(ofRow row: Int, after length: Int, _ body: (_ token: Int, _ logProbability: Float) -> Void) {
    guard let places = top.places(ofRow: row) else { return }
    let banned = repeated.isEmpty ? nil : repeated[row]
    for place in places {
      let token = Int(top.ids[place])
      guard options.allows(token, after: length), banned == nil || banned?.contains(token) == false else { continue }
      body(token, top.logProbabilities[place])
    }
  }

  /// The best tokens of a row that may follow `length` tokens, with their log-probabilities.
  func best(ofRow row: Int, after length: Int) -> [(token: Int, logProbability: Float)] {
    var found: [(token: Int, logProbability: Float)] = []
    forEach(ofRow: row, after: length) { found.append(($0, $1)) }
    return found
  }

  /// The log-probability of any token of a row that has a softmax.
  func logProbability(of token: Int, row: Int) -> Float {
    guard let place = top.places(ofRow: row)?.first else { return -.infinity }
    let values = logits.pointer + row * logits.columns
    let apart = Double(values[token]) - Double(values[Int(top.ids[place])])
    return Float(Double(top.logProbabilities[place]) + apart)
  }

  /// One token of a row drawn, with its log-probability under the model; nil where none may follow.
  ///
  /// - Parameters:
  ///   - number: A random number in 0..<1.
  ///   - length: The tokens generated so far.
  func draw(_ sampling: Sampling, row: Int, after length: Int, at number: Double) -> (
    token: Int, logProbability: Float
  )? {
    let values = logits.pointer + row * logits.columns
    let allowed: [(token: Int, logit: Float)]
    if sampling.topK > 0 {
      allowed = best(ofRow: row, after: length).map { ($0.token, values[$0.token]) }
    } else {
      let banned = repeated[row]
      allowed = (0..<logits.columns).lazy.filter { token in
        values[token] > -.infinity && options.allows(token, after: length) && !(banned?.contains(token) ?? false)
      }.map { ($0, values[$0]) }
    }
    guard let token = Sampling.draw(sampling.distribution(allowed), at: number) else { return nil }
    return (token, logProbability(of: token, row: row))
  }

  // MARK: Rules

  /// Makes what each row has already less probable. A token counts once, however often it is there.
  private static func penalize(_ logits: inout Tensor, _ pasts: [(row: Int, tokens: [Int])], by penalty: Float) {
    let columns = logits.columns
    let values = logits.makeUnique()
    for (row, tokens) in pasts {
      for token in Set(tokens) {
        let place = row * columns + token
        values[place] = values[place] < 0 ? values[place] * penalty : values[place] / penalty
      }
    }
  }

  /// The tokens that would make the last `size` tokens a run that is there already.
  static func repeating(_ tokens: [Int], size: Int) -> Set<Int> {
    guard size > 0, tokens.count >= size else { return [] }
    let last = tokens.suffix(size - 1)
    return Set(
      (0...tokens.count - size).compactMap { start in
        tokens[start..<start + size - 1].elementsEqual(last) ? tokens[start + size - 1] : nil
      })
  }
}
