import Diagnostics
package import Foundation

/// A NumPy file `.npy` that is open for reading: an array of whole or floating-point numbers of any shape.
///
/// Numbers of 1 to 8 bytes, signed or not, half to double precision, Booleans, either order of bytes and of indices. Pickled
/// objects are refused.
package struct NumpyFile: Sendable {
  /// The dimensions, empty for a single number.
  package let shape: [Int]
  private let header: NumpyHeader
  private let number: NumpyNumber
  private let file: InputFile
  private let dataStart: Int

  /// Opens a file and checks its header against its size.
  ///
  /// Throws `.noInput` when it cannot be opened, `.badData` when it is no NumPy file, is cut short or holds something else than
  /// numbers, `.inputOutput` when reading fails.
  package init(contentsOf url: URL) throws {
    file = try InputFile(url)
    func fault(_ what: String) -> UnrollError {
      UnrollError(.badData, file: url.relativePath, what, advice: "write it with numpy.save, as numbers")
    }
    do {
      let range = try NumpyHeader.textRange(try file.bytes(at: 0, count: min(12, file.size)))
      guard range.upperBound <= file.size else { throw fault("is cut short") }
      let text = try file.bytes(at: range.lowerBound, count: range.count)
      header = try NumpyHeader(String(decoding: text, as: UTF8.self))
      dataStart = range.upperBound
    } catch let failure as NumpyHeader.Failure {
      throw fault(failure.what)
    }
    guard let number = NumpyNumber(header.type) else {
      throw fault("holds '\(header.type)', which are not whole or floating-point numbers of 1 to 8 bytes")
    }
    self.number = number
    shape = header.shape
    var size = number.width
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw fault("claims the shape \(header.shape), which is too large") }
      size = product
    }
    guard file.size - dataStart >= size else {
      throw fault("is cut short: shape \(shape) takes \(size) bytes, and \(file.size - dataStart) follow the header")
    }
  }

  /// All numbers, the last index running fastest. Throws `.inputOutput` when reading fails.
  package func floats() throws -> [Float] {
    let stored = try stored()
    return header.isFortranOrder && shape.count > 1 ? Self.reversingOrder(stored, shape) : stored
  }

  /// The features of a file with a column a frame, [D, F].
  ///
  /// Throws `.badData` when it has another number of dimensions or no rows, `.inputOutput` when reading fails.
  package func features() throws -> FeatureMatrix {
    guard shape.count == 2, shape[0] > 0 else {
      throw UnrollError(
        .badData, file: file.name, "has the shape \(shape), and features have two dimensions",
        advice: "save them as [dimensions, frames]")
    }
    let stored = try stored()
    // With the first index running fastest, a frame's numbers lie together already.
    let values = header.isFortranOrder ? stored : Self.reversingOrder(stored, [shape[1], shape[0]])
    return FeatureMatrix(frames: shape[1], dimensions: shape[0], values: values)
  }

  /// What follows the numbers, which NumPy does not look at. Throws `.inputOutput` when reading fails.
  func trailer() throws -> [UInt8] {
    let end = dataStart + shape.reduce(number.width, *)
    return try file.bytes(at: end, count: file.size - end)
  }

  /// The numbers in the order in which they lie in the file.
  private func stored() throws -> [Float] {
    let count = shape.reduce(1, *)
    let piece = 1 << 16
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for start in stride(from: 0, to: count, by: piece) {
        let part = start..<min(start + piece, count)
        let bytes = try file.bytes(at: dataStart + start * number.width, count: part.count * number.width)
        bytes.withUnsafeBytes { number.convert($0, into: UnsafeMutableBufferPointer(rebasing: buffer[part])) }
        initialized = part.upperBound
      }
    }
  }

  /// Numbers of an array whose first index runs fastest, so that the last one does.
  private static func reversingOrder(_ stored: [Float], _ shape: [Int]) -> [Float] {
    if shape.count == 2 { return transposed(stored, rows: shape[1], columns: shape[0]) }
    var result = stored
    var index = [Int](repeating: 0, count: shape.count)
    for number in stored {
      result[zip(shape, index).reduce(0) { $0 * $1.0 + $1.1 }] = number
      for place in index.indices {
        index[place] += 1
        if index[place] < shape[place] { break }
        index[place] = 0
      }
    }
    return result
  }

  private static func transposed(_ numbers: [Float], rows: Int, columns: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: numbers.count) { buffer, initialized in
      for row in 0..<rows {
        for column in 0..<columns { buffer[column * rows + row] = numbers[row * columns + column] }
      }
      initialized = numbers.count
    }
  }

  /// Writes features as the temporal segmentation community has them: single precision, [D, F].
  ///
  /// - Parameter trailer: Follows the numbers; NumPy does not look at it.
  /// - Throws: As ``AtomicFile/write(to:outlastsPowerCut:_:)`` does.
  package static func write(_ features: FeatureMatrix, to url: URL, trailer: [UInt8] = []) throws {
    // The memory as it is: a frame's numbers lie together when the first index runs fastest.
    var header =
      "{'descr': '<f4', 'fortran_order': True, 'shape': (\(features.dimensions), \(features.frames)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    try AtomicFile.write(to: url, outlastsPowerCut: false) { sink in
      try sink.append([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)])
      try sink.append(header)
      try features.values.withUnsafeBytes { try sink.append($0) }
      try sink.append(trailer)
    }
  }
}
