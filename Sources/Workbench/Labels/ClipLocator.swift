import Diagnostics
import Foundation

/// Finds the file of a clip by its name without ending.
struct ClipLocator {
  let folder: URL
  private let isFeatures: Bool
  private let files: [String: [String]]

  /// Lists `features` or `clips` in a folder. Throws `.noInput` when it cannot be listed.
  init(_ parent: URL, _ source: SegmentationFolder.Source) throws {
    isFeatures = source == .features
    folder = parent.appending(path: isFeatures ? "features" : "clips", directoryHint: .isDirectory)
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw UnrollError(
        .noInput, file: folder.relativePath, "this folder cannot be read",
        advice: "put the \(isFeatures ? "features, NAME.npy" : "videos, NAME.mp4"), into it")
    }
    let isFeatures = isFeatures
    let wanted = names.filter { !$0.hasPrefix(".") && (!isFeatures || $0.hasSuffix(".npy")) }
    files = Dictionary(grouping: wanted.sorted()) { ($0 as NSString).deletingPathExtension }
  }

  /// All names without ending.
  var names: Set<String> { Set(files.keys) }

  /// The clip of a name; `place` is where it was asked for. Throws `.badData` when there is none or several.
  func content(_ entry: SplitList.Entry) throws -> ClipContent {
    guard let found = files[entry.name] else {
      throw UnrollError(
        .badData, file: entry.file, line: entry.line,
        "there is no file for the clip \(entry.name) in \(folder.relativePath)",
        advice: "add it, or remove the line")
    }
    guard found.count == 1 else {
      throw UnrollError(
        .badData, file: folder.relativePath,
        "\(found.joined(separator: " and ")) have the same name but for the ending",
        advice: "remove all but one")
    }
    let file = folder.appending(path: found[0])
    return isFeatures ? .featureFile(file) : .video(file)
  }
}
