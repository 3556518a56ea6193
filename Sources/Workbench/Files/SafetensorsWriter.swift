import Diagnostics
package import Foundation

/// Collects tensors and writes them as one safetensors file that is there in full or not at all.
///
/// The same tensors and metadata give the same bytes, whatever the order in which they were added: tensors are sorted
/// by width of their numbers, widest first (so that each is aligned), then by name, and the data starts at a multiple
/// of 64 bytes.
package struct SafetensorsWriter {
  /// Calls its argument with the bytes of a tensor, in one piece or in several.
  private typealias Content = (_ put: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

  private struct Item {
    let name: String
    let type: SafetensorsType
    let shape: [Int]
    let content: Content
    var size: Int { shape.reduce(type.width, *) }
  }

  /// How floating-point numbers are stored.
  package enum Precision: Sendable {
    /// As they are, 32 bits.
    case full
    /// Rounded to 16 bits (IEEE binary16).
    case half
  }

  /// Numbers converted at a time.
  private static let piece = 16_384

  /// The `__metadata__` strings.
  package var metadata: [String: String]
  private var items: [Item] = []

  /// Starts without tensors.
  package init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor whose numbers are asked for when the file is written, so that nothing is copied before.
  ///
  /// - Parameters:
  ///   - shape: the dimensions; their product is the number of elements that `access` must show.
  ///   - access: calls its argument once with the row-major numbers.
  package mutating func add(
    _ name: String, shape: [Int], as precision: Precision = .full,
    access: @escaping (_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws -> Void
  ) {
    let type: SafetensorsType = precision == .half ? .float16 : .float32
    items.append(
      Item(name: name, type: type, shape: shape) { put in
        try access { floats in
          switch precision {
          case .full: try put(UnsafeRawBufferPointer(floats))
          case .half: try Self.putHalf(floats, put)
          }
        }
      })
  }

  /// Adds a tensor of `floats`, row-major.
  package mutating func add(_ name: String, shape: [Int], as precision: Precision = .full, floats: [Float]) {
    add(name, shape: shape, as: precision) { body in try floats.withUnsafeBufferPointer(body) }
  }

  /// Adds whole numbers as I64.
  package mutating func add(_ name: String, shape: [Int], integers: [Int64]) {
    items.append(Item(name: name, type: .signed64, shape: shape) { put in try integers.withUnsafeBytes(put) })
  }

  /// Adds raw bytes as U8.
  package mutating func add(_ name: String, bytes: [UInt8]) {
    items.append(Item(name: name, type: .unsigned8, shape: [bytes.count]) { put in try bytes.withUnsafeBytes(put) })
  }

  /// Writes the file, replacing one that is there.
  ///
  /// Throws `.cannotCreate` or `.inputOutput` as ``AtomicFile/write(to:outlastsPowerCut:_:)`` does, `.badData` when a number does not
  /// fit in half precision, `.internalFault` when a name is used twice or numbers and shape disagree.
  package func write(to url: URL) throws {
    let items = items.sorted { ($1.type.width, $0.name) < ($0.type.width, $1.name) }
    try checkNames(items)
    try AtomicFile.write(to: url) { sink in
      try sink.append(header(items))
      for item in items {
        var written = 0
        do {
          try item.content { bytes in
            written += bytes.count
            try sink.append(bytes)
          }
        } catch let overflow as HalfOverflow {
          throw UnrollError(
            .badData, file: url.relativePath,
            "tensor '\(item.name)': \(overflow.value) does not fit in half precision (largest 65504)",
            advice: "save with full precision")
        }
        guard written == item.size else {
          throw UnrollError(
            .internalFault, file: url.relativePath,
            "tensor '\(item.name)' of shape \(item.shape) takes \(item.size) bytes, got \(written)")
        }
      }
    }
  }

  private func checkNames(_ items: [Item]) throws {
    var names: Set<String> = ["__metadata__"]
    for item in items where !names.insert(item.name).inserted {
      throw UnrollError(.internalFault, "two tensors are named '\(item.name)'")
    }
  }

  /// The eight bytes of the length and the JSON text, padded with spaces.
  private func header(_ items: [Item]) -> [UInt8] {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
      members.append(.init("__metadata__", .object(pairs)))
    }
    var offset = 0
    for item in items {
      let end = offset + item.size
      members.append(
        .init(
          item.name,
          [
            "dtype": .string(item.type.rawValue), "shape": .array(item.shape.map { .integer($0) }),
            "data_offsets": [.integer(offset), .integer(end)],
          ]))
      offset = end
    }
    var text = Array(JSONValue.object(members).text.utf8)
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (64 - (8 + text.count) % 64) % 64))
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  private struct HalfOverflow: Error { let value: Float }

  private static func putHalf(
    _ floats: UnsafeBufferPointer<Float>, _ put: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * piece, alignment: 64)
    defer { scratch.deallocate() }
    for start in stride(from: 0, to: floats.count, by: piece) {
      let part = UnsafeBufferPointer(rebasing: floats[start..<min(start + piece, floats.count)])
      if let index = HalfPrecision.narrow(part, into: scratch) { throw HalfOverflow(value: part[index]) }
      try put(UnsafeRawBufferPointer(rebasing: scratch[..<(2 * part.count)]))
    }
  }
}
