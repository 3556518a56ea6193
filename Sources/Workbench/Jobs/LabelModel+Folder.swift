import Diagnostics
package import Foundation
import SequenceModels
import TensorCore

extension LabelModel {
  /// The list of labels in a model folder.
  private static let labelFile = "labels.txt"

  /// Loads the model of a folder.
  ///
  /// - Throws: `UnrollError` when the list of labels has another length than `model.yaml` says, or the weights have other names
  ///   or shapes than the network.
  package init(_ folder: ModelFolder<LabelDescription>) throws {
    let description = folder.description
    let list = folder.url.appending(path: description.labels.file)
    let labels = try LabelNames(contentsOf: list)
    guard labels.count == description.labels.count else {
      throw UnrollError(
        .badData, file: list.relativePath,
        "there are \(labels.count) labels, and the model was made for \(description.labels.count)",
        advice: "use the labels that the model was trained with")
    }
    let weights = try SafetensorsFile(contentsOf: folder.weights)
    // Sizes that no file bears out must not take memory.
    let section = description.model
    if section.decoding == .viterbi {
      try weights.check("decoding.transitions", shape: [labels.count, labels.count])
    }
    if section.layers > 0 {
      try weights.check("output.weight", shape: [labels.count, section.hiddenSize * (section.bidirectional ? 2 : 1)])
    }
    for layer in 0..<section.layers {
      try weights.check(
        "rnn.weight_hh_l\(layer)", shape: [section.cell.gates * section.hiddenSize, section.hiddenSize])
    }
    let width = try weights.checkEncoder(
      "encoder.", section.encoder, channels: section.channels, frames: description.frames,
      features: description.featureSize, projection: section.projectionSize)
    if let width, section.layers > 0 {
      try weights.check("rnn.weight_ih_l0", shape: [section.cell.gates * section.hiddenSize, width])
    } else if let width {
      try weights.check("output.weight", shape: [labels.count, width])
    }
    let (network, smoother) = try Workers.shared.run {
      // Every first value is overwritten, so none is drawn.
      let network = try FrameLabelNetwork(
        section, frames: description.frames, features: description.featureSize, labels: labels.count,
        initializer: .blank)
      let counted =
        section.decoding == .viterbi ? ViterbiSmoother(labels: labels.count, countedOn: []).parameters : []
      try weights.load(into: network.parameters + counted)
      return (network, counted.isEmpty ? nil : ViterbiSmoother(counted, scale: Float(section.decodingScale)))
    }
    self.init(
      network: network, section: section, frames: description.frames, labels: labels,
      background: description.labels.background, smoother: smoother)
  }

  /// Takes the parameters of the model in a folder; those of the output layer only where that has the same labels.
  func warmStart(from other: URL, _ watch: TrainingWatch) throws {
    let list = other.appending(path: Self.labelFile)
    let isAlike = FileManager.default.fileExists(atPath: list.path) ? try LabelNames(contentsOf: list) == labels : false
    try Workbench.warmStart(network.parameters, from: other, except: isAlike ? [] : ["output."], watch)
  }

  /// Writes a model folder: weights, labels and `model.yaml`. A folder that is there is replaced when the new one is complete.
  package func write(to url: URL, precision: TrainingSection.Precision, provenance: ModelProvenance) throws {
    try FolderSwap.replace(url) { fresh in
      var writer = SafetensorsWriter(metadata: ["format": "unroll"])
      for (name, parameter) in network.parameters + (smoother?.parameters ?? []) {
        writer.add(name, parameter.value, as: precision == .half ? .half : .full)
      }
      try writer.write(to: fresh.appending(path: weightsFileName))
      try AtomicFile.write(labels.mapping, to: fresh.appending(path: Self.labelFile))
      var section = section
      // The weights are all in this folder.
      section.pretrained = nil
      section.warmStart = nil
      section.frozen = false
      let description = LabelDescription(
        frames: frames, model: section, featureSize: frames == nil ? network.encoder.inputWidth : nil,
        labels: LabelListSection(file: Self.labelFile, count: labels.count, background: background),
        provenance: provenance)
      _ = try ModelFolder.write(description, in: fresh)
    }
  }
}

extension SafetensorsFile {
  /// Compares the shape of a tensor with what it must be. Throws `UnrollError` of kind `badData` where it is missing or has
  /// another.
  package func check(_ name: String, shape expected: [Int]) throws {
    let found = try shape(name)
    guard found == expected else { throw misfit(name, found, expected) }
  }
}
