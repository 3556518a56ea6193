import Diagnostics
import Foundation

extension TranslationAttention {
  /// A heat map: a row for each written piece, a column for each read one.
  ///
  /// - Parameters:
  ///   - languages: The codes of the languages that are read and written.
  ///   - model: What the model is called.
  package func page(languages: (source: String, target: String), model: String) -> HTMLPage {
    HTMLPage(
      title: "\(source) → \(translation)", style: Self.style,
      body: """
        <h1><span lang="\(languages.source.escapedForHTML)" dir="auto">\(source.escapedForHTML)</span>
        <span class="becomes">→</span>
        <span lang="\(languages.target.escapedForHTML)" dir="auto">\(translation.escapedForHTML)</span></h1>
        <p>Where the model looked while it wrote: each row is a piece of the translation, and its colours say which pieces of
        the source it came from. A row adds up to 100&nbsp;%; shares from 10&nbsp;% on are written out.</p>
        \(legend)
        <div class="scroll">
        \(table)
        </div>
        \(attentionFooter(model))
        """)
  }

  private var legend: String {
    """
    <div class="legend" aria-hidden="true"><span>0 %</span><i></i><span>100 %</span></div>
    """
  }

  private var table: String {
    // Long rows of columns are only read when they are narrow.
    let isLong = sourcePieces.count > 16
    let heads = sourcePieces.map { "<th scope=\"col\"\(Self.classes($0))><span>\($0.text.escapedForHTML)</span></th>" }
    let rows = zip(targetPieces, weights).map { piece, weights in
      let cells = zip(sourcePieces, weights).map { cell($1, from: $0, to: piece) }
      return "<tr><th scope=\"row\"\(Self.classes(piece))>\(piece.text.escapedForHTML)</th>\(cells.joined())</tr>"
    }
    return """
      <table class="map\(isLong ? " long" : "")">
      <thead><tr><td></td>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  private func cell(_ weight: Float, from source: ShownPiece, to target: ShownPiece) -> String {
    let share = attentionShare(weight)
    let title = "\(target.text) ← \(source.text): \(percent(share))".escapedForHTML
    let number = share >= 0.0995 ? "\(wholePercent(share))" : ""
    let gap = source.beginsWord ? " class=\"gap\"" : ""
    return "<td\(gap) title=\"\(title)\"><div\(share > 0.55 ? " class=\"strong\"" : "")"
      + " style=\"--share:\(decimal(share))\">\(number)</div></td>"
  }

  /// What pieces begin is a word; pieces of a word stand close together.
  private static func classes(_ piece: ShownPiece) -> String {
    let names = [piece.beginsWord ? "gap" : nil, piece.isEnd ? "end" : nil].compactMap { $0 }
    return names.isEmpty ? "" : " class=\"\(names.joined(separator: " "))\""
  }

  private static let style = """
    .becomes { color: rgb(var(--quiet)); font-weight: 400; }
    .legend { display: flex; align-items: center; gap: .5rem; margin-top: .9rem; font-size: .8125rem;
      color: rgb(var(--quiet)); }
    .legend i { width: 9rem; height: .75rem; border-radius: 3px;
      background: linear-gradient(90deg, rgb(var(--empty)), rgb(var(--heat))); }
    .map th { font-weight: 550; white-space: nowrap; }
    .map thead th { padding: 0 .4rem .4rem; vertical-align: bottom; text-align: center; }
    .map tbody th { padding: 0 .75rem 0 0; text-align: right; }
    .map td { padding: 1px; min-width: 4rem; }
    .map .gap { padding-left: 5px; }
    .map tbody th.gap { padding-left: 0; }
    .map td div { height: 2.75rem; border-radius: 3px; display: grid; place-items: center; font-size: .875rem;
      font-variant-numeric: tabular-nums; color: rgb(var(--ink));
      background: linear-gradient(rgb(var(--heat) / var(--share)), rgb(var(--heat) / var(--share))), rgb(var(--empty)); }
    .map td .strong { color: rgb(var(--on-heat)); }
    .long thead th { padding: 0 0 .4rem; }
    .long thead th span { display: inline-block; writing-mode: vertical-rl; transform: rotate(180deg); }
    .long td { min-width: 1.75rem; }
    .long .gap { padding-left: 3px; }
    .long td div { height: 1.75rem; font-size: .6875rem; }
    """
}

/// What a page about attention ends with.
func attentionFooter(_ model: String) -> String {
  "<footer>Model \(model.escapedForHTML), unroll inspect attention, unroll \(unrollVersion.escapedForHTML)</footer>"
}

/// A weight as a share, whatever rounding made of it.
func attentionShare(_ weight: Float) -> Double { min(1, max(0, Double(weight))) }

/// A share as CSS and SVG read it.
func decimal(_ share: Double) -> String { String(format: "%.3f", share) }

/// A share as people read it.
func percent(_ share: Double) -> String { "\(wholePercent(share)) %" }

/// The nearest percentage.
func wholePercent(_ share: Double) -> Int { Int((share * 100).rounded()) }
