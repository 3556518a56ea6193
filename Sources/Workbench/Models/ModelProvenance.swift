/// Where a model comes from: enough to say what it is, and to make it again.
package struct ModelProvenance: Sendable, Equatable {
  /// The name of the recipe.
  package var recipe: String
  /// The training, validation and test files.
  package var data: [FileRecord] = []
  /// The seed of the run.
  package var seed: Int
  /// Updates of the parameters that the weights have seen.
  package var steps: Int
  /// What was measured, in the order of writing: `valid_loss`, `test_bleu` and the like.
  package var scores: [Score] = []
  /// The version of Unroll that made the model.
  package var unroll: String
  /// The day it was made, `2026-11-21`.
  package var date: String

  /// One figure.
  package struct Score: Sendable, Equatable {
    /// What was measured.
    package var name: String
    /// The figure.
    package var value: Double

    /// Makes a figure.
    package init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Makes a provenance without data and scores.
  package init(recipe: String, seed: Int, steps: Int, unroll: String, date: String) {
    self.recipe = recipe
    self.seed = seed
    self.steps = steps
    self.unroll = unroll
    self.date = date
  }
}

extension ModelProvenance: KeyedSection {
  package static let blank = ModelProvenance(recipe: "", seed: 0, steps: 0, unroll: "", date: "")
  package static let keys: [SectionKey<ModelProvenance>] = [
    SectionKey("recipe", \.recipe, .text("the name of a recipe"), required: true),
    SectionKey("data", \.data, .list(of: .section), required: true),
    SectionKey("seed", \.seed, .integer(.atLeast(0)), required: true),
    SectionKey("steps", \.steps, .integer(.atLeast(0)), required: true),
    SectionKey("scores", \.scores, scores, required: true),
    SectionKey("unroll", \.unroll, .text("a version"), required: true),
    SectionKey("date", \.date, .text("a day"), required: true),
  ]

  /// Figures under names that are not fixed.
  private static let scores: Codec<[Score]> = {
    let number = Codec<Double>.number(.through(-.greatestFiniteMagnitude, .greatestFiniteMagnitude))
    return Codec(
      read: { field in
        guard case .mapping(let entries) = field.node.content else {
          throw field.error("expected names with numbers, found \(field.node.summary)")
        }
        return try entries.map { Score($0.key, try number.read(field.child($0))) }
      },
      write: { scores in .keys(scores.map { YAMLEntry($0.name, number.write($0.value)) }) })
  }()
}
