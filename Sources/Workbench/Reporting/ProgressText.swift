import Foundation

/// What a progress line says at one moment.
package struct ProgressText: Sendable, Equatable {
  /// What is being done, `train` or `epoch 3`; plain ASCII.
  package var label: String
  /// Units finished, and all of them where that is known.
  package var done: Int
  package var total: Int?
  /// What the units are when the total is not known, as in `1200 steps`.
  package var unit: String
  package var loss: Double?
  /// Things per second and their name, as in `31.5k tokens/s`.
  package var rate: Double?
  package var rateUnit: String
  /// Seconds to go.
  package var remaining: Double?

  package init(
    label: String, done: Int, total: Int?, unit: String, loss: Double? = nil, rate: Double? = nil, rateUnit: String,
    remaining: Double? = nil
  ) {
    self.label = label
    self.done = done
    self.total = total
    self.unit = unit
    self.loss = loss
    self.rate = rate
    self.rateUnit = rateUnit
    self.remaining = remaining
  }

  /// The text in at most `width` columns. What says least is left out first: percent, rate, loss, label.
  package func line(width: Int) -> String {
    var parts = [label, count, percent, lossText, rateText, remainingText]
    for least in [2, 4, 3, 0] {
      let line = parts.compactMap { $0 }.joined(separator: "  ")
      if line.count <= width { return line }
      parts[least] = nil
    }
    return String(parts.compactMap { $0 }.joined(separator: "  ").prefix(max(0, width)))
  }

  private var count: String { total.map { "\(done)/\($0)" } ?? "\(done) \(unit)" }

  private var percent: String? {
    guard let total, total > 0 else { return nil }
    return "\(Int((100 * Double(done) / Double(total)).rounded(.down)))%"
  }

  private var lossText: String? { loss.map { "loss " + String(format: "%.4g", $0) } }

  private var rateText: String? { rate.map { "\(Self.short($0)) \(rateUnit)/s" } }

  private var remainingText: String? { remaining.map { "ETA \(Self.duration($0))" } }

  /// Three digits and a magnitude: `842`, `31.5k`, `1.20M`; `0.52` below one.
  package static func short(_ number: Double) -> String {
    guard number.isFinite else { return "?" }
    for (size, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where number >= 0.9995 * size {
      return digits(number / size) + letter
    }
    return number >= 99.95 || number == number.rounded() ? String(format: "%.0f", number) : digits(number)
  }

  private static func digits(_ number: Double) -> String {
    String(format: number >= 99.95 ? "%.0f" : number >= 9.995 ? "%.1f" : "%.2f", number)
  }

  /// `0:07`, `12:34`, `3:12:34`, `2d 03:12`.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let seconds = Int(max(0, seconds).rounded())
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
    if days > 0 { return "\(days)d " + String(format: "%02d:%02d", hours % 24, minutes % 60) }
    if hours > 0 { return "\(hours):" + String(format: "%02d:%02d", minutes % 60, seconds % 60) }
    return "\(minutes):" + String(format: "%02d", seconds % 60)
  }
}
