/// The header of a safetensors file, read strictly: what it promises is checked against the size of the data before
/// anything else trusts it. (Format: https://github.com/huggingface/safetensors#format)
struct SafetensorsHeader {
  /// The `__metadata__` strings, empty when there are none.
  private(set) var metadata: [String: String] = [:]
  /// The tensors in the order of their data.
  private(set) var entries: [SafetensorsEntry] = []

  /// What is wrong with a header, and with which tensor.
  struct Failure: Error {
    let what: String

    init(_ what: String) { self.what = what }
    init(tensor name: String, _ what: String) { self.what = "tensor '\(name.shortened)': \(what)" }
  }

  /// Enough for a hundred thousand tensors.
  private static let mostValues = 1_000_000

  /// Reads the header text; `dataSize` is the number of bytes that follow it in the file.
  init(_ text: [UInt8], dataSize: Int) throws(Failure) {
    let value: JSONValue
    do {
      value = try JSONReader.read(text, mostValues: Self.mostValues)
    } catch {
      throw Failure("the header is not valid JSON: \(error.what.shortened) (byte \(8 + error.offset))")
    }
    guard case .object(let members) = value else { throw Failure("the header is not a JSON object") }
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.metadata(member.value)
      } else {
        entries.append(try Self.entry(member, dataSize: dataSize))
      }
    }
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
    }
    try checkLayout(dataSize: dataSize)
  }

  private static func metadata(_ value: JSONValue) throws(Failure) -> [String: String] {
    guard case .object(let members) = value else { throw Failure("'__metadata__' is not a JSON object") }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw Failure("'__metadata__': the value of '\(member.name.shortened)' is not a string")
      }
      metadata[member.name] = text
    }
    return metadata
  }

  private static func entry(_ member: JSONValue.Member, dataSize: Int) throws(Failure) -> SafetensorsEntry {
    let name = member.name
    guard case .object(let fields) = member.value else {
      throw Failure(tensor: name, "its description is not a JSON object")
    }
    if let stranger = fields.first(where: { !["dtype", "shape", "data_offsets"].contains($0.name) }) {
      throw Failure(tensor: name, "unknown key '\(stranger.name.shortened)'")
    }
    guard case .string(let typeName)? = member.value["dtype"] else { throw Failure(tensor: name, "'dtype' is missing") }
    guard let type = SafetensorsType(rawValue: typeName) else {
      throw Failure(tensor: name, "unknown dtype '\(typeName.shortened)'")
    }
    guard let shape = sizes(member.value["shape"]) else {
      throw Failure(tensor: name, "'shape' is not a list of sizes")
    }
    guard let offsets = sizes(member.value["data_offsets"]), offsets.count == 2, offsets[0] <= offsets[1] else {
      throw Failure(tensor: name, "'data_offsets' is not a range")
    }
    guard offsets[1] <= dataSize else {
      throw Failure(tensor: name, "its data ends at byte \(offsets[1]) of \(dataSize): the file is cut short")
    }
    guard let size = product(of: shape, times: type.width) else {
      throw Failure(tensor: name, "its shape is too large")
    }
    guard size == offsets[1] - offsets[0] else {
      throw Failure(
        tensor: name,
        "shape \("\(shape)".shortened) of \(typeName) takes \(size) bytes, the file has \(offsets[1] - offsets[0])")
    }
    return SafetensorsEntry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
  }

  private static func sizes(_ value: JSONValue?) -> [Int]? {
    guard case .array(let values)? = value else { return nil }
    var sizes: [Int] = []
    for case .integer(let size) in values where size >= 0 { sizes.append(size) }
    return sizes.count == values.count ? sizes : nil
  }

  private static func product(of shape: [Int], times width: Int) -> Int? {
    var product = width
    for size in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Tensors follow each other without gap or overlap and fill the data.
  private func checkLayout(dataSize: Int) throws(Failure) {
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let fault =
          entry.range.lowerBound < end ? "its data overlaps another tensor's" : "there is a gap before its data"
        throw Failure(tensor: entry.name, fault)
      }
      end = entry.range.upperBound
    }
    guard end == dataSize else { throw Failure("\(dataSize - end) bytes follow the last tensor") }
  }
}

extension String {
  /// At most 80 characters for a message: a garbled file may hold a name of a megabyte.
  fileprivate var shortened: String { count > 80 ? prefix(80) + "…" : self }
}
