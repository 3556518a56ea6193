import Diagnostics

/// Numbers that describe the frames of a clip: a row a frame.
package struct FeatureMatrix: Sendable, Equatable {
  /// Frames F.
  package let frames: Int
  /// Numbers a frame D.
  package let dimensions: Int
  /// F × D numbers, frame by frame.
  package let values: [Float]

  /// Takes `frames` × `dimensions` numbers, frame by frame.
  package init(frames: Int, dimensions: Int, values: [Float]) {
    precondition(frames >= 0 && dimensions > 0 && values.count == frames * dimensions, "features of another size")
    self.frames = frames
    self.dimensions = dimensions
    self.values = values
  }

  /// What is wrong where a number is not finite; nil where all are.
  ///
  /// - Parameter file: The name for the error.
  func notFinite(in file: String) -> UnrollError? {
    values.firstIndex { !$0.isFinite }.map { place in
      UnrollError(
        .badData, file: file, "has a number that is not finite in frame \(place / dimensions)",
        advice: "make the features anew")
    }
  }

  /// The D numbers of one frame.
  package subscript(frame: Int) -> ArraySlice<Float> { values[frame * dimensions..<(frame + 1) * dimensions] }
}
