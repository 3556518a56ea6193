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
  /// - Throws: `UnrollError` where this FFmpeg makes no PNG.
  package func page(clip: String, language: String, model: String) throws -> HTMLPage {
    let caption = caption.isEmpty ? "(no words)" : caption
    return try HTMLPage(
      title: "\(caption) – \(clip)", style: Self.style,
      body: """
        <h1 lang="\(language.escapedForHTML)" dir="auto">\(caption.escapedForHTML)</h1>
        \(explanation(clip))
        \(definitions)
        \(pictures.count == 1 ? gallery() : strips())
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
    return """
      <svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>
      \(images.joined(separator: "\n"))
      </defs></svg>
      """
  }

  /// A picture that fades away where the weights `[rows · columns]` of a word are less than `most`.
  ///
  /// - Parameter word: The place of the word.
  private func faded(_ index: Int, word: Int, most: Double) throws -> String {
    let picture = pictures[index]
    let visible = weights[word][index].map { min(1, attentionShare($0) / max(most, 1e-9)) }
    let content =
      visible.count == 1
      ? "<use href=\"#p\(index)\" opacity=\"\(decimal(Self.faintest + (1 - Self.faintest) * visible[0]))\"/>"
      : "<use href=\"#p\(index)\" opacity=\"\(decimal(Self.faintest))\"/>"
        + (try through(visible, at: picture, "w\(word)p\(index)"))
        + "<use href=\"#p\(index)\" mask=\"url(#w\(word)p\(index))\"/>"
    return "<svg viewBox=\"0 0 \(picture.size.width) \(picture.size.height)\" aria-hidden=\"true\">\(content)</svg>"
  }

  /// How much is left of what was not looked at.
  private static let faintest = 0.12

  /// A mask that shows of each place as much as `visible` says: a picture of a pixel a place, which the browser enlarges, so that
  /// places fade into one another. Many rectangles and a blur would take it minutes.
  private func through(_ visible: [Double], at picture: AttentionPicture, _ name: String) throws -> String {
    var pixels = Pixels(PixelSize(grid.columns, grid.rows), format: .gray)
    let stride = pixels.bytesPerRow
    pixels.withUnsafeMutableBytes { bytes in
      for (place, share) in visible.enumerated() {
        let (row, column) = place.quotientAndRemainder(dividingBy: grid.columns)
        bytes[row * stride + column] = UInt8((share * 255).rounded())
      }
    }
    let (width, height) = (Double(picture.size.width), Double(picture.size.height))
    return """
      <mask id="\(name)"><image x="\(decimal(picture.seen.x * width))" y="\(decimal(picture.seen.y * height))" \
      width="\(decimal(picture.seen.width * width))" height="\(decimal(picture.seen.height * height))" \
      preserveAspectRatio="none" href="data:image/png;base64,\(Data(try pixels.png()).base64EncodedString())"/></mask>
      """
  }

  // MARK: A still

  private func gallery() throws -> String {
    let cards = try pieces.indices.map { word in
      let piece = pieces[word]
      let most = weights[word][0].map(attentionShare).max() ?? 0
      return """
        <figure>\(try faded(0, word: word, most: most))
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

  private func strips() throws -> String {
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
    let rows = try pieces.indices.map { try row($0, shares[$0], highest: highest, span: span) }
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
  private func row(_ index: Int, _ shares: [Double], highest: Double, span: Double) throws -> String {
    let piece = pieces[index]
    let most = shares.max() ?? 0
    // Of places the strongest of all pictures is shown in full.
    let strongest = weights[index].joined().map(attentionShare).max() ?? 0
    let cells = try shares.indices.map { picture in
      let share = shares[picture]
      let title = "\(piece.text), \(Self.time(pictures[picture].time.seconds, span: span)) s: \(percent(share))"
        .escapedForHTML
      return """
        <td title="\(title)">\(try faded(picture, word: index, most: strongest))\
        <div class="bar\(share == most ? " most" : "")"><i style="height:\(decimal(100 * share / max(highest, 1e-9)))%"></i>\
        <span>\(share == most || share >= 0.0995 ? "\(wholePercent(share))" : "")</span></div></td>
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
