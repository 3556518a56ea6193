package import TensorCore

/// Turns single frames into features: a convolutional network over pictures, or nothing where frames come as features already;
/// then a layer that brings them to the width that the recurrent layers read, if that is asked for.
package struct FrameEncoder {
  /// The network over pictures; nil where frames come as features.
  package let backbone: ImageBackbone?
  package let projection: Linear?
  /// The numbers of a frame before the projection, those of all its places.
  package let inputWidth: Int
  /// The places P of a frame, each of which becomes a row of features; 1 without a feature map.
  package let places: Int
  /// The share of features dropped before and after the projection, in training.
  package let dropout: Float
  /// Frames that pass the network at once in training; with more, they pass it again on the way back instead of being kept.
  package let chunk: Int
  /// Whether the network over pictures stays as it is.
  package let isFrozen: Bool

  /// An encoder of pictures, or of `features` numbers a frame where there is no backbone.
  package init(
    backbone: ImageBackbone?, features: Int = 0, projection size: Int?, dropout: Float, chunk: Int = 1024,
    isFrozen: Bool = false, using initializer: inout Initializer
  ) {
    self.backbone = backbone
    self.dropout = dropout
    self.chunk = chunk
    self.isFrozen = isFrozen
    let width = backbone?.width ?? features
    places = backbone?.places ?? 1
    inputWidth = places * width
    projection = size.map { Linear(width, $0, using: &initializer) }
  }

  /// The number of features of a frame, or of each of its places, D.
  package var width: Int { projection.map { $0.weight.value.shape[0] } ?? inputWidth / places }

  /// Pictures `[N, C, H, W]`, or what the network made of them `[N, I]`, as features `[N·P, D]`, the places of a frame one
  /// after another.
  package func callAsFunction(_ frames: Tensor, on tape: Tape?) -> Tensor {
    guard frames.rank == 4 else { return project(frames, on: tape) }
    let features: Tensor
    if let backbone, isFrozen || tape == nil {
      features = backbone.prepared()(frames)
    } else {
      features = backbone.map { $0(frames, chunk: chunk, on: tape) } ?? frames
    }
    return project(features, on: tape)
  }

  /// The layer behind the network.
  private func project(_ features: Tensor, on tape: Tape?) -> Tensor {
    let features = places == 1 ? features : features.reshaped([features.shape[0] * places, inputWidth / places])
    guard let projection else { return backbone == nil ? features : features.dropout(dropout) }
    return projection(features.dropout(dropout), on: tape).relu().dropout(dropout)
  }

  /// The encoder for inference, with the parameters as they are now.
  package func prepared() -> PreparedFrameEncoder {
    PreparedFrameEncoder(network: backbone?.prepared()) { project($0, on: nil) }
  }

  /// What training changes, and the running statistics of normalisations.
  package var parameters: [NamedParameter] {
    (backbone.map { $0.parameters + $0.statistics } ?? []).prefixed("network")
      + (projection?.parameters.prefixed("projection") ?? [])
  }
}

/// A frame encoder that only infers; many calls share what was prepared.
package struct PreparedFrameEncoder {
  /// Frames that pass the network at once: more only take memory.
  private static let most = 256

  private let network: PreparedImageBackbone?
  private let project: (Tensor) -> Tensor

  init(network: PreparedImageBackbone?, project: @escaping (Tensor) -> Tensor) {
    self.network = network
    self.project = project
  }

  /// Pictures `[N, C, H, W]`, or features `[N, I]`, as features `[N·P, D]`.
  package func callAsFunction(_ frames: Tensor) -> Tensor {
    guard let network, frames.rank == 4 else { return project(frames) }
    guard frames.shape[0] > Self.most else { return project(network(frames)) }
    let parts = stride(from: 0, to: frames.shape[0], by: Self.most).map { start in
      network(frames.slice(start..<min(start + Self.most, frames.shape[0]), axis: 0))
    }
    return project(Tensor.concatenate(parts, axis: 0))
  }
}
