import Foundation
import VideoIO

extension CaptionAttention {
  /// A strip of pictures along time for each word, in which what the model did not look at fades away; of a still a picture a
  /// word.
  ///
  /// - Parameters:
  ///   - clip: What the clip is called.
  ///   - language: The code of the language of the caption.
  ///   - model: What the model is called.
  package func page(clip: String, language: String, model: String) -> HTMLPage {
    let caption = caption.isEmpty ? "(no words)" : caption
    return HTMLPage(
      title: "\(caption) – \(clip)", style: Self.style,
      body: """
        <h1 lang="\(language.escapedForHTML)" dir="auto">\(caption.escapedForHTML)</h1>
        \(explanation(clip))
        \(definitions)
        \(pictures.count == 1 ? gallery : strips)
        \(attentionFooter(model))
        """)
  }

  private func explanation(_ clip: String) -> String {
    let file = "<b>\(clip.escapedForHTML)</b>"
    guard pictures.count > 1 else {
      return """
        <p>What the model looked at in \(file) for each word: what it did not look at fades away. The strongest place of a
        word is shown in full; its share of the word's attention stands below.</p>
        """
    }
    let most = pictures.map(\.frames).max() ?? 1
    let stands =
      most == 1
      ? "Each picture is a frame."
      : "A picture stands for \(pictures.allSatisfy { $0.frames == most } ? "" : "up to ")\(most) frames in a row, and shows the one "
        + "in their middle: its share is the sum of theirs."
    return """
      <p>Which frames of \(file) the model looked at for each word: what it did not look at fades away, and the bars say how
      much of its attention each picture got. \(stands)</p>
      """
  }

  // MARK: Pictures

  /// All pictures, once; what shows them refers to them.
  private var definitions: String {
    let images = pictures.enumerated().map { index, picture in
      """
      <image id="p\(index)" width="\(picture.size.width)" height="\(picture.size.height)" \
      href="data:image/png;base64,\(Data(picture.png).base64EncodedString())"/>
      """
    }
    // Places fade into one another; each veil reaches a little beyond its own.
    return """
      <svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
      \(images.joined(separator: "\n"))
      <filter id="soft" x="-10%" y="-10%" width="120%" height="120%"><feGaussianBlur stdDeviation="\(softness)"/></filter>
      </defs></svg>
      """
  }

  /// How far places fade into one another, in pixels.
  private var softness: String {
    let size = pictures[0].size
    let (width, height) = (Double(size.width) / Double(grid.columns), Double(size.height) / Double(grid.rows))
    return decimal(min(width, height) * 0.3)
  }

  /// A picture under a veil that is thinnest where `weights`, `[rows · columns]`, are `most`.
  private func veiled(_ index: Int, _ weights: [Float], most: Double) -> String {
    let picture = pictures[index]
    let (width, height) = (picture.size.width, picture.size.height)
    return """
      <svg viewBox="0 0 \(width) \(height)" aria-hidden="true"><use href="#p\(index)"/>\
      \(veil(over: picture, weights, most: most))</svg>
      """
  }

  private func veil(over picture: AttentionPicture, _ weights: [Float], most: Double) -> String {
    let (width, height) = (Double(picture.size.width), Double(picture.size.height))
    func opacity(_ weight: Float) -> Double { 0.88 * (1 - attentionShare(weight) / max(most, 1e-9)) }
    func rectangle(_ x: Double, _ y: Double, _ right: Double, _ bottom: Double, _ opacity: Double) -> String {
      """
      <rect x="\(decimal(x))" y="\(decimal(y))" width="\(decimal(right - x))" height="\(decimal(bottom - y))" \
      opacity="\(decimal(opacity))"/>
      """
    }
    // A little larger than the picture, whose border would shine through.
    guard weights.count > 1 else { return rectangle(-1, -1, width + 1, height + 1, opacity(weights.first ?? 0)) }
    // Places at the border reach far beyond it: what the network does not see is as dark as its border.
    let beyond = width + height
    let edges = { (start: Double, length: Double, parts: Int) in
      (0...parts).map {
        $0 == 0 ? -beyond : $0 == parts ? length + beyond : start + length * Double($0) / Double(parts)
      }
    }
    let columns = edges(picture.seen.x * width, picture.seen.width * width, grid.columns)
    let rows = edges(picture.seen.y * height, picture.seen.height * height, grid.rows)
    let places = weights.enumerated().map { place, weight in
      let (row, column) = place.quotientAndRemainder(dividingBy: grid.columns)
      return rectangle(columns[column], rows[row], columns[column + 1], rows[row + 1], opacity(weight))
    }
    return "<g filter=\"url(#soft)\">\(places.joined())</g>"
  }

  // MARK: A still

