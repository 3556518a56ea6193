import Diagnostics
package import Foundation
import TextIO

/// The labels that frames may have, by id: the first has id 0.
///
/// On disk they are a `mapping.txt` as the temporal segmentation community has it: `id name` a line.
package struct LabelNames: Sendable, Equatable {
  /// All names; the place of a name is its id.
  package let names: [String]
  private let ids: [String: Int32]

  /// Takes names in the order of their ids.
  ///
  /// Throws `.badData` when there is none, one is blank or spans lines, or one is given twice.
  package init(_ names: [String]) throws {
    guard !names.isEmpty else { throw UnrollError(.badData, "there are no labels", advice: "give one at least") }
    for name in names {
      if let fault = Self.fault(in: name) { throw UnrollError(.badData, fault, advice: "give it a name of one line") }
    }
    ids = try Dictionary(zip(names, Int32(0)...)) { _, second in
      throw UnrollError(.badData, "the label '\(names[Int(second)])' is there twice", advice: "give each label once")
    }
    self.names = names
  }

  /// None: for clips that have captions instead.
  package static let none = LabelNames()

  private init() {
    names = []
    ids = [:]
  }

  /// How many labels there are.
  package var count: Int { names.count }

  /// The name of a label. `id` must be that of one.
  package subscript(id: Int32) -> String { names[Int(id)] }

  /// The id of a name, nil when it is none of these.
  package func id(of name: String) -> Int32? { ids[name] }

  /// Reads a mapping: `id name` a line, in any order; blank lines do not count.
  ///
  /// Throws `.noInput`, and `.badData` for a line of another form, for an id or a name that comes twice, and for ids with a gap.
  package init(contentsOf url: URL) throws {
    let lines = try LineReader(url)
    var names: [Int: (name: String, line: Int)] = [:]
    var known: [String: Int] = [:]
    func fault(_ line: Int?, _ what: String, advice: String) -> UnrollError {
      UnrollError(.badData, file: lines.name, line: line, what, advice: advice)
    }
    while let line = try lines.next() {
      let text = line.text.trimmingCharacters(in: .whitespaces)
      if text.isEmpty { continue }
      let number = text.prefix { !$0.isWhitespace }
      let name = text.dropFirst(number.count).trimmingCharacters(in: .whitespaces)
      guard let id = Int(number), id >= 0, id < 1_000_000, Self.fault(in: name) == nil else {
        throw fault(line.number, "'\(text)' is not a number and a label", advice: "write a line as '0 background'")
      }
      if let other = names[id]?.line {
        throw fault(line.number, "the id \(id) is there already in line \(other)", advice: "give each label its own")
      }
      if let other = known[name] {
        throw fault(line.number, "the label '\(name)' is there already in line \(other)", advice: "remove one of them")
      }
      names[id] = (name, line.number)
      known[name] = line.number
    }
    guard !names.isEmpty else {
      throw fault(nil, "there are no labels in it", advice: "write a line as '0 background'")
    }
    if let gap = (0..<names.count).first(where: { names[$0] == nil }) {
      throw fault(nil, "no label has the id \(gap), though others are larger", advice: "number the labels from 0 on")
    }
    try self.init((0..<names.count).compactMap { names[$0]?.name })
  }

  /// The lines of a mapping.
  package var mapping: String { names.enumerated().map { "\($0) \($1)\n" }.joined() }

  /// What is wrong with a name, nil when nothing is.
  private static func fault(in name: String) -> String? {
    if name.allSatisfy(\.isWhitespace) { return "a label is blank" }
    return name.contains(where: \.isNewline) ? "the label '\(name)' has a line end in it" : nil
  }
}
