import Diagnostics
import Foundation

/// Finds the file of a clip by its name without ending.
struct ClipLocator {
  let folder: URL
  private let isFeatures: Bool
  private let files: [String: [String]]

  /// Lists `features` or `clips` in a folder. Throws `.noInput` when it cannot be listed.
  init(_ parent: URL, _ source: SegmentationFolder.Source) throws {
    let isFeatures = source == .features
    try self.init(
      folder: parent.appending(path: isFeatures ? "features" : "clips", directoryHint: .isDirectory),
      isFeatures: isFeatures)
  }

  /// Lists a folder of features, or of videos and pictures. Throws `.noInput` when it cannot be listed.
  init(folder: URL, isFeatures: Bool) throws {
    self.folder = folder
    self.isFeatures = isFeatures
    let names = try sortedNames(
      in: folder, advice: "put the \(isFeatures ? "features, NAME.npy" : "videos, NAME.mp4"), into it")
    let wanted = names.filter { !$0.hasPrefix(".") && (!isFeatures || $0.hasSuffix(".npy")) }
    files = Dictionary(grouping: wanted) { ($0 as NSString).deletingPathExtension }
  }

  /// All names without ending.
  var names: Set<String> { Set(files.keys) }

  /// The clip of a line of a list. Throws `.badData` when there is none or several, or no file that can be read.
  func content(_ entry: SplitList.Entry) throws -> ClipContent {
    try content(of: entry.name, in: entry.file, line: entry.line)
  }

  /// The clip of a name, with or without ending, that was found in a file. Throws `.badData` when there is none or several, or no
  /// file that can be read.
  func content(of name: String, in list: String, line: Int? = nil) throws -> ClipContent {
    let name = (name as NSString).lastPathComponent
    let stem = (name as NSString).deletingPathExtension
    // A name with its ending means that very file, if it is there. Names are equal in any form of Unicode: only that of the
    // disk can be opened.
    if !isFeatures, let file = files[stem]?.first(where: { $0 == name }) { return .video(try place(of: file)) }
    guard let found = files[name] ?? files[stem] else {
      throw UnrollError(
        .badData, file: list, line: line, "there is no file for the clip \(name) in \(folder.relativePath)",
        advice: "add it, or remove the line")
    }
    guard found.count == 1 else {
      throw UnrollError(
        .badData, file: folder.relativePath,
        "\(found.joined(separator: " and ")) have the same name but for the ending",
        advice: "remove all but one")
    }
    let file = try place(of: found[0])
    return isFeatures ? .featureFile(file) : .video(file)
  }

  private func place(of file: String) throws -> URL {
    let place = folder.appending(path: file)
    try ClipFile.check(place)
    return place
  }
}
