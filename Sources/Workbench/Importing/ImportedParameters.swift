import Diagnostics
import Foundation
import SequenceModels
import TensorCore

/// The parameters of a network, each with the tensors of another's file that it is made from.
///
/// The whole mapping is checked by names alone before anything takes memory: every parameter has an origin, every origin a
/// parameter, every tensor is there, and every tensor is used or said not to be.
struct ImportedParameters {
  private struct Part {
    let entry: ImportMapping.Entry
    /// The tensors that are added up; none for zeros.
    let tensors: [String]
  }

  private let file: SafetensorsFile
  private let cell: RecurrentCell
  private let parts: [String: Part]

  /// Finds the tensors of parameters called `names`.
  ///
  /// - Throws: `UnrollError` of kind `badData` for the first that has no place, is missing or is left over.
  init(_ mapping: ImportMapping, mappingFile: String, names: [String], in file: SafetensorsFile) throws {
    self.file = file
    cell = mapping.model.cell
    var parts: [String: Part] = [:]
    var taken: Set<String> = []
    let entries = mapping.tensors
    for entry in entries where !names.contains(where: entry.covers) {
      let known = names + Set(names.flatMap(\.beginnings)).sorted()
      let near = suggestion(for: entry.name, among: known).map { "did you mean \($0)?" }
      throw entry.error(
        "the model has no such parameter",
        advice: near ?? "its parameters are \(Self.list(names)); see docs/import.md for those of other shapes")
    }
    for name in names {
      let covering = entries.filter { $0.covers(name) }
      guard let entry = covering.max(by: { $0.name.count < $1.name.count }) else {
        let left = file.names.filter { !taken.contains($0) }
        throw UnrollError(
          .badData, file: mappingFile, "tensors: nothing says what \(name) is made from",
          advice: left.isEmpty
            ? "compare model with the network, all of whose tensors are taken"
            : "add \(name): TENSOR, with one of \(Self.list(left))")
      }
      parts[name] = Part(entry: entry, tensors: try entry.tensors(of: name, in: file, cell))
      taken.formUnion(parts[name]?.tensors ?? [])
    }
    for entry in entries where !parts.values.contains(where: { $0.entry.name == entry.name }) {
      throw entry.error("longer keys name all that it could stand for", advice: "remove it")
    }
    for name in mapping.unused where !file.names.contains(where: { $0.isBelow(name) }) {
      throw UnrollError(
        .badData, file: mappingFile, "unused: \(file.name) has no tensor '\(name)'", advice: "remove it from the list")
    }
    if let stranger = file.names.first(where: { name in
      !taken.contains(name) && !mapping.unused.contains { name.isBelow($0) }
    }) {
      throw UnrollError(
        .badData, file: mappingFile, "tensors: tensor '\(stranger)' of \(file.name) goes nowhere",
        advice: "name it under tensors, or under unused if the model can do without it")
    }
    self.parts = parts
  }

  /// Some names for an error, not all of hundreds.
  private static func list(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  /// Checks that what is made for a parameter has the shape that the network needs, without reading numbers.
  func check(_ name: String, shape: [Int]) throws {
    guard let part = parts[name] else { return }
    guard !part.tensors.isEmpty else {
      guard shape.count == 1 else { throw part.entry.error("only a bias can be zeros", advice: "name a tensor") }
      return
    }
    for tensor in part.tensors {
      let found = try file.shape(tensor)
      let made = try part.entry.shape(of: found, tensor, cell)
      guard made != shape else { continue }
      let becomes = made == found ? "" : ", which becomes \(made)"
      throw part.entry.error(
        "tensor '\(tensor)' has shape \(found)\(becomes), and \(name) is \(shape)",
        advice: made == shape.reversed()
          ? "set transpose to \(part.entry.origin.transpose ? "false" : "true")"
          : "compare model and the vocabularies with the network's")
    }
  }

  /// Fills a parameter. Throws `UnrollError` when a tensor does not fit or cannot be read.
  func fill(_ name: String, _ parameter: Parameter) throws {
    let shape = parameter.value.shape
    try check(name, shape: shape)
    guard let part = parts[name] else { return }
    var values = [Float](repeating: 0, count: shape.product)
    for tensor in part.tensors {
      let added = part.entry.change(try file.floats(tensor), shape: try file.shape(tensor), cell)
      for index in values.indices { values[index] += added[index] }
    }
    parameter.value = Tensor(values, shape: shape)
  }
}

extension ImportMapping.Entry {
  /// Whether a parameter is the one named, or below it.
  func covers(_ parameter: String) -> Bool { parameter.isBelow(name) }

