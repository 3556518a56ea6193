/// What a search over target sentences may generate, how wide it looks, and how it compares lengths.
package struct SearchOptions: Sendable, Equatable {
  /// Hypotheses a sentence that are kept alive, K; less than 1 counts as 1. Greedy search and sampling ignore it.
  package var beamSize = 5
  /// Hypotheses a sentence that are returned, at most; less than 1 counts as 1.
  package var nBest = 1
  /// How the scores of hypotheses of different lengths are made comparable.
  package var lengthPenalty = LengthPenalty.gnmt(alpha: 1)
  /// The weight of the coverage penalty, beta; 0 for none. It needs attention.
  package var coveragePenalty: Float = 0
  /// Tokens that must be there before `end` may follow; `end` is not counted.
  package var minLength = 0
  /// The most tokens of a hypothesis; `end` is not counted.
  package var maxLength = 200
  /// With S source positions a hypothesis also has at most `maxLengthRatio` · S + 10 tokens, rounded up; nil for no
  /// such limit.
  package var maxLengthRatio: Float? = 2
  /// The length of runs of tokens of which none may come twice in a hypothesis; 0 for no such rule.
  package var noRepeatNgramSize = 0
  /// What the logit of a token that was generated is divided by where it is above 0 and multiplied by below (CTRL; Keskar
  /// et al., 2019); 1 for no penalty.
  package var repetitionPenalty: Float = 1
  /// How tokens are drawn; nil for the best ones. `nBest` hypotheses are then drawn independently, in that order.
  package var sampling: Sampling?
  /// How many different tokens follow the prefix at most, each with the best that follows it, in the order of these tokens'
  /// probabilities; 0 for no such list. Takes the place of `nBest`.
  package var alternatives = 0
  /// The token that the decoder is given first; it is not part of a hypothesis.
  package var begin: Int
  /// The token that completes a hypothesis, `</s>`.
  package var end: Int
  /// Tokens that are never generated, such as padding and `begin`. They keep their share of the softmax.
  package var forbidden: [Int]

  /// The defaults, with the token ids of a vocabulary.
  package init(begin: Int, end: Int, forbidden: [Int]) {
    self.begin = begin
    self.end = end
    self.forbidden = forbidden
  }

  /// The most tokens for a source of `sourceLength` positions, `end` not counted and at least 1: the smaller of
  /// `maxLength` and `maxLengthRatio` · S + 10.
  package func lengthLimit(sourceLength: Int) -> Int {
    guard let maxLengthRatio else { return max(1, maxLength) }
    let limit = Double(sourceLength) * Double(maxLengthRatio) + 10
    guard limit < Double(maxLength) else { return max(1, maxLength) }
    return Int(max(1, limit.rounded(.up)))
  }

  /// Whether `token` may be generated after `length` tokens.
  func allows(_ token: Int, after length: Int) -> Bool {
    token == end ? length >= minLength : !forbidden.contains(token)
  }

  /// How many hypotheses a sentence has at most at one time.
  package var hypotheses: Int {
    if sampling != nil { return max(1, nBest) }
    return max(1, beamSize) * max(1, alternatives)
  }

  /// Whether what may follow depends on the tokens before.
  var looksBack: Bool { noRepeatNgramSize > 0 || repetitionPenalty != 1 }
}
