import TensorCore

/// Changes the header of a safetensors file and, as a rule, keeps the length before it true.
func damageSafetensors(_ bytes: inout [UInt8], words: [[UInt8]], using random: inout SplitMix) {
  guard bytes.count >= 8 else { return }
  let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  let end = length < UInt64(bytes.count - 8) ? 8 + Int(length) : bytes.count
  var header = Array(bytes[8..<end])
  var data = Array(bytes[end...])
  switch Int.random(in: 0..<6, using: &random) {
  case 0:
    header.replaceNumber(near: header.isEmpty ? 0 : Int.random(in: header.indices, using: &random), using: &random)
  case 1:
    // Deep or long.
    let place = Int.random(in: 0...header.count, using: &random)
    let (word, times) = (
      ["[", "{\"a\":", "0,", "\"\":[],", "\\u0041", " "].randomElement(using: &random) ?? "[",
      randomPower(below: 18, using: &random)
    )
    header.insert(contentsOf: String(repeating: word, count: times).utf8, at: place)
  case 2: data = Array(data.prefix(Int.random(in: 0...data.count, using: &random)))
  case 3:
    // Numbers that are none.
    guard data.count >= 4 else { break }
    let place = Int.random(in: 0...(data.count / 4 - 1), using: &random) * 4
    let number: UInt32 =
      [0x7FC0_0000, 0x7F80_0000, 0xFF80_0000, 0x7F7F_FFFF, 1, 0x7C00_7C00].randomElement(using: &random) ?? 0
    data.replaceSubrange(place..<(place + 4), with: withUnsafeBytes(of: number.littleEndian) { Array($0) })
  default: header.damage(words: words, other: header, using: &random)
  }
  var announced = UInt64(header.count)
  if Int.random(in: 0..<16, using: &random) == 0 { announced = fuzzIntegers.randomElement(using: &random) ?? 0 }
  bytes = withUnsafeBytes(of: announced.littleEndian) { Array($0) } + header + data
  if bytes.count > [UInt8].mostFuzzed { bytes.removeSubrange([UInt8].mostFuzzed...) }
}

/// One field of a protocol buffer message.
private struct WireField {
  var number: UInt64
  var type: UInt64
  /// A varint, or what 4 or 8 bytes hold.
  var value: UInt64 = 0
  var payload: [UInt8] = []

  var bytes: [UInt8] {
    var bytes = varint(number << 3 | type)
    switch type {
    case 0: bytes += varint(value)
    case 1: bytes += withUnsafeBytes(of: value.littleEndian) { Array($0) }
    case 5: bytes += withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian) { Array($0) }
    default: bytes += varint(UInt64(payload.count)) + payload
    }
    return bytes
  }
}

private func varint(_ value: UInt64) -> [UInt8] {
  var (value, bytes) = (value, [UInt8]())
  while value >= 0x80 {
    bytes.append(UInt8(value & 0x7F) | 0x80)
    value >>= 7
  }
  return bytes + [UInt8(value)]
}

/// The fields of a message; nil where the bytes are none.
private func wireFields(_ bytes: [UInt8]) -> [WireField]? {
  var (fields, place) = ([WireField](), 0)
  func number() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard place < bytes.count else { return nil }
      value |= UInt64(bytes[place] & 0x7F) << shift
      place += 1
      if bytes[place - 1] < 0x80 { return value }
    }
    return nil
  }
  func take(_ count: UInt64) -> [UInt8]? {
    guard count <= UInt64(bytes.count - place) else { return nil }
    defer { place += Int(count) }
    return Array(bytes[place..<(place + Int(count))])
  }
  while place < bytes.count {
    guard let key = number(), key >> 3 > 0 else { return nil }
    var field = WireField(number: key >> 3, type: key & 7)
    switch field.type {
    case 0:
      guard let value = number() else { return nil }
      field.value = value
    case 1, 5:
      guard let raw = take(field.type == 1 ? 8 : 4) else { return nil }
      field.value = raw.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    case 2:
      guard let size = number(), let payload = take(size) else { return nil }
      field.payload = payload
    default: return nil
    }
    fields.append(field)
  }
  return fields
}

/// Changes a field of a protocol buffer message, or of a message in it, and keeps the lengths true.
func damageMessage(_ bytes: inout [UInt8], words: [[UInt8]], using random: inout SplitMix) {
  guard var fields = wireFields(bytes), !fields.isEmpty else {
    return bytes.damage(words: words, other: bytes, using: &random)
  }
  // Settings are few and pieces many: half of the changes go to what is rare.
  let rare = fields.indices.filter { fields[$0].number != fields[0].number }
  let index =
    (Bool.random(using: &random) ? rare.randomElement(using: &random) : nil)
    ?? Int.random(in: fields.indices, using: &random)
  switch Int.random(in: 0..<10, using: &random) {
  case 0: fields.remove(at: index)
  case 1: fields.insert(fields[index], at: Int.random(in: 0...fields.count, using: &random))
  case 2: fields.swapAt(index, Int.random(in: fields.indices, using: &random))
  case 3: fields[index].number = UInt64.random(in: 1..<50, using: &random)
  case 4:
    let copies = randomPower(below: 12, using: &random)
    fields.insert(contentsOf: [WireField](repeating: fields[index], count: copies), at: index)
  case 5:
    // A setting that was not there.
    let types: [UInt64] = [0, 2, 5]
    fields.append(
      WireField(
        number: UInt64.random(in: 1..<54, using: &random), type: types.randomElement(using: &random) ?? 0,
        value: fuzzIntegers.randomElement(using: &random) ?? 0, payload: words.randomElement(using: &random) ?? []))
  default:
    if fields[index].type != 2 {
      let floats: [UInt64] = [0x7FC0_0000, 0x7F80_0000, 0xFF7F_FFFF, 0x7F7F_FFFF, 0x8000_0000, 1]
      fields[index].value =
        (Bool.random(using: &random) ? fuzzIntegers : floats).randomElement(using: &random) ?? 0
    } else if wireFields(fields[index].payload)?.isEmpty == false, Int.random(in: 0..<8, using: &random) > 0 {
      damageMessage(&fields[index].payload, words: words, using: &random)
    } else {
      fields[index].payload.damage(words: words, other: fields[index].payload, using: &random)
    }
  }
  bytes = Array(fields.flatMap(\.bytes).prefix([UInt8].mostFuzzed))
}