  func error(_ what: String, advice: String) -> UnrollError { place.error("tensors.\(name): \(what)", advice: advice) }

  /// The tensors that a parameter is the sum of.
  fileprivate func tensors(of parameter: String, in file: SafetensorsFile, _ cell: RecurrentCell) throws -> [String] {
    if let gates = origin.gates, gates.sorted() != cell.gateLetters.sorted() {
      throw error(
        "gates are \(gates), and those of \(cell.rawValue) are \(cell.gateLetters)",
        advice: cell.gates == 1 ? "remove gates" : "give each of these letters once")
    }
    let names = origin.zeros ? [] : (origin.sum ?? [origin.tensor ?? ""]).map { $0 + parameter.dropFirst(name.count) }
    for tensor in names where !file.contains(tensor) {
      let near = suggestion(for: tensor, among: file.names).map { "did you mean \($0)?" }
      throw error(
        "\(file.name) has no tensor '\(tensor)'" + (parameter == name ? "" : " for \(parameter)"),
        advice: near ?? "name one that is there, or zeros for a bias that is in another one")
    }
    return names
  }

  /// The shape of what a tensor becomes.
  fileprivate func shape(of found: [Int], _ tensor: String, _ cell: RecurrentCell) throws -> [Int] {
    var shape = found
    if shape.count == 2, origin.transpose { shape.reverse() }
    for (axis, ranges, key) in [(0, origin.rows, "rows"), (1, origin.columns, "columns")] {
      guard let ranges, axis < shape.count else { continue }
      if let range = ranges.first(where: { $0.upperBound > shape[axis] }) {
        throw error(
          "tensor '\(tensor)' has \(shape[axis]) \(key), and [\(range.lowerBound), \(range.upperBound)] ends behind them",
          advice: "give ranges within them")
      }
      shape[axis] = ranges.reduce(0) { $0 + $1.count }
    }
    if origin.gates != nil, let rows = shape.first, !rows.isMultiple(of: cell.gates) {
      throw error(
        "tensor '\(tensor)' has \(rows) rows, which are not \(cell.gates) gates",
        advice: "remove gates, or name another")
    }
    return shape
  }

  /// The numbers of a tensor, row-major, as the parameter wants them; the shape was checked.
  fileprivate func change(_ numbers: [Float], shape: [Int], _ cell: RecurrentCell) -> [Float] {
    guard let first = shape.first else { return numbers }
    var rows = (0..<first).map { row in
      let width = Array(shape.dropFirst()).product
      return Array(numbers[row * width..<(row + 1) * width])
    }
    if shape.count == 2, origin.transpose { rows = (0..<shape[1]).map { column in rows.map { $0[column] } } }
    if let ranges = origin.rows { rows = ranges.flatMap { Array(rows[$0]) } }
    if let ranges = origin.columns, shape.count == 2 { rows = rows.map { row in ranges.flatMap { Array(row[$0]) } } }
    if let gates = origin.gates {
      let height = rows.count / gates.count
      rows = cell.gateLetters.flatMap { letter in
        let place = (gates.firstIndex(of: letter) ?? 0) * height
        return Array(rows[place..<place + height])
      }
    }
    return rows.flatMap { $0 }
  }
}

extension RecurrentCell {
  /// The letters of the gates in the order of a weight matrix; none where there is one.
  fileprivate var gateLetters: [String] {
    switch self {
    case .lstm: ["i", "f", "g", "o"]
    case .gru, .gruResetAfter: ["r", "z", "n"]
    case .rnn, .rnnReLU: []
    }
  }
}

extension String {
  /// Whether this is `name`, or begins with it and a dot.
  fileprivate func isBelow(_ name: String) -> Bool { self == name || hasPrefix(name + ".") }

  /// What comes before each dot.
  fileprivate var beginnings: [String] { indices.filter { self[$0] == "." }.map { String(self[..<$0]) } }
}
