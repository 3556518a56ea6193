/// Something that TensorBoard shows, with the moment and the step that it is of.
///
/// Written as TensorFlow's protocol buffer `Event` (event.proto, summary.proto and tensor.proto of TensorFlow), of which these
/// fields are all that is needed.
package struct TrainingEvent: Sendable {
  /// What happened.
  package enum Content: Sendable {
    /// What a file of events begins with.
    case version
    /// A process begins at a step: what others wrote of it and of later ones holds no more.
    case start
    /// Numbers by their tags.
    case scalars([(tag: String, value: Float)])
    /// Text in Markdown.
    case text(tag: String, String)
  }

  /// When, in seconds since 1970.
  package let time: Double
  /// After how many updates.
  package let step: Int
  package let content: Content

  package init(_ content: Content, step: Int, time: Double) {
    self.content = content
    self.step = step
    self.time = time
  }

  /// The event as a record of a TFRecord file: the length, its checksum, the message, its checksum.
  package var record: [UInt8] {
    let message = message.bytes
    let length = ProtocolBuffer.fixed(UInt64(message.count))
    return length + ProtocolBuffer.fixed(CRC32C.masked(length)) + message
      + ProtocolBuffer.fixed(CRC32C.masked(message))
  }

  private var message: ProtocolBuffer {
    var event = ProtocolBuffer()
    event.put(1, time)
    event.put(2, step)
    switch content {
    case .version: event.put(3, "brain.Event:2")
    case .start:
      var log = ProtocolBuffer()
      log.put(1, 1)  // START
      event.put(7, log)
    case .scalars(let scalars):
      var summary = ProtocolBuffer()
      for (tag, value) in scalars {
        var item = ProtocolBuffer()
        item.put(1, tag)
        item.put(2, value)
        summary.put(1, item)
      }
      event.put(5, summary)
    case .text(let tag, let text):
      var (summary, item) = (ProtocolBuffer(), ProtocolBuffer())
      item.put(1, tag)
      var tensor = ProtocolBuffer()
      tensor.put(1, 7)  // DT_STRING
      tensor.put(2, ProtocolBuffer())  // the shape of a single one
      tensor.put(8, text)
      item.put(8, tensor)
      var (metadata, plugin) = (ProtocolBuffer(), ProtocolBuffer())
      plugin.put(1, "text")
      metadata.put(1, plugin)
      item.put(9, metadata)
      summary.put(1, item)
      event.put(5, summary)
    }
    return event
  }
}

/// A message of Protocol Buffers as it grows, field by field in the order of their numbers (https://protobuf.dev/programming-guides/encoding).
private struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  /// A whole number; 0 is what a reader takes a missing one for, and left out.
  mutating func put(_ field: Int, _ value: Int) {
    guard value != 0 else { return }
    key(field, wire: 0)
    variable(UInt64(bitPattern: Int64(value)))
  }

  mutating func put(_ field: Int, _ value: Double) {
    key(field, wire: 1)
    bytes += Self.fixed(value.bitPattern)
  }

  mutating func put(_ field: Int, _ value: Float) {
    key(field, wire: 5)
    bytes += Self.fixed(value.bitPattern)
  }

  mutating func put(_ field: Int, _ value: String) { put(field, Array(value.utf8)) }

  mutating func put(_ field: Int, _ value: ProtocolBuffer) { put(field, value.bytes) }

  private mutating func put(_ field: Int, _ value: [UInt8]) {
    key(field, wire: 2)
    variable(UInt64(value.count))
    bytes += value
  }

  private mutating func key(_ field: Int, wire: UInt64) { variable(UInt64(field) << 3 | wire) }

  private mutating func variable(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// An integer's bytes, the lowest first.
  static func fixed(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
}
