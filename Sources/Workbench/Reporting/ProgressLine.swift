import Foundation

/// Shows how far a long job is: one live line on a terminal, a plain line every ten seconds elsewhere, nothing when
/// quiet. It always goes to standard error, so that results can be piped.
package struct ProgressLine {
  /// Seconds between two redraws of the live line.
  private static let redrawInterval = 0.1

  private let terminal: Terminal
  private let isQuiet: Bool
  private let plainInterval: Double
  private let now: () -> Double
  private let started: Double
  private let startedAmount: Int
  private var rate = ProgressRate()
  private var text: ProgressText
  private var amount: Int
  private var lastShown: Double
  private var isLineOpen = false

  /// Starts a job; nothing is shown yet.
  ///
  /// - Parameters:
  ///   - label: what is being done, plain ASCII.
  ///   - done: where it starts, above 0 when a run is resumed.
  ///   - total: how many units there are, nil if unknown (then there is no estimate).
  ///   - unit: the name of the units.
  ///   - rateUnit: what the shown speed counts (`tokens`), nil to show the units themselves.
  ///   - amount: how much of `rateUnit` was treated before.
  ///   - plainInterval: seconds between two lines where a line cannot be overwritten.
  ///   - now: a clock in seconds that never goes back.
  package init(
    label: String, done: Int = 0, total: Int?, unit: String = "steps", rateUnit: String? = nil, amount: Int = 0,
    isQuiet: Bool = false, plainInterval: Double = 10, terminal: Terminal = .standardError(),
    now: @escaping () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.terminal = terminal
    self.isQuiet = isQuiet
    self.plainInterval = plainInterval
    self.now = now
    text = ProgressText(label: label, done: done, total: total, unit: unit, rateUnit: rateUnit ?? unit)
    started = now()
    startedAmount = rateUnit == nil ? done : amount
    self.amount = startedAmount
    lastShown = terminal.isInteractive ? -.infinity : started
    rate.note(time: started, done: done, amount: startedAmount)
  }

  /// Notes progress, and shows it if it is time to.
  ///
  /// - Parameters:
  ///   - done: units finished in all.
  ///   - amount: how much of the rate's unit was treated in all; nil where the rate counts the units.
  ///   - loss: the latest loss, nil keeps the one before.
  ///   - label: a new label, nil keeps the one before.
  package mutating func update(done: Int, amount: Int? = nil, loss: Double? = nil, label: String? = nil) {
    text.done = done
    // Passes of batches that are cut by length have not all the same number of them.
    text.total = text.total.map { max($0, done) }
    text.loss = loss ?? text.loss
    text.label = label ?? text.label
    self.amount = amount ?? done
    let time = now()
    rate.note(time: time, done: done, amount: self.amount)
    guard !isQuiet, time - lastShown >= (terminal.isInteractive ? Self.redrawInterval : plainInterval) else { return }
    lastShown = time
    estimate()
    if terminal.isInteractive {
      isLineOpen = true
      // One column stays free: some terminals wrap a full line. `ESC [ K` clears what is left of a longer line before.
      terminal.write("\r" + styled(text.line(width: terminal.width() - 1)) + "\u{1B}[K")
    } else {
      terminal.write(text.line(width: .max) + "\n")
    }
  }

  /// Shows a line that stays, above the live line; it is shown even when quiet only if `always`.
  package mutating func note(_ line: String, always: Bool = false) {
    guard !isQuiet || always else { return }
    clear()
    terminal.write(line + "\n")
    lastShown = terminal.isInteractive ? -.infinity : lastShown
  }

  /// Ends with a line that stays: what was done, at what mean speed and in what time.
  package mutating func finish() {
    guard !isQuiet else { return }
    clear()
    let seconds = now() - started
    text.rate = seconds > 0 ? Double(amount - startedAmount) / seconds : nil
    text.remaining = nil
    terminal.write(text.line(width: .max) + "  in \(ProgressText.duration(seconds))\n")
  }

  /// Removes the live line, so that other text can be written.
  package mutating func clear() {
    guard isLineOpen else { return }
    terminal.write("\r\u{1B}[K")
    isLineOpen = false
  }

  private mutating func estimate() {
    let perSecond = rate.perSecond
    text.rate = perSecond?.amount
    text.remaining = nil
    if let total = text.total, let speed = perSecond?.done, speed > 0 {
      text.remaining = Double(max(0, total - text.done)) / speed
    }
  }

  /// The label in bold, where that is wanted.
  private func styled(_ line: String) -> String {
    guard terminal.allowsStyle, !text.label.isEmpty, line.hasPrefix(text.label) else { return line }
    return "\u{1B}[1m\(text.label)\u{1B}[0m\(line.dropFirst(text.label.count))"
  }
}
