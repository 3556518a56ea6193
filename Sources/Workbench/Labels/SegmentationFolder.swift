import Diagnostics
package import Foundation
import TextIO

/// A folder as the temporal segmentation community lays it out (Farha and Gall 2019, MS-TCN).
///
/// `mapping.txt` has the labels, `groundTruth/NAME.txt` one a line for every frame, `splits/*.bundle` the names of the clips
/// (`NAME.txt` a line), `features/NAME.npy` features or `clips/NAME.mp4` (or another ending) the video. Files may or may not end
/// in a line end, and `clip_labels.tsv` may give labels to whole clips: `NAME.mp4`, a tab, the label.
package struct SegmentationFolder: Sendable {
  /// What is read for the frames of a clip.
  package enum Source: String, CaseIterable, Sendable {
    /// `clips`.
    case videos
    /// `features`.
    case features
  }

  /// What the labels belong to.
  package enum Target: String, CaseIterable, Sendable {
    /// A label for every frame.
    case frames
    /// None, one or several for every frame: in a line, separated by `|`, or an empty line.
    case severalPerFrame = "several"
    /// One for the clip.
    case clips
  }

  package let url: URL

  package init(_ url: URL) { self.url = url }

  /// Reads the lists and the labels, and looks for the clips; no clip is opened.
  ///
  /// - Parameters:
  ///   - splits: the files of the splits. Without a name for `valid` or `test`, the file of the default name if it is there.
  ///   - source: nil for features where there is a folder of them, videos otherwise.
  ///   - note: gets a line for each problem where there are several.
  /// - Throws: `.noInput` or `.badData` for what is missing or wrong.
  package func load(
    _ splits: SplitFiles = SplitFiles(), source: Source? = nil, target: Target = .frames, note: (String) -> Void
  ) throws -> LabelledClips {
    var problems = DataProblems()
    let clips = try read(splits, source: source, target: target, &problems)
    try problems.check(url.relativePath, note: note)
    return clips
  }

  /// As above; what is wrong with single clips and lists becomes problems, and these clips are left out.
  func read(
    _ splits: SplitFiles, source: Source?, target: Target, _ problems: inout DataProblems
  ) throws -> LabelledClips {
    let labelFile = url.appending(path: target == .clips ? "clip_labels.tsv" : "mapping.txt")
    let clipLabels = target == .clips ? try ClipLabelTable(contentsOf: labelFile) : nil
    var clips = LabelledClips(labels: try clipLabels?.names ?? LabelNames(contentsOf: labelFile))
    clips.files = [try FileRecord(of: labelFile)]
    let labelFolder = url.appending(path: "groundTruth").path
    let listed = try? FileManager.default.contentsOfDirectory(atPath: labelFolder)  // It need not be there.
    let reader = ClipReader(
      folder: url, labels: clips.labels, clipLabels: clipLabels,
      content: try ClipLocator(url, source ?? defaultSource), labelFiles: Set(listed ?? []),
      isMultiLabel: target == .severalPerFrame)
    var (labelDigest, clipDigest) = (DataDigest(), DataDigest())
    for (split, file) in try splits.present(in: url) {
      clips.files.append(try FileRecord(of: file))
      for entry in try SplitList(contentsOf: file, &problems).entries {
        guard let clip = try problems.collect({ try reader.clip(entry) }) else { continue }
        clips[keyPath: split].append(clip)
        if target != .clips { try labelDigest.add(contentsOf: reader.labelFile(clip.name)) }
        if let file = clip.file { try clipDigest.add(sizeOf: file) }
      }
    }
    if target != .clips { clips.files.append(labelDigest.record("groundTruth")) }
    clips.files.append(clipDigest.record(reader.content.folder.lastPathComponent))
    for leak in clips.sharedWithTraining { problems.add(leak.error(in: url)) }
    return clips
  }

  /// Features where there is a folder of them.
  package var defaultSource: Source {
    FileManager.default.fileExists(atPath: url.appending(path: "features").path) ? .features : .videos
  }
}
