/// What a search is told of one sentence beside its source.
package struct SearchSentence: Sendable, Equatable {
  /// The number of source positions; bounds the length and cuts the attention.
  package var sourceLength: Int
  /// The tokens that every hypothesis begins with, whatever the options forbid.
  package var prefix: [Int]
  /// What random draws depend on, beside the seed.
  package var key: UInt64

  /// A sentence that begins freely.
  package init(sourceLength: Int, prefix: [Int] = [], key: UInt64 = 0) {
    self.sourceLength = sourceLength
    self.prefix = prefix
    self.key = key
  }
}
