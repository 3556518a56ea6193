/// The type of the numbers of one tensor in a safetensors file, named as in the file.
package enum SafetensorsType: String, Sendable, CaseIterable {
  case boolean = "BOOL"
  case unsigned8 = "U8"
  case signed8 = "I8"
  case unsigned16 = "U16"
  case signed16 = "I16"
  case unsigned32 = "U32"
  case signed32 = "I32"
  case unsigned64 = "U64"
  case signed64 = "I64"
  case float16 = "F16"
  case brainFloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"

  /// Bytes a number takes.
  package var width: Int {
    switch self {
    case .boolean, .unsigned8, .signed8: 1
    case .unsigned16, .signed16, .float16, .brainFloat16: 2
    case .unsigned32, .signed32, .float32: 4
    case .unsigned64, .signed64, .float64: 8
    }
  }
}

/// Where one tensor lies in a safetensors file and what it holds.
package struct SafetensorsEntry: Sendable, Equatable {
  package let name: String
  package let type: SafetensorsType
  /// Row-major dimensions; empty for a single number.
  package let shape: [Int]
  /// Bytes within the data part, which starts right after the header.
  package let range: Range<Int>

  /// How many numbers the tensor holds.
  package var count: Int { range.count / type.width }
}
