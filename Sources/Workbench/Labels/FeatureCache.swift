import Diagnostics
package import Foundation
package import SequenceModels
import TensorCore

/// Features of clips on disk, so that a network that does not change looks at each clip only once: a NumPy file a clip, named by
/// what the features depend on, which is the clip's content, how its frames are shown, and the weights of the network.
package struct FeatureCache {
  private let folder: URL?
  private let key: String

  /// Features of a network, kept in a folder that is made if there is none; nil keeps none.
  ///
  /// Throws `cannotCreate` when the folder cannot be made.
  package init(_ folder: URL?, network: ImageBackbone, frames: FrameSection) throws {
    self.folder = folder
    var digest = SHA256()
    for (name, parameter) in network.parameters + network.statistics {
      Array(name.utf8).withUnsafeBytes { digest.update($0) }
      let value = parameter.value
      digest.update(UnsafeRawBufferPointer(UnsafeBufferPointer(start: value.pointer, count: value.count)))
    }
    // The same weights make other rows where the places of an image are kept.
    let places = network.places == 1 ? "" : "\(network.places) places\n"
    key = try digest.hexDigest() + places + frames.node.yaml()
    guard let folder else { return }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw UnrollError(
        .cannotCreate, file: folder.relativePath, "the folder of features cannot be created",
        advice: "check its permissions, or set data.feature_cache to another folder or null")
    }
  }

  /// The features of a clip: those that are kept, or what `compute` gives, which are kept then.
  package func features(of clip: URL, _ compute: () throws -> FeatureMatrix) throws -> FeatureMatrix {
    guard let folder else { return try compute() }
    let name = SHA256.hexDigest(of: try SHA256.hexDigest(ofFile: clip) + key)
    let file = folder.appending(path: "\(name).npy")
    if FileManager.default.fileExists(atPath: file.path) { return try NumpyFile(contentsOf: file).features() }
    let features = try compute()
    try NumpyFile.write(features, to: file)
    return features
  }
}
