import Diagnostics
package import SequenceModels
package import TextIO
import TensorCore

/// A network with its vocabulary: frames in, a sentence out.
///
/// Used through `Workers.run`; a value whose parameters are shared references.
package struct CaptionModel: @unchecked Sendable {
  package let network: EncoderDecoder<ClipEncoder>
  package let section: CaptionModelSection
  package let frames: FrameSection?
  package let vocabulary: any Vocabulary

  package init(
    network: EncoderDecoder<ClipEncoder>, section: CaptionModelSection, frames: FrameSection?,
    vocabulary: any Vocabulary
  ) {
    self.network = network
    self.section = section
    self.frames = frames
    self.vocabulary = vocabulary
  }

  /// Whether captions know where the model looked.
  package var hasAttention: Bool { network.decoder.attention != nil }

  /// The best captions of some clips. Called on the tensor thread.
  ///
  /// - Parameters:
  ///   - clips: What the encoder made of them.
  ///   - key: What random draws depend on, beside the seed.
  ///   - keepsAttention: Whether captions say where the model looked.
  ///   - name: What stands for clip i in errors.
  /// - Throws: `UnrollError` of kind `badData` when the scores are not finite.
  package func captions(
    of clips: EncodedSource, options: SearchOptions, key: UInt64 = 0, keepsAttention: Bool = false,
    name: (Int) -> String
  ) throws -> [[TextCandidate]] {
    do {
      let sentences = clips.lengths.map { SearchSentence(sourceLength: $0, key: key) }
      return try network.decoder.search(
        clips, sentences: sentences, options: options, keepsAttention: keepsAttention
      ).map { $0.map { TextCandidate($0, vocabulary) } }
    } catch SearchError.notFinite(let clip, _) {
      throw UnrollError(
        .badData, file: name(clip), "the model gives no finite scores for this clip",
        advice: "the weights are damaged, or training diverged")
    }
  }

  /// How captions are looked for. A clip may be shorter or longer than what is to be said of it, so that its length sets no
  /// limit.
  package func options(_ search: SearchSection) -> SearchOptions {
    var options = SearchOptions(search, target: vocabulary.special)
    options.maxLengthRatio = nil
    return options
  }

  /// The best caption of each clip of a store, in batches. Called on the tensor thread.
  package func captions(_ store: ClipStore, search: SearchSection, batchSize: Int) throws -> [String] {
    var options = options(search)
    options.nBest = 1
    let encoder = network.encoder.frames.prepared()
    var texts: [String] = []
    for start in stride(from: 0, to: store.items.count, by: batchSize) {
      let clips = Array(start..<min(start + batchSize, store.items.count))
      let input = try store.input(clips.map { (clip: $0, frames: 0..<store.items[$0].frames) })
      let source = network.encoder.read(
        encoder(input), FrameLayout(lengths: clips.map { store.items[$0].frames }), on: nil)
      texts += try captions(of: source, options: options) { store.items[clips[$0]].name }.map { $0.first?.text ?? "" }
    }
    return texts
  }
}
