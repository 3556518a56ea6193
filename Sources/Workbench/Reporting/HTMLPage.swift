/// A page that needs nothing but itself: no script, no font, no other file, and no network.
package struct HTMLPage: Sendable {
  private let title: String
  private let style: String
  private let body: String

  /// - Parameters:
  ///   - title: Plain text.
  ///   - style: CSS besides what all pages have.
  ///   - body: HTML whose text is escaped.
  init(title: String, style: String, body: String) {
    self.title = title
    self.style = style
    self.body = body
  }

  /// The whole page, for a file in UTF-8.
  package var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
    <title>\(title.escapedForHTML)</title>
    <style>
    \(Self.sharedStyle)
    \(style)
    </style>
    </head>
    <body>
    <main>
    \(body)
    </main>
    </body>
    </html>

    """
  }

  /// Colours for light and dark screens and for paper; text.
  private static let sharedStyle = """
    :root { --page: 252 252 251; --ink: 28 28 30; --quiet: 98 98 104; --line: 226 226 228; --heat: 24 92 200;
      --on-heat: 255 255 255; --empty: 241 242 244; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --page: 19 20 23; --ink: 236 236 238; --quiet: 160 161 168; --line: 52 54 60; --heat: 112 172 255;
        --on-heat: 8 20 40; --empty: 33 35 40; } }
    * { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    body { margin: 0; background: rgb(var(--page)); color: rgb(var(--ink));
      font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
    main { width: fit-content; min-width: min(100%, 44rem); max-width: 100%; margin: 0 auto; padding: 2.5rem 1.5rem 2rem; }
    h1 { margin: 0; max-width: 52rem; font-size: 1.6rem; line-height: 1.25; font-weight: 650; text-wrap: balance; }
    p { margin: .5rem 0 0; max-width: 44rem; color: rgb(var(--quiet)); }
    table { border-collapse: collapse; }
    .scroll { overflow-x: auto; margin: 1.75rem 0 0; }
    .end { font-style: italic; font-weight: 400; color: rgb(var(--quiet)); }
    footer { margin-top: 1.75rem; padding-top: .75rem; border-top: 1px solid rgb(var(--line)); font-size: .8125rem;
      color: rgb(var(--quiet)); }
    @media print { :root { --page: 255 255 255; } body { font-size: 11pt; } main { padding: 0; } .scroll { overflow: visible; } tr { break-inside: avoid; } }
    """
}

extension String {
  /// The text as it is written between tags and in quoted attributes of HTML. Control characters, which HTML forbids, become
  /// U+FFFD.
  package var escapedForHTML: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
