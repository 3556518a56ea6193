import Foundation

/// What is known of the place where progress is shown.
package struct Terminal: Sendable {
  /// Whether a line can be overwritten there.
  package var isInteractive: Bool
  /// Whether text may be bold or dim.
  package var allowsStyle: Bool
  /// The width in columns right now: people resize windows.
  package var width: @Sendable () -> Int
  /// Writes text there at once.
  package var write: @Sendable (String) -> Void

  /// A place for tests, or for other streams.
  package init(
    isInteractive: Bool, allowsStyle: Bool = false, width: @escaping @Sendable () -> Int = { 80 },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.isInteractive = isInteractive
    self.allowsStyle = allowsStyle
    self.width = width
    self.write = write
  }

  /// Standard error. `NO_COLOR` set to anything (https://no-color.org) or `TERM=dumb` takes the styles away, the latter
  /// also the live line.
  package static func standardError(
    environment: [String: String] = ProcessInfo.processInfo.environment, isTerminal: Bool = isatty(STDERR_FILENO) == 1
  ) -> Terminal {
    let isInteractive = isTerminal && environment["TERM"] != "dumb"
    return Terminal(
      isInteractive: isInteractive, allowsStyle: isInteractive && environment["NO_COLOR", default: ""].isEmpty,
      width: { columns(of: STDERR_FILENO) ?? environment["COLUMNS"].flatMap(Int.init) ?? 80 },
      write: { text in
        var text = text
        // Progress that nobody can read any more is no reason to stop.
        text.withUTF8 { _ = Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      })
  }

  private static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
