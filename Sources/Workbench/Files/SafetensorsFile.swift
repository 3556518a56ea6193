import Diagnostics
package import Foundation

/// A safetensors file that is open for reading. The header is read and checked at once, the data when asked for.
///
/// Every failure names the file and, where there is one, the tensor. Several threads may read at once.
package struct SafetensorsFile: Sendable {
  /// A longer header is refused, as by the format's own readers.
  private static let longestHeader = 100_000_000
  /// Numbers converted at a time, so that the scratch memory stays in the cache.
  private static let piece = 16_384

  /// The `__metadata__` strings, empty when there are none.
  package let metadata: [String: String]
  /// The tensors in the order of their data.
  package let entries: [SafetensorsEntry]
  private let file: InputFile
  private let dataStart: Int
  private let places: [String: Int]

  /// Opens a file and checks its header.
  ///
  /// Throws `.noInput` when it cannot be opened, `.badData` when it is not safetensors, is cut short, or contradicts
  /// itself, `.inputOutput` when reading fails.
  package init(contentsOf url: URL) throws {
    file = try InputFile(url)
    func damaged(_ what: String) -> UnrollError {
      UnrollError(
        .badData, file: url.relativePath, what, advice: "the file is damaged or is not safetensors; get it again")
    }
    guard file.size >= 8 else { throw damaged("only \(file.size) bytes: too short for a safetensors file") }
    let announced = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard announced <= UInt64(Self.longestHeader) else {
      throw damaged("the header would be \(announced) bytes long, at most \(Self.longestHeader) are allowed")
    }
    let length = Int(announced)
    guard length <= file.size - 8 else {
      throw damaged("the header would be \(length) bytes long, only \(file.size - 8) follow")
    }
    dataStart = 8 + length
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(try file.bytes(at: 8, count: length), dataSize: file.size - dataStart)
    } catch let failure as SafetensorsHeader.Failure {
      throw damaged(failure.what)
    }
    metadata = header.metadata
    entries = header.entries
    places = Dictionary(uniqueKeysWithValues: entries.indices.map { (header.entries[$0].name, $0) })
  }

  /// The file, as errors name it.
  package var name: String { file.name }

  /// The names of the tensors in the order of their data.
  package var names: [String] { entries.map(\.name) }

  /// Whether there is a tensor of that name.
  package func contains(_ name: String) -> Bool { places[name] != nil }

  /// Type, shape and place of a tensor. Throws `.badData` when there is none of that name.
  package func entry(_ name: String) throws -> SafetensorsEntry {
    guard let place = places[name] else { throw error(name, "is missing", advice: "the file is of another model") }
    return entries[place]
  }

  /// The dimensions of a tensor. Throws `.badData` when there is none of that name.
  package func shape(_ name: String) throws -> [Int] { try entry(name).shape }

  /// The numbers of an F32, F16 or BF16 tensor, row-major. Throws as ``copyFloats(_:into:)`` does.
  package func floats(_ name: String) throws -> [Float] {
    let count = try entry(name).count
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try copyFloats(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  /// Reads an F32, F16 or BF16 tensor into memory that the caller owns.
  ///
  /// Throws `.badData` when there is no such tensor, it has another type, or `destination` has another size;
  /// `.inputOutput` when reading fails.
  package func copyFloats(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    let entry = try entry(name)
    guard destination.count == entry.count else {
      throw error(name, "has \(entry.count) numbers (shape \(entry.shape)), \(destination.count) are wanted")
    }
    switch entry.type {
    case .float32:
      try file.read(into: UnsafeMutableRawBufferPointer(destination), at: dataStart + entry.range.lowerBound)
    case .float16: try convert(entry, into: destination, by: HalfPrecision.widen)
    case .brainFloat16: try convert(entry, into: destination, by: HalfPrecision.widenBrain)
    default: throw error(name, "holds \(entry.type.rawValue), not floating point of 16 or 32 bits")
    }
  }

  private func convert(
    _ entry: SafetensorsEntry, into destination: UnsafeMutableBufferPointer<Float>,
    by widen: (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void
  ) throws {
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * Self.piece, alignment: 64)
    defer { scratch.deallocate() }
    for start in stride(from: 0, to: destination.count, by: Self.piece) {
      let count = min(Self.piece, destination.count - start)
      let raw = UnsafeMutableRawBufferPointer(rebasing: scratch[..<(2 * count)])
      try file.read(into: raw, at: dataStart + entry.range.lowerBound + 2 * start)
      widen(UnsafeRawBufferPointer(raw), UnsafeMutableBufferPointer(rebasing: destination[start..<(start + count)]))
    }
  }

  /// The numbers of a BOOL, U8, I32 or I64 tensor. Throws `.badData` for another type, otherwise as ``bytes(_:)`` does.
  package func integers(_ name: String) throws -> [Int] {
    let entry = try entry(name)
    let bytes = try bytes(name)
    return try bytes.withUnsafeBytes { raw in
      switch entry.type {
      case .boolean, .unsigned8: raw.map { Int($0) }
      case .signed32:
        (0..<entry.count).map { Int(Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self))) }
      case .signed64:
        (0..<entry.count).map { Int(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))) }
      default: throw error(name, "holds \(entry.type.rawValue), not BOOL, U8, I32 or I64")
      }
    }
  }

  /// The bytes of a tensor of any type as the file has them, little endian.
  ///
  /// Throws `.badData` when there is no such tensor and `.inputOutput` when reading fails.
  package func bytes(_ name: String) throws -> [UInt8] {
    let entry = try entry(name)
    return try file.bytes(at: dataStart + entry.range.lowerBound, count: entry.range.count)
  }

  private func error(_ name: String, _ what: String, advice: String? = nil) -> UnrollError {
    UnrollError(.badData, file: file.name, "tensor '\(name)' \(what)", advice: advice)
  }
}
