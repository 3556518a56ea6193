import Diagnostics
package import Foundation

/// Which labelled clips: a folder or a table, and what to take of it.
package struct DataRequest: Sendable {
  /// A folder in the layout of the segmentation community, one with a `manifest.json`, or a table of spans.
  package var place: URL
  /// The files of the splits, in a folder below it; of tables `valid` and `test` are tables too.
  package var splits = SplitFiles()
  package var source: SegmentationFolder.Source?
  package var target = SegmentationFolder.Target.frames
  /// Of a folder with a manifest, the data set; nil where there is one.
  package var dataset: String?
  /// The label of frames in no span.
  package var outside: String?

  package init(_ place: URL) { self.place = place }

  package var isMultiLabel: Bool { target == .severalPerFrame }

  /// Reads labels and lists; what is wrong with single clips becomes problems.
  ///
  /// Throws `.usage` for a choice that the data do not have, `.noInput` and `.badData` for what cannot be read at all.
  func read(_ problems: inout DataProblems) throws -> LabelledClips {
    if !isFolder {
      let (valid, test) = (splits.valid, splits.test)
      return try SpanTable.read(
        place, valid: valid.map { URL(fileURLWithPath: $0) }, test: test.map { URL(fileURLWithPath: $0) },
        outside: outside, &problems)
    }
    if hasManifest {
      let folder = try ScoreFolder(place)
      guard let dataset = dataset ?? (folder.datasets.count == 1 ? folder.datasets[0] : nil) else {
        throw UnrollError(
          .usage, file: place.relativePath, "there are several data sets in it",
          advice: "choose one with --dataset: \(folder.datasets.joined(separator: ", "))")
      }
      return try folder.read(dataset, testFold: folder.folds(of: dataset).first ?? 1, &problems)
    }
    return try SegmentationFolder(place).read(splits, source: source, target: target, &problems)
  }

  /// Labels and clips of a segmentation folder that no list names, counted. Throws as reading lists does.
  func unused() throws -> [DataFinding] {
    guard isFolder, !hasManifest else { return [] }
    var known = DataProblems()
    let lists = try splits.present(in: place).map { try SplitList(contentsOf: $0.file, &known).entries.map(\.name) }
    let listed = Set(lists.joined())
    return ["groundTruth", "clips", "features"].compactMap { folder in
      let place = place.appending(path: folder)
      let files = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []  // It need not be there.
      let names = Set(files.filter { !$0.hasPrefix(".") }.map { ($0 as NSString).deletingPathExtension })
      let unused = names.subtracting(listed).sorted()
      guard let first = unused.first else { return nil }
      return DataFinding(
        .warning, .unused, place.relativePath, "\(counted(unused.count, "clip")) of it in no list, such as \(first)",
        advice: "add them to a list, or leave them")
    }
  }

  private var hasManifest: Bool { FileManager.default.fileExists(atPath: place.appending(path: "manifest.json").path) }

  private var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
