package import Diagnostics

/// What is wrong with data, collected: all of it is said before anything long begins.
package struct DataProblems: Sendable {
  /// Shown at most; the others are counted.
  private static let shown = 20

  package private(set) var all: [UnrollError] = []

  package init() {}

  package mutating func add(_ problem: UnrollError) { all.append(problem) }

  /// Runs `body`; an `UnrollError` that it throws is added, and the result is nil.
  package mutating func collect<Result>(_ body: () throws -> Result) throws -> Result? {
    do {
      return try body()
    } catch let problem as UnrollError {
      add(problem)
      return nil
    }
  }

  /// Throws when there is a problem: a single one as it is; several go to `note`, a line each, and the error counts them.
  package func check(_ place: String, note: (String) -> Void) throws {
    guard let first = all.first else { return }
    if all.count == 1 { throw first }
    for problem in all.prefix(Self.shown) { note("\(problem)") }
    if all.count > Self.shown { note("and \(all.count - Self.shown) more") }
    throw UnrollError(
      first.kind, file: place, "there are \(counted(all.count, "problem")) in the data", advice: "see the lines above")
  }
}
