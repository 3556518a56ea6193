package import Diagnostics

/// The error for a video without a frame.
package func noFrame(in file: String) -> UnrollError {
  UnrollError(.badData, file: file, "has no frame", advice: "see what unroll frames probe says of it")
}
