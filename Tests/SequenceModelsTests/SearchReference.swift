import Foundation
import SequenceModels

/// What the plain searches below find: tokens without begin and end, and scores in double precision.
struct ReferenceHypothesis {
  var tokens: [Int]
  var logProbability: Double
  var score: Double
  var isComplete: Bool
}

/// Beam search of one sentence as the text of `beamSearch` defines it, written to be read: whole softmax rows, whole
/// token lists, the best 2K candidates of everything.
struct ReferenceBeamSearch {
  let options: SearchOptions
  /// The logits after some tokens, begin first.
  let logits: (_ past: [Int]) -> [Float]
  var prefix: [Int] = []

  func run(sourceLength: Int) -> [ReferenceHypothesis] {
    let size = options.beamSize
    let limit = max(options.lengthLimit(sourceLength: sourceLength), prefix.count)
    var live: [(tokens: [Int], sum: Double)] = [([], 0)]
    var finished: [ReferenceHypothesis] = []
    while true {
      let length = live[0].tokens.count
      var candidates: [(tokens: [Int], sum: Double)] = []
      for hypothesis in live {
        let row = Self.logSoftmax(penalized(logits([options.begin] + hypothesis.tokens), hypothesis.tokens))
        for token in row.indices where row[token] > -.infinity {
          if length < prefix.count {
            if token == prefix[length] { candidates.append((hypothesis.tokens + [token], hypothesis.sum + row[token])) }
            continue
          }
          if repeatsRun(hypothesis.tokens + [token]) { continue }
          if options.forbidden.contains(token) { continue }
          if token == options.end && length < options.minLength { continue }
          candidates.append((hypothesis.tokens + [token], hypothesis.sum + row[token]))
        }
      }
      if candidates.isEmpty { break }
      candidates = Array(candidates.sorted { $0.sum > $1.sum }.prefix(2 * size))
      var next: [(tokens: [Int], sum: Double)] = []
      for (rank, candidate) in candidates.enumerated() {
        if length < prefix.count {
          next.append(candidate)
        } else if candidate.tokens.last != options.end {
          if length < limit && next.count < size { next.append(candidate) }
        } else if rank < size {
          let tokens = Array(candidate.tokens.dropLast())
          finished.append(ended(tokens, candidate.sum, length: length + 1, isComplete: true))
        }
      }
      if length == limit {
        live.removeAll { cut in finished.contains { $0.tokens == cut.tokens } }
        break
      }
      live = next
      if live.isEmpty || finished.count >= size { break }
    }
    finished.sort { $0.score > $1.score }
    for cut in live { finished.append(ended(cut.tokens, cut.sum, length: cut.tokens.count, isComplete: false)) }
    return Array(finished.prefix(options.nBest))
  }

  /// Logits with those of earlier tokens made smaller.
  private func penalized(_ logits: [Float], _ past: [Int]) -> [Float] {
    logits.enumerated().map { token, logit in
      guard past.contains(token) else { return logit }
      return logit > 0 ? logit / options.repetitionPenalty : logit * options.repetitionPenalty
    }
  }

  /// Whether the run that the last token ends is there already.
  private func repeatsRun(_ tokens: [Int]) -> Bool {
    let size = options.noRepeatNgramSize
    guard size > 0, tokens.count > size else { return false }
    let runs = (0...tokens.count - size).map { Array(tokens[$0..<$0 + size]) }
    return runs.dropLast().contains(runs[runs.count - 1])
  }

  /// Every complete hypothesis of at most `limit` tokens, best first.
  func everything(limit: Int) -> [ReferenceHypothesis] {
    var found: [ReferenceHypothesis] = []
    func visit(_ tokens: [Int], _ sum: Double) {
      let row = Self.logSoftmax(logits([options.begin] + tokens))
      found.append(ended(tokens, sum + row[options.end], length: tokens.count + 1, isComplete: true))
      if tokens.count == limit { return }
      for token in row.indices where token != options.end && !options.forbidden.contains(token) {
        visit(tokens + [token], sum + row[token])
      }
    }
    visit([], 0)
    return found.sorted { $0.score > $1.score }
  }

  private func ended(_ tokens: [Int], _ sum: Double, length: Int, isComplete: Bool) -> ReferenceHypothesis {
    let divisor =
      switch options.lengthPenalty {
      case .none: 1.0
      case .average: Double(max(1, length))
      case .gnmt(let alpha): pow((5 + Double(max(1, length))) / 6, Double(alpha))
      }
    return ReferenceHypothesis(tokens: tokens, logProbability: sum, score: sum / divisor, isComplete: isComplete)
  }

  private static func logSoftmax(_ logits: [Float]) -> [Double] {
    let sum = logits.reduce(0) { $0 + exp(Double($1)) }
    return logits.map { Double($0) - log(sum) }
  }
}
