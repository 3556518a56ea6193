import Diagnostics
package import Foundation
import SequenceModels
import TensorCore
import TextIO
import VideoIO

extension LabelModel {
  /// A network that was published with labels of its own, as a recipe describes it: used as it is, each frame on its own.
  ///
  /// - Parameters:
  ///   - description: A recipe with `model.pretrained`, `data.labels` and no recurrent layers.
  ///   - recipe: Its file.
  ///   - source: The folder of `--source`.
  /// - Throws: `UnrollError` when the recipe asks for training, or a file is missing or does not fit.
  package init(publishedBy description: LabelRecipe, recipe: URL, source: URL?, threads: Int?) throws {
    if let threads = threads ?? description.training.threads { Workers.request(threads: threads) }
    let folder = DataFolder(recipe: description, file: recipe, source: source)
    guard let list = description.data.labels, let weights = description.model.pretrained,
      let frames = description.frames, description.model.layers == 0, description.model.projectionSize == nil,
      let architecture = description.model.encoder.architecture, architecture != .small,
      description.model.decoding == .best
    else {
      throw UnrollError(
        .badData, file: recipe.relativePath, "describes no published network with its own labels",
        advice: "give data.labels, model.pretrained and model.layers: 0, or train it and use --model")
    }
    let labels = try LabelNames(lines: folder.file(list))
    let file = try SafetensorsFile(contentsOf: folder.file(weights))
    let network = try Workers.shared.run {
      var initializer = Initializer.blank
      let classifier = try ImageClassifier(
        architecture, classes: labels.count, channels: frames.channels, height: frames.seen.height,
        width: frames.seen.width, using: &initializer)
      try file.load(into: classifier)
      return FrameLabelNetwork(
        encoder: FrameEncoder(backbone: classifier.backbone, projection: nil, dropout: 0, using: &initializer),
        head: .each(classifier.output))
    }
    self.init(
      network: network, section: description.model, frames: frames, labels: labels,
      background: description.data.background)
  }
}

extension LabelNames {
  /// Reads a list of labels, one a line in the order of their ids, or a mapping `id label`. A label that comes twice gets its id
  /// behind it the second time: published lists have such.
  package init(lines url: URL) throws {
    let text = String(decoding: try WholeFile.read(url), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    var seen = Set<String>()
    try self.init(
      lines.enumerated().map { id, line in
        let numbered = line.hasPrefix("\(id) ") || line.hasPrefix("\(id):") || line.hasPrefix("\(id)\t")
        let name = numbered ? line.dropFirst("\(id)".count + 1).trimmingCharacters(in: .whitespaces) : line
        return seen.insert(name).inserted ? name : "\(name) (\(id))"
      })
  }
}
