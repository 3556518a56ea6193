import Foundation
import TensorCore

/// A reader of files that anyone may have made, and how its inputs are damaged.
struct FuzzedReader: Sendable {
  /// Files by name.
  typealias Files = [String: [UInt8]]

  /// The reader's name, which is that of its folder of the corpus, too.
  let name: String
  /// Sound inputs.
  let seeds: [Files]
  /// Pieces of text or bytes that mean something to the reader.
  let words: [[UInt8]]
  /// A change that keeps the form of a file, so that what is behind the first check is reached, too.
  let reshape: @Sendable (inout Files, inout SplitMix) -> Void
  /// Puts right what no reader would look beyond, such as checksums.
  let repair: @Sendable (inout Files, inout SplitMix) -> Void
  /// Reads the files in a folder; gives what is to be done with what was read. An error must name a file of the folder.
  let read: @Sendable (URL) throws -> () throws -> Void

  init(
    _ name: String, seeds: [Files], words: [String], binaryWords: [[UInt8]] = [],
    reshape: @escaping @Sendable (inout Files, inout SplitMix) -> Void,
    repair: @escaping @Sendable (inout Files, inout SplitMix) -> Void = { _, _ in },
    read: @escaping @Sendable (URL) throws -> () throws -> Void
  ) {
    self.name = name
    self.seeds = seeds
    self.words = words.map { Array($0.utf8) } + binaryWords
    self.reshape = reshape
    self.repair = repair
    self.read = read
  }

  /// The input of a trial: a function of the seed and the trial's number.
  func input(seed: UInt64, trial: Int) -> Files {
    var random = SplitMix(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(trial))
    var files = seeds[Int.random(in: seeds.indices, using: &random)]
    let changes = [1, 1, 1, 2, 3, 5, 12][Int.random(in: 0..<7, using: &random)]
    for _ in 0..<changes {
      if Int.random(in: 0..<3, using: &random) > 0 {
        reshape(&files, &random)
      } else {
        let names = files.keys.sorted()
        let name = names[Int.random(in: names.indices, using: &random)]
        let other = seeds[Int.random(in: seeds.indices, using: &random)][name] ?? []
        files[name]?.damage(words: words, other: other, using: &random)
      }
    }
    repair(&files, &random)
    return files
  }
}