  private var gallery: String {
    let cards = zip(pieces, weights).map { piece, weights in
      let most = weights[0].map(attentionShare).max() ?? 0
      return """
        <figure>\(veiled(0, weights[0], most: most))
        <figcaption\(piece.isEnd ? " class=\"end\"" : "")>\(piece.text.escapedForHTML) <small>\(percent(most))</small>\
        </figcaption></figure>
        """
    }
    let whole =
      "<figure><svg viewBox=\"0 0 \(pictures[0].size.width) \(pictures[0].size.height)\" aria-hidden=\"true\">"
      + "<use href=\"#p0\"/></svg><figcaption class=\"end\">the picture</figcaption></figure>"
    return "<div class=\"gallery\">\n\(([whole] + cards).joined(separator: "\n"))\n</div>"
  }

  // MARK: A clip

  private var strips: String {
    let start = pictures[0].time.seconds
    let span = (pictures.last?.time.seconds ?? start) - start
    let heads = pictures.map { picture in
      let time = Self.time(picture.time.seconds, span: span)
      return "<th scope=\"col\">\(time)</th>"
    }
    let plain = pictures.enumerated().map { index, picture in
      "<td><svg viewBox=\"0 0 \(picture.size.width) \(picture.size.height)\" role=\"img\" aria-label=\"the clip at "
        + "\(Self.time(picture.time.seconds, span: span)) seconds\"><use href=\"#p\(index)\"/></svg></td>"
    }
    let shares = weights.map { $0.map { attentionShare($0.reduce(0, +)) } }
    let highest = shares.joined().max() ?? 0
    let rows = pieces.indices.map { row($0, shares[$0], highest: highest, span: span) }
    return """
      <div class="scroll">
      <table class="film" style="--pictures:\(pictures.count)">
      <thead>
      <tr class="whole"><th scope="row">the clip</th>\(plain.joined())</tr>
      <tr class="times"><th scope="row">seconds</th>\(heads.joined())</tr>
      </thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  /// The strip of a word.
  private func row(_ index: Int, _ shares: [Double], highest: Double, span: Double) -> String {
    let piece = pieces[index]
    let most = shares.max() ?? 0
    // Of places the strongest of all pictures is shown in full.
    let strongest = weights[index].joined().map(attentionShare).max() ?? 0
    let cells = shares.indices.map { picture in
      let share = shares[picture]
      let title = "\(piece.text), \(Self.time(pictures[picture].time.seconds, span: span)) s: \(percent(share))"
        .escapedForHTML
      return """
        <td title="\(title)">\(veiled(picture, weights[index][picture], most: strongest))\
        <div class="bar\(share == most ? " most" : "")"><i style="height:\(decimal(100 * share / max(highest, 1e-9)))%"></i>\
        <span>\(share == most || share >= 0.0995 ? "\(Int((share * 100).rounded()))" : "")</span></div></td>
        """
    }
    return
      "<tr><th scope=\"row\"\(piece.isEnd ? " class=\"end\"" : "")>\(piece.text.escapedForHTML)</th>\(cells.joined())</tr>"
  }

  /// Seconds, as exact as is needed to tell pictures apart.
  private static func time(_ seconds: Double, span: Double) -> String {
    String(format: span > 100 ? "%.0f" : span > 20 ? "%.1f" : "%.2f", seconds)
  }

  private static let style = """
    svg { display: block; width: 100%; height: auto; overflow: hidden; border-radius: 4px; }
    rect { fill: rgb(var(--page)); }
    .film { table-layout: fixed; width: calc(7.5rem + var(--pictures) * 5.5rem); min-width: min(60rem, 100%); max-width: 100%; }
    .film th[scope=row] { width: 7.5rem; padding: 0 .9rem 0 0; text-align: right; font-weight: 600; overflow-wrap: anywhere; }
    .film td { padding: 0 2px; vertical-align: top; }
    .film .whole th, .film .times th { font-size: .8125rem; font-weight: 400; color: rgb(var(--quiet)); }
    .film .times th { padding-top: .2rem; padding-bottom: .5rem; font-variant-numeric: tabular-nums; }
    .film tbody tr { border-top: 1px solid rgb(var(--line)); }
    .film tbody td { padding-top: .4rem; padding-bottom: .4rem; }
    .bar { position: relative; height: 1.75rem; margin-top: 3px; border-radius: 3px; background: rgb(var(--empty));
      overflow: hidden; font-size: .6875rem; font-variant-numeric: tabular-nums; color: rgb(var(--ink)); }
    .bar i { position: absolute; inset: auto 0 0 0; background: rgb(var(--heat) / .28); }
    .bar.most i { background: rgb(var(--heat) / .6); }
    .bar span { position: absolute; inset: 0; display: grid; place-items: center; }
    .bar.most span { font-weight: 650; }
    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1.1rem 1rem;
      width: min(62rem, 100vw - 3rem); margin-top: 1.75rem; }
    figure { margin: 0; break-inside: avoid; }
    figcaption { margin-top: .35rem; font-weight: 600; overflow-wrap: anywhere; }
    figcaption small { margin-left: .3rem; font-weight: 400; color: rgb(var(--quiet)); font-variant-numeric: tabular-nums; }
    @media print { @page { size: landscape; margin: 12mm; } .film { width: 100%; min-width: 0; } .gallery { width: 100%; } }
    """
}
