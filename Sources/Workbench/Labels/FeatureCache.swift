import Diagnostics
package import Foundation
package import SequenceModels
import TensorCore

/// Features of clips on disk, so that a network that does not change looks at each clip only once: a NumPy file a clip, named by
/// what the features depend on, which is the clip's content, how its frames are shown, and the weights of the network.
package struct FeatureCache {
  private let folder: URL?
  private let key: String
  /// Numbers a frame.
  private let dimensions: Int
  /// Files that were damaged, and how.
  private var damaged: [String] = []

  /// Features of a network, kept in a folder that is made if there is none; nil keeps none.
  ///
  /// Throws `cannotCreate` when the folder cannot be made.
  package init(_ folder: URL?, network: ImageBackbone, frames: FrameSection) throws {
    self.folder = folder
    dimensions = network.places * network.width
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

  /// What to say of files that were damaged; nil where there was none.
  var damage: String? {
    guard !damaged.isEmpty else { return nil }
    let verbs = damaged.count == 1 ? "is damaged and was" : "are damaged and were"
    return "\(counted(damaged.count, "file")) of data.feature_cache \(verbs) made anew: \(firstFew(damaged))"
  }

  /// The features of a clip: those that are kept, or what `compute` gives, which are kept then. A file that is damaged is
  /// noted and made anew.
  ///
  /// - Parameter frames: How many frames of the clip the network sees.
  package mutating func features(
    of clip: URL, frames: Int, _ compute: () throws -> FeatureMatrix
  ) throws -> FeatureMatrix {
    guard let folder else { return try compute() }
    let name = SHA256.hexDigest(of: try SHA256.hexDigest(ofFile: clip) + key)
    let file = folder.appending(path: "\(name).npy")
    if FileManager.default.fileExists(atPath: file.path) {
      do {
        return try kept(file, frames: frames)
      } catch let problem as UnrollError {
        damaged.append("\(file.relativePath) (\(problem.what))")
      }
    }
    let features = try compute()
    try NumpyFile.write(features, to: file, trailer: Array(Self.checksum(features).utf8))
    return features
  }

  /// The features in a file. Throws `UnrollError` when it is not as it was written.
  private func kept(_ file: URL, frames: Int) throws -> FeatureMatrix {
    let numbers = try NumpyFile(contentsOf: file)
    let features = try numbers.features()
    func fault(_ what: String) -> UnrollError { UnrollError(.badData, file: file.relativePath, what) }
    guard features.frames == frames, features.dimensions == dimensions else {
      throw fault("has the shape \(numbers.shape), not \([dimensions, frames])")
    }
    if let problem = features.notFinite(in: file.relativePath) { throw problem }
    // Files of before there was a checksum end with their numbers.
    let checksum = try numbers.trailer()
    guard checksum.isEmpty || checksum == Array(Self.checksum(features).utf8) else {
      throw fault("has other numbers than its checksum says")
    }
    return features
  }

  /// The SHA-256 of the numbers, frame by frame.
  private static func checksum(_ features: FeatureMatrix) -> String {
    var digest = SHA256()
    features.values.withUnsafeBytes { digest.update($0) }
    return digest.hexDigest()
  }
}
