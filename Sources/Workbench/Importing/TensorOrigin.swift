/// What a parameter, or all parameters whose names begin alike, are made from: an entry of `tensors` in a mapping.
///
/// It is the name of a tensor or of what the names of tensors begin with, or such a name with changes. These are made in the order
/// of `transpose`, `rows`, `columns`, `gates`.
package struct TensorOrigin: Sendable, Equatable {
  /// The tensor, or what stands in the place of the key in the tensors' names.
  package var tensor: String?
  /// Tensors that are added, such as the two biases of a layer of which we have one.
  package var sum: [String]?
  /// Whether a bias is nothing, because there it is in another one.
  package var zeros = false
  /// Whether matrices are stored the other way round, `[in, out]`.
  package var transpose = false
  /// The rows that are taken, as half-open ranges one after another; of vectors the numbers.
  package var rows: [Range<Int>]?
  /// The columns of matrices that are taken, in the same way: halves that are the other way round are exchanged.
  package var columns: [Range<Int>]?
  /// The order in which the gates of the cell are stacked there, each by its letter; ours are `i f g o` and `r z n`.
  package var gates: [String]?

  /// The name of a tensor without changes.
  package init(tensor: String) { self.tensor = tensor }

  private init() {}
}

extension TensorOrigin: KeyedSection {
  package static let blank = TensorOrigin()
  package static let keys: [SectionKey<TensorOrigin>] = [
    SectionKey("tensor", \.tensor, .optional(.text("the name of a tensor"))),
    SectionKey("sum", \.sum, .optional(.list(of: .text("the name of a tensor")))),
    SectionKey("zeros", \.zeros, .flag),
    SectionKey("transpose", \.transpose, .flag),
    SectionKey("rows", \.rows, .optional(.list(of: .range))),
    SectionKey("columns", \.columns, .optional(.list(of: .range))),
    SectionKey("gates", \.gates, .optional(.list(of: .text("the letter of a gate")))),
  ]

  package func check(_ field: Field) throws {
    guard [tensor != nil, sum != nil, zeros].count(where: { $0 }) == 1 else {
      throw field.error("it is made of one thing", advice: "give one of tensor, sum and zeros")
    }
    if let sum, sum.isEmpty { throw field.nearest("sum").error("nothing to add", advice: "name two tensors") }
    if zeros, transpose || rows != nil || columns != nil || gates != nil {
      throw field.nearest("zeros").error("zeros stay zeros", advice: "remove the other keys")
    }
  }
}

extension Codec where Value == TensorOrigin {
  /// A name alone, or keys.
  static var origin: Codec {
    let name = Codec<String>.text("the name of a tensor, or keys")
    return Codec(
      read: { field in
        if case .mapping = field.node.content { return try TensorOrigin.read(field) }
        return TensorOrigin(tensor: try name.read(field))
      },
      write: { $0 == TensorOrigin(tensor: $0.tensor ?? "") ? .text($0.tensor ?? "") : $0.node })
  }
}

extension Codec where Value == Range<Int> {
  /// Two numbers, the first included, the second not.
  fileprivate static var range: Codec {
    let bounds = Codec<[Int]>.list(of: .integer(.atLeast(0)))
    return Codec(
      read: { field in
        let ends = try bounds.read(field)
        guard ends.count == 2, ends[0] < ends[1] else {
          throw field.error("expected a first number and the one behind the last", advice: "write [0, 256]")
        }
        return ends[0]..<ends[1]
      },
      write: { bounds.write([$0.lowerBound, $0.upperBound]) })
  }
}
