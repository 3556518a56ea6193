import Diagnostics
package import SequenceModels
import TensorCore

extension SafetensorsFile {
  /// Fills an image classifier from a file as torchvision or timm publish them, or, for MobileNetV2, from one that was
  /// written out of TensorFlow Lite layer by layer.
  ///
  /// Counters of training batches are passed over. Throws `UnrollError` of kind `badData` when a tensor is missing, has
  /// another shape, or has no place in the network.
  package func load(into classifier: ImageClassifier) throws {
    if isTensorFlow(classifier.backbone) { return try load(classifier.tensorFlowTensors, beside: []) }
    let named = classifier.parameters + classifier.backbone.statistics
    try refuseStrangers(beside: named, [])
    for (name, parameter) in named { try fill(parameter, name) }
  }

  /// Fills a backbone from the same files; the classifier's last layer may be there and is passed over, as are VGG's wide
  /// layers for a backbone that ends before them.
  package func load(into backbone: ImageBackbone) throws {
    if isTensorFlow(backbone) {
      let tensors = backbone.tensorFlowTensors
      let last = "op\(tensors.count / 2)"
      return try load(tensors, beside: ["\(last).weight", "\(last).bias"])
    }
    let named = backbone.parameters + backbone.statistics
    var behind = [backbone.architecture.outputName]
    if backbone.architecture == .vgg16, backbone.hidden.isEmpty { behind += ["classifier.0", "classifier.3"] }
    try refuseStrangers(beside: named, behind.flatMap { ["\($0).weight", "\($0).bias"] })
    for (name, parameter) in named { try fill(parameter, name) }
  }

  private func isTensorFlow(_ backbone: ImageBackbone) -> Bool {
    backbone.architecture == .mobileNetV2 && contains("op00.weight")
  }

  /// Fills what belongs to the tensors of a TensorFlow Lite model; `others` may be there and are passed over.
  private func load(_ tensors: [TensorFlowTensor], beside others: [String]) throws {
    let wanted = Set(tensors.map(\.name) + others)
    try refuse(names.first { !wanted.contains($0) })
    for tensor in tensors { tensor.fill(from: try self.tensor(tensor.name, shape: tensor.shape)) }
  }

  /// timm's names for the layers behind VGG's convolutions.
  private static let aliases = [
    "classifier.0": "pre_logits.fc1", "classifier.3": "pre_logits.fc2", "classifier.6": "head.fc",
  ]

  private static func alias(_ name: String) -> String? {
    guard let dot = name.lastIndex(of: "."), let layer = aliases[String(name[..<dot])] else { return nil }
    return layer + name[dot...]
  }

  private func refuseStrangers(beside named: [NamedParameter], _ others: [String]) throws {
    let wanted = named.map(\.name) + others
    let known = Set(wanted + wanted.compactMap(Self.alias))
    try refuse(names.first { !known.contains($0) && !$0.hasSuffix(".num_batches_tracked") })
  }

  private func refuse(_ stranger: String?) throws {
    guard let stranger else { return }
    throw UnrollError(
      .badData, file: name, "tensor '\(stranger)' has no place in the network",
      advice: "the weights belong to another architecture")
  }

  private func fill(_ parameter: Parameter, _ name: String) throws {
    let shape = parameter.value.shape
    guard !contains(name), let alias = Self.alias(name), contains(alias) else {
      parameter.value = try tensor(name, shape: shape)
      return
    }
    // timm keeps these layers as convolutions over what is left of the image, in the same order.
    let found = try self.shape(alias)
    let isSame = found.first == shape.first && found.product == shape.product
    parameter.value = try tensor(alias, shape: isSame ? found : shape).reshaped(shape)
  }
}
