package import TensorCore

/// What reads a source, of whatever kind, for a token decoder.
package protocol SourceEncoder {
  /// A batch of sources.
  associatedtype Source

  /// Encodes a batch.
  func callAsFunction(_ source: Source, on tape: Tape?) -> EncodedSource

  /// What training changes, beside the decoder's own.
  var parameters: [NamedParameter] { get }
}
