/// Where the sentence pairs of one split are: one tab-separated file, or two files with a sentence a line.
///
/// Names end in `.gz` when the file is compressed. They are relative to the data folder (`DataFolder`).
package enum ParallelFiles: Sendable, Equatable {
  /// One file; `DataSection.columns` says which column is which language.
  case tabSeparated(String)
  /// Two files of equal length.
  case twoFiles(source: String, target: String)

  /// The file names, source first.
  package var names: [String] {
    switch self {
    case .tabSeparated(let file): [file]
    case .twoFiles(let source, let target): [source, target]
    }
  }

  /// A file name, or `{source: FILE, target: FILE}`.
  static let codec = Codec<ParallelFiles>(
    read: { field in
      switch field.node.content {
      case .scalar: return .tabSeparated(try Codec.text("a file name").read(field))
      case .mapping:
        let files = try TwoFiles.read(field)
        return .twoFiles(source: files.source, target: files.target)
      case .sequence:
        throw field.error(
          "expected a file name, found a list", advice: "write {source: FILE, target: FILE} for two files")
      }
    },
    write: { files in
      switch files {
      case .tabSeparated(let file): .text(file)
      case .twoFiles(let source, let target): TwoFiles(source: source, target: target).node
      }
    })
}

/// The two-file form as it is written.
private struct TwoFiles: KeyedSection {
  var source = ""
  var target = ""

  static let blank = TwoFiles()
  static let keys: [SectionKey<TwoFiles>] = [
    SectionKey("source", \.source, .text("a file name"), required: true),
    SectionKey("target", \.target, .text("a file name"), required: true),
  ]
}
