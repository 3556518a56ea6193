import Diagnostics
package import Foundation

/// What a model folder holds and how to use it: `model.yaml`. Nothing outside the folder is needed to use the model.
///
/// Sections are read as in recipes, with the same defaults. A default of a section must therefore never change, and a new key
/// must default to what models had before it; any other change needs a new `currentFormat`.
package protocol ModelDescription: KeyedSection {
  /// The format of the description.
  var format: Int { get }
  /// What the model is for.
  var task: RecipeTask { get }
  /// Where the model comes from.
  var provenance: ModelProvenance { get set }
  /// The files of the folder that the model needs. The card may change and is not listed.
  var files: [FileRecord] { get set }
  /// The files that the model needs besides its weights, each with the key that names it.
  var companions: [(key: String, file: String)] { get }
}

extension ModelDescription {
  /// Reads a `model.yaml`.
  ///
  /// - Throws: `UnrollError` of kind `badData` with the line of the first mistake, or when a newer version made the model;
  ///   of kind `noInput` when the file cannot be read.
  package static func read(from url: URL) throws -> Self {
    try read(YAMLNode.read(file: url))
  }

  /// As above, from text; `path` stands for the file in errors.
  package static func read(yaml: String, path: String) throws -> Self {
    try read(YAMLNode.parse(yaml, path: path))
  }

  private static func read(_ root: YAMLNode) throws -> Self {
    let root = Field(root: root)
    // Before anything else: what a newer format holds would look like mistakes.
    if root.has("format") {
      let field = root.nearest("format")
      let format = try Codec<Int>.integer(.atLeast(1)).read(field)
      guard format <= currentModelFormat else {
        throw field.place.error("made by a newer unroll (format \(format))", advice: "update unroll")
      }
    }
    return try read(root)
  }

  /// The description as YAML; equal descriptions give equal bytes.
  package func yaml() throws -> String {
    try node.yaml()
  }

  package func check(_ field: Field) throws { try checkFiles(field) }

  /// Checks that the files that the model needs are listed, once each.
  func checkFiles(_ field: Field) throws {
    let names = files.map(\.name)
    for name in Set(names) where names.count(where: { $0 == name }) > 1 {
      throw field.nearest("files").error("\(name) is listed twice")
    }
    let advice = "the model folder is damaged: fetch or make it again"
    guard names.contains(weightsFileName) else {
      throw field.nearest("files").error("\(weightsFileName) is not listed", advice: advice)
    }
    for (key, file) in companions where !names.contains(file) {
      throw field.nearest(key).error("\(file) is not listed under files", advice: advice)
    }
  }
}

extension ModelDescription {
  /// Checks that it is said how the network gets its frames.
  func checkFrames(
    _ field: Field, _ frames: FrameSection?, _ encoder: LabelModelSection.Encoder, featureSize: Int?
  ) throws {
    if encoder == .features, featureSize == nil {
      throw field.nearest("feature_size").error("the width of the features is missing")
    }
    if encoder == .features, frames != nil {
      throw field.nearest("frames").error("model.encoder is features: there are no pictures", advice: "remove frames")
    }
    if encoder != .features, frames == nil {
      throw field.nearest("frames").error("how frames are shown to the network is missing")
    }
  }
}

/// The format of model folders that this version writes; it reads this one and all before it.
package let currentModelFormat = 1
/// The file of a model's weights.
package let weightsFileName = "weights.safetensors"
/// The file that makes a folder a model folder.
package let descriptionFileName = "model.yaml"
