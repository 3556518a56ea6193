import Diagnostics
import Workbench

/// How the best sentence is looked for, in translations and captions alike. What is nil is as the model says. Units are
/// what the model writes: pieces, words or characters; the end of a sentence is not counted as one.
public struct SearchSettings: Sendable, Equatable {
  /// How hypotheses of different lengths are made comparable.
  public enum LengthPenalty: String, CaseIterable, Sendable {
    /// The log-probability is divided by ((5 + length) / 6) to the power of `alpha` (Wu et al., 2016).
    case gnmt
    /// It is divided by the length.
    case average
    /// It is taken as it is.
    case none
  }

  /// Hypotheses that are kept at each step: more are slower and often better; 1 is greedy search.
  public var beamSize: Int?
  /// Sentences that are given, best first; at most as many as the beam is wide, unless they are drawn.
  public var nBest: Int?
  /// How length is allowed for.
  public var lengthPenalty: LengthPenalty?
  /// The exponent of `LengthPenalty.gnmt`.
  public var alpha: Double?
  /// The weight beta of the coverage penalty (Wu et al., 2016); needs attention. 0 for none.
  public var coveragePenalty: Double?
  /// The fewest units of a sentence.
  public var minimumLength: Int?
  /// The most units of a sentence.
  public var maximumLength: Int?
  /// At most this many units for each of the source, and ten more; not read for captions.
  public var maximumLengthRatio: Double?
  /// The length of runs of units of which none comes twice in a sentence; 0 for no such rule.
  public var noRepeatNgramSize: Int?
  /// How much less probable units become that are there already (Keskar et al., 2019); 1 for not at all.
  public var repetitionPenalty: Double?
  /// Whether what stands for an unknown unit is never written.
  public var forbidsUnknown: Bool?
  /// Draws sentences instead of looking for the best; nil looks for it.
  public var sampling: SamplingSettings?

  /// Settings as the model says, except for those given.
  public init(beamSize: Int? = nil, nBest: Int? = nil, sampling: SamplingSettings? = nil) {
    self.beamSize = beamSize
    self.nBest = nBest
    self.sampling = sampling
  }
}

/// How sentences are drawn at random. What is nil is as the model says.
public struct SamplingSettings: Sendable, Equatable {
  /// What logits are divided by: above 1 the choice is more even, below 1 nearer to the most probable.
  public var temperature: Double?
  /// How many of the most probable units remain; 0 for all.
  public var topK: Int?
  /// The share of the probability that the most probable units that remain have (Holtzman et al., 2020); 1 for all.
  public var topP: Double?
  /// What the random numbers follow from. The same seed gives a sentence the same text, whatever stands beside it.
  public var seed: UInt64

  /// Settings as the model says, except for those given.
  public init(temperature: Double? = nil, topK: Int? = nil, topP: Double? = nil, seed: UInt64 = 1) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }
}
