import Diagnostics
package import Foundation

/// The training curve of one sitting of a run, as a file of events that TensorBoard reads.
///
/// Every sitting has a file of its own, which begins by saying from which step on the files before hold no more: what a killed
/// process wrote behind its last checkpoint is there once in TensorBoard, and a record that it left torn does no harm.
package final class EventLog: Sendable {
  /// The file.
  package let url: URL
  private let file: AppendedFile
  private let now: @Sendable () -> Double

  /// Begins a file in the folder of a run.
  ///
  /// - Parameters:
  ///   - step: The first step that this sitting writes of.
  ///   - recipe: The recipe, to be shown as text; nil to show none.
  ///   - now: What time it is, in seconds since 1970.
  /// - Throws: `.cannotCreate` when there can be no such file, `.inputOutput` when it cannot be written.
  package init(
    in folder: URL, from step: Int, recipe: String?,
    now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    url = try Self.next(in: folder, at: Int(now()))
    file = try AppendedFile(url, "the events for TensorBoard")
    self.now = now
    try put(.version, step: 0)
    try put(.start, step: step)
    if let recipe {
      // Indented, Markdown shows it as it is.
      let lines = recipe.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }
      try put(.text(tag: "recipe", lines.joined()), step: step)
    }
  }

  /// Appends the numbers of a line of the log whose names are tags, such as `train/loss`. Throws `.inputOutput` when they cannot be
  /// written.
  package func append(_ line: JSONValue, step: Int) throws {
    guard case .object(let members) = line else { return }
    let scalars = members.compactMap { member -> (tag: String, value: Float)? in
      guard member.name.contains("/") else { return nil }
      switch member.value {
      case .number(let value): return (member.name, Float(value))
      case .integer(let value): return (member.name, Float(value))
      default: return nil
      }
    }
    try put(.scalars(scalars), step: step)
  }

  private func put(_ content: TrainingEvent.Content, step: Int) throws {
    try file.append(TrainingEvent(content, step: step, time: now()).record)
  }

  /// A name that sorts behind those of the files that are there: TensorBoard reads them in that order.
  private static func next(in folder: URL, at second: Int) throws -> URL {
    let stem = "events.out.tfevents."
    let names = try sortedNames(in: folder, .cannotCreate)
    let seconds = names.filter { $0.hasPrefix(stem) }.compactMap { Int($0.dropFirst(stem.count).prefix { $0 != "." }) }
    let number = max(second, (seconds.max() ?? 0) + 1)
    return folder.appending(path: "\(stem)\(number).unroll")
  }
}
