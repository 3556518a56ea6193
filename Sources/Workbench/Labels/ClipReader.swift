import Diagnostics
import Foundation
import TextIO

/// Puts a clip of a segmentation folder together: its file and its labels.
struct ClipReader {
  let folder: URL
  let labels: LabelNames
  let clipLabels: ClipLabelTable?
  let content: ClipLocator
  /// The names in `groundTruth`, as the disk spells them.
  let labelFiles: Set<String>
  let isMultiLabel: Bool

  /// The clip of a line of a split. Throws `.badData` and `.noInput`.
  func clip(_ entry: SplitList.Entry) throws -> LabelledClip {
    let content = try content.content(entry)
    if let clipLabels {
      return LabelledClip(name: entry.name, content: content, labels: .clip(try clipLabels.label(of: entry)))
    }
    let file = labelFile(entry.name)
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw UnrollError(
        .badData, file: entry.file, line: entry.line, "there are no labels for the clip \(entry.name)",
        advice: "write \(file.relativePath), or remove the line")
    }
    let clip = LabelledClip(name: entry.name, content: content, labels: try frameLabels(file))
    // The header of features says how many frames there are; a video has to be decoded for that.
    if case .featureFile(let url) = content {
      let shape = try NumpyFile(contentsOf: url).shape
      if shape.count == 2 { _ = try clip.aligned(toFrames: shape[1]) }
    }
    return clip
  }

  /// Where the labels of a clip are. Names are equal in any form of Unicode: only that of the disk can be opened.
  func labelFile(_ name: String) -> URL {
    let file = "\(name).txt"
    let spelled = labelFiles.firstIndex(of: file).map { labelFiles[$0] } ?? file
    return folder.appending(path: "groundTruth/\(spelled)")
  }

  private func frameLabels(_ url: URL) throws -> FrameLabels {
    let lines = try LineReader(url)
    var several: [[Int32]] = []
    var blank = 0
    while let line = try lines.next() {
      let names = line.text.split(separator: isMultiLabel ? "|" : "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      if names.isEmpty, !isMultiLabel {
        blank += 1
        continue
      }
      guard blank == 0 else {
        throw UnrollError(
          .badData, file: lines.name, line: line.number - 1, "this line has no label", advice: "write one a frame")
      }
      several.append(try names.map { try id(of: $0, lines.name, line.number) }.sorted())
    }
    guard !several.isEmpty else {
      throw UnrollError(.badData, file: lines.name, "there are no labels in it", advice: "write one a frame")
    }
    return isMultiLabel ? .severalPerFrame(several) : .perFrame(several.map { $0[0] })
  }

  private func id(of name: String, _ file: String, _ line: Int) throws -> Int32 {
    if let id = labels.id(of: name) { return id }
    let near = suggestion(for: name, among: labels.names).map { "; did you mean '\($0)'?" } ?? ""
    throw UnrollError(
      .badData, file: file, line: line, "the label '\(name)' is not in mapping.txt\(near)",
      advice: "correct it, or add the label there")
  }
}
