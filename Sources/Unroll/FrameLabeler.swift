public import Foundation
import TensorCore
public import VideoIO
package import Workbench

/// Labels the frames of videos.
///
/// ```swift
/// let labeler = try FrameLabeler(model: url)
/// for frame in try labeler.label(video) { print(frame.timestamp, frame.label) }
/// ```
///
/// A labeler may be used by several threads at once; they take turns.
public final class FrameLabeler: Sendable {
  /// The labels that there are.
  public var labels: [String] { model.labels.names }
  /// Labels that mean that nothing happens.
  public var background: [String] { model.background }
  /// Whether a frame may have several labels at once, or none.
  public var isMultiLabel: Bool { model.section.multiLabel }
  /// Whether a clip gets one label as a whole: it is that of its first frame, and the only one.
  public var labelsClips: Bool { model.isClip }

  private let model: LabelModel

  /// Loads the model in a folder: `model.yaml`, the weights and the labels.
  ///
  /// - Parameters:
  ///   - model: The model folder.
  ///   - threads: How many threads compute; nil for one a core. All models of a process share these threads, so that only the
  ///     first can say.
  /// - Throws: `UnrollError` of kind `noInput` when the folder or a file of it is missing, `badData` when a file is
  ///   damaged or does not fit the others.
  public convenience init(model: URL, threads: Int? = nil) throws {
    try self.init(ModelFolder<LabelDescription>.open(model), threads: threads)
  }

  /// Finds a model that labels frames and loads it: the one called `shapes`, else the first.
  ///
  /// It is looked for in the folders of the environment variable `UNROLL_MODELS` (separated by colons), in
  /// `../share/unroll/models` beside the program, and in `models` in each folder from the program's upwards.
  ///
  /// - Throws: `UnrollError` of kind `noInput` that lists where it looked, and as `init(model:threads:)`.
  public convenience init(threads: Int? = nil) throws {
    try self.init(ModelFinder().findLabeler(), threads: threads)
  }

  /// Loads the model of a folder that was opened, and so checked.
  package convenience init(_ folder: ModelFolder<LabelDescription>, threads: Int?) throws {
    if let threads { Workers.request(threads: threads) }
    try self.init(LabelModel(folder))
  }

  /// Labels with a model that is there.
  package init(_ model: LabelModel) { self.model = model }

  /// Labels all frames of a video, picture or stream of pictures.
  ///
  /// - Throws: `UnrollError` when the video cannot be opened or read, or the model labels features instead of pictures.
  public func label(_ url: URL) throws -> [FrameLabel] {
    let frames = try labels(of: FrameReader(url), name: url.relativePath)
    var all: [FrameLabel] = []
    while let frame = try frames.next() { all.append(frame) }
    return all
  }

  /// Labels frames while they are read: a file and a stream get the same labels, and memory does not grow with their length.
  ///
  /// - Parameters:
  ///   - reader: The video, opened.
  ///   - name: What stands for it in errors.
  /// - Throws: `UnrollError` of kind `usage` when the model labels features instead of pictures.
  public func labels(of reader: FrameReader, name: String = "video") throws -> FrameLabelStream {
    FrameLabelStream(try LabelStream(model, reader, file: name))
  }
}

/// A frame and what it was found to show.
public struct FrameLabel: Sendable, Equatable {
  /// Its place in display order, from 0.
  public let index: Int
  /// When it is shown.
  public let timestamp: Timestamp
  /// How long the file says that it is shown; zero where nothing says.
  public let duration: Timestamp
  /// Its labels: one, or where the model knows of several at once, all that are more probable than not.
  public let labels: [String]
  /// The probability of each, from 0 to 1.
  public let probabilities: [Float]

  /// The label; of several the first, empty where there is none.
  public var label: String { labels.first ?? "" }
  /// The probability of ``label``.
  public var probability: Float { probabilities.first ?? 0 }

  init(_ frame: LabelledFrame) {
    index = frame.index
    timestamp = frame.time
    duration = frame.duration
    labels = frame.labels
    probabilities = frame.probabilities
  }
}

/// Frames with their labels, in display order; for one thread at a time.
public final class FrameLabelStream {
  private let stream: LabelStream

  init(_ stream: LabelStream) { self.stream = stream }

  /// As below, in the form that files are written from.
  package func nextLabelled() throws -> LabelledFrame? { try stream.next() }

  /// The next frame with its label; nil after the last. Waits for as many frames as the model looks at together.
  ///
  /// Throws `UnrollError` when the video cannot be read on.
  public func next() throws -> FrameLabel? { try stream.next().map(FrameLabel.init) }
}
