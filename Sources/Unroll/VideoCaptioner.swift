public import Foundation
import SequenceModels
import TensorCore
public import VideoIO
package import Workbench

/// Says in a sentence what happens in a video.
///
/// ```swift
/// let captioner = try VideoCaptioner(model: url)
/// print(try captioner.caption(video).text)
/// ```
///
/// A captioner may be used by several threads at once; they take turns.
public final class VideoCaptioner: Sendable {
  /// The code of the language that is written, such as `en`.
  public let language: String

  private let model: CaptionModel
  private let search: SearchSection

  /// Loads the model in a folder: `model.yaml`, the weights and the vocabulary.
  ///
  /// - Parameters:
  ///   - model: The model folder.
  ///   - threads: How many threads compute; nil for one a core. All models of a process share these threads, so that only the
  ///     first can say.
  /// - Throws: `UnrollError` of kind `noInput` when the folder or a file of it is missing, `badData` when a file is
  ///   damaged or does not fit the others.
  public convenience init(model: URL, threads: Int? = nil) throws {
    try self.init(ModelFolder<CaptionDescription>.open(model), threads: threads)
  }

  /// Finds a model that writes captions and loads it: the one called `shapes-sentences`, else the first.
  ///
  /// It is looked for in the folders of the environment variable `UNROLL_MODELS` (separated by colons), in
  /// `../share/unroll/models` beside the program, and in `models` in each folder from the program's upwards.
  ///
  /// - Throws: `UnrollError` of kind `noInput` that lists where it looked, and as `init(model:threads:)`.
  public convenience init(threads: Int? = nil) throws {
    try self.init(ModelFinder().findCaptioner(), threads: threads)
  }

  /// Loads the model of a folder that was opened, and so checked.
  package init(_ folder: ModelFolder<CaptionDescription>, threads: Int?) throws {
    if let threads { Workers.request(threads: threads) }
    language = folder.description.target.language
    search = folder.description.search
    model = try CaptionModel(folder)
  }

  /// Captions a whole video, or a picture, which is a video of one frame.
  ///
  /// - Throws: `UnrollError` when the video cannot be opened or read or has no frame, `usage` when the options make no sense.
  public func caption(_ url: URL, options: CaptionOptions = .init()) throws -> Caption {
    let stream = try captions(of: FrameReader(url), options: options, name: url.relativePath)
    guard let caption = try stream.next() else { throw noFrame(in: url.relativePath) }
    return caption
  }

  /// Captions a video while it is read: all of it, or one stretch of time after another (``CaptionOptions/every``).
  ///
  /// - Parameters:
  ///   - reader: The video, opened.
  ///   - name: What stands for it in errors.
  /// - Throws: `UnrollError` of kind `usage` when the options make no sense, or the model reads features instead of pictures.
  public func captions(
    of reader: FrameReader, options: CaptionOptions = .init(), name: String = "video"
  ) throws -> CaptionSequence {
    let section = try options.search.completed(
      search, "wordings of each caption", hasAttention: model.hasAttention)
    var search = model.options(section)
    search.draw(options.search.sampling, section)
    return CaptionSequence(
      try CaptionStream(model, reader, options: search, every: options.every, file: name))
  }
}

/// How captions are looked for. What is nil is as the model says.
public struct CaptionOptions: Sendable, Equatable {
  /// How the search goes; `nBest` counts the captions of each stretch.
  public var search: SearchSettings
  /// How long the stretches of a video are that get a caption each; nil for one caption of the whole video.
  public var every: Duration?

  /// Options as the model says, except for those given.
  public init(search: SearchSettings, every: Duration? = nil) {
    self.search = search
    self.every = every
  }

  /// As above with the two settings that are needed most.
  public init(beamSize: Int? = nil, nBest: Int? = nil, every: Duration? = nil) {
    self.init(search: SearchSettings(beamSize: beamSize, nBest: nBest), every: every)
  }
}

/// What was found to happen in a stretch of a video.
public struct Caption: Sendable, Equatable {
  /// When its first frame is shown.
  public let start: Timestamp
  /// When its last frame has been shown: at the next frame, or as the file says.
  public let end: Timestamp
  /// How many frames it has.
  public let frames: Int
  /// The captions, the best first, at least one.
  public let candidates: [SentenceCandidate]

  /// The best caption.
  public var text: String { candidates.first?.text ?? "" }
  /// The score of the best caption.
  public var score: Float { candidates.first?.score ?? 0 }
  /// All but the best, in the order of their scores. There are some only where `SearchSettings.nBest` asks for them.
  public var alternatives: ArraySlice<SentenceCandidate> { candidates.dropFirst() }

  init(_ span: CaptionedSpan) {
    start = span.start
    end = span.end
    frames = span.frames
    candidates = span.candidates.map { SentenceCandidate($0) }
  }
}

/// Captions of one stretch of a video after another; for one thread at a time.
public final class CaptionSequence {
  private let stream: CaptionStream

  init(_ stream: CaptionStream) { self.stream = stream }

  /// The next caption; nil after the last. Waits for the end of its stretch.
  ///
  /// Throws `UnrollError` when the video cannot be read on.
  public func next() throws -> Caption? { try stream.next().map(Caption.init) }
}
