// Public, since a public enumeration becomes an argument here.
public import ArgumentParser
public import Unroll

/// How the best sentence is looked for, or sentences are drawn: what every verb that writes sentences understands.
struct SearchArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Hypotheses to keep at each step; 1 is greedy. (default: the model's)", valueName: "number"))
  var beamSize: Int?

  @Option(help: ArgumentHelp("How many wordings to give of each, best first. (default: 1)", valueName: "number"))
  var nBest: Int?

  @Option(
    help: ArgumentHelp("How length is allowed for: gnmt, average, none. (default: the model's)", valueName: "name"))
  var lengthPenalty: SearchSettings.LengthPenalty?

  @Option(help: ArgumentHelp("The exponent of the gnmt length penalty. (default: the model's)", valueName: "number"))
  var alpha: Double?

  @Option(
    help: ArgumentHelp(
      "How much not looking at parts of the source costs; needs attention. (default: the model's)",
      valueName: "number"))
  var coveragePenalty: Double?

  @Option(help: ArgumentHelp("The fewest units to write. (default: the model's)", valueName: "number"))
  var minLength: Int?

  @Option(help: ArgumentHelp("The most units to write. (default: the model's)", valueName: "number"))
  var maxLength: Int?

  @Option(
    help: ArgumentHelp("Write no run of so many units twice; 0 for any. (default: the model's)", valueName: "number"))
  var noRepeatNgramSize: Int?

  @Option(
    help: ArgumentHelp(
      "Above 1, how much less probable units become that are there already. (default: the model's)",
      valueName: "number"))
  var repetitionPenalty: Double?

  @Flag(help: "Never write what stands for an unknown unit.")
  var forbidUnknown = false

  @Flag(help: "Draw sentences at random instead of looking for the best.")
  var sample = false

  @Option(
    help: ArgumentHelp(
      "With --sample: above 1 more even, below 1 nearer to the best. (default: the model's)", valueName: "number"))
  var temperature: Double?

  @Option(
    help: ArgumentHelp(
      "With --sample: draw from so many of the best units; 0 for all. (default: the model's)", valueName: "number"))
  var topK: Int?

  @Option(
    help: ArgumentHelp(
      "With --sample: draw from the best units that have this share of the probability. (default: the model's)",
      valueName: "share"))
  var topP: Double?

  @Option(help: ArgumentHelp("With --sample: what the random numbers follow from. (default: 1)", valueName: "number"))
  var seed: UInt64?

  func validate() throws {
    guard !sample else { return }
    let given = [
      ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
      ("--seed", seed != nil),
    ].first { $0.1 }
    if let given { throw ValidationError("\(given.0) needs --sample.") }
  }

  /// The same for the library.
  var settings: SearchSettings {
    var settings = SearchSettings(beamSize: beamSize, nBest: nBest)
    settings.lengthPenalty = lengthPenalty
    settings.alpha = alpha
    settings.coveragePenalty = coveragePenalty
    settings.minimumLength = minLength
    settings.maximumLength = maxLength
    settings.noRepeatNgramSize = noRepeatNgramSize
    settings.repetitionPenalty = repetitionPenalty
    if forbidUnknown { settings.forbidsUnknown = true }
    if sample {
      settings.sampling = SamplingSettings(temperature: temperature, topK: topK, topP: topP, seed: seed ?? 1)
    }
    return settings
  }
}

extension SearchSettings.LengthPenalty: ExpressibleByArgument {}
