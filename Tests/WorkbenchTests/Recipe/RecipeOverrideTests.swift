import Diagnostics
import TensorCore
import Testing
import Workbench

@Suite struct RecipeOverrideTests {
  private func read(_ overrides: String..., yaml: String = shortRecipe) throws -> TranslationRecipe {
    try TranslationRecipe.read(yaml: yaml, path: "r.yaml", overrides: overrides)
  }

  @Test func aValueIsReplaced() throws {
    let recipe = try read("data.train=other.tsv", "data.train=last one.tsv", "data.source.language=de")
    #expect(recipe.data.train == .tabSeparated("last one.tsv"))
    #expect(recipe.data.source.language == "de")
    #expect(recipe.data.valid == .tabSeparated("valid.tsv"))
  }

  @Test func aKeyIsAddedWithItsSections() throws {
    let recipe = try read("training.adam.beta2=0.98", "model.layers=4", "data.vocabulary.joint=true")
    #expect(recipe.training.adam.beta2 == 0.98)
    #expect(recipe.model.layers == 4)
    #expect(recipe.data.vocabulary.joint)
  }

  @Test func listsMappingsAndNothingCanBeSet() throws {
    let recipe = try read(
      "data.columns=[target, source]", "data.valid={source: a, target: b}", "training.gradient_clip_norm=null",
      "training.patience=3", "training.patience=")
    #expect(recipe.data.columns == [.target, .source])
    #expect(recipe.data.valid == .twoFiles(source: "a", target: "b"))
    #expect(recipe.training.gradientClipNorm == nil)
    #expect(recipe.training.patience == nil)
  }

  @Test func aSectionCanBeReplaced() throws {
    let recipe = try read("model={cell: gru}", yaml: shortRecipe + "model: {layers: 5}\n")
    #expect(recipe.model.cell == .gru)
    #expect(recipe.model.layers == ModelSection().layers)
  }

  @Test func aValueMayHoldAnEqualsSign() throws {
    #expect(try read("data.train=a=b.tsv").data.train == .tabSeparated("a=b.tsv"))
  }

  @Test(
    arguments: [
      ("model.hiden_size=4", "model.hiden_size: unknown key", "did you mean hidden_size?"),
      ("modle.layers=4", "modle: unknown key", "did you mean model?"),
      ("model.layers=two", "model.layers: expected a whole number, found two", "give a whole number from 1 to 64"),
      ("model.layers=0", "model.layers: 0 is out of range", "give a whole number from 1 to 64"),
      ("model=5", "model: expected keys with values, found 5", nil),
      ("data.train.source=a", "data.train is train.tsv, it has no key source", "set data.train itself"),
      ("task.name=a", "task is translate, it has no key name", "set task itself"),
      ("model.layers", "no value", "write --set key.path=value"),
      ("=4", "no key before the equals sign or between two dots", "write --set key.path=value"),
      ("model..layers=4", "no key before the equals sign or between two dots", "write --set key.path=value"),
      (
        "data.columns=[source",
        "the value is not valid YAML: while parsing a flow sequence did not find expected ',' or ']'",
        "put the value in quotes"
      ),
      (
        "model={layers: 1, layers: 2}", "the value is not valid YAML: layers: key given twice",
        "put the value in quotes"
      ),
      (
        "model.hidden_size=5", "model.hidden_size: 5 is odd, but each direction of the encoder has half of it",
        "give an even number"
      ),
    ] as [(String, String, String?)])
  func aWrongOverrideIsNamed(override: String, what: String, advice: String?) throws {
    let error = try recipeError(shortRecipe, set: [override])
    #expect(error == UnrollError(.usage, file: "--set \(override)", what, advice: advice))
  }

  @Test func aMistakeOfTheFileIsStillTheFiles() throws {
    let error = try recipeError(shortRecipe + "model:\n  layers: 0\n", set: ["model.hidden_size=4"])
    #expect(error.file == "r.yaml" && error.line == 8 && error.kind == .badData)
  }

  @Test func anOverrideRepairsAMistake() throws {
    #expect(try read("model.layers=2", yaml: shortRecipe + "model:\n  layers: 0\n").model.layers == 2)
  }
}
