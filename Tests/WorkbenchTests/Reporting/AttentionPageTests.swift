import Foundation
import TestSupport
import Testing
import VideoIO
import Workbench

@Suite("Pages about attention")
struct AttentionPageTests {
  @Test("text is escaped wherever it stands")
  func escaping() throws {
    #expect("<b>\"a\" & 'b'</b>".escapedForHTML == "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;")
    #expect("a\u{0}b\u{1B}c\u{85}d\te é 猫 👩‍👩‍👧".escapedForHTML == "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\te é 猫 👩‍👩‍👧")
    let nasty = "</td><script>\"'&"
    let map = TranslationAttention(
      source: nasty, translation: nasty, sourcePieces: [ShownPiece(nasty), .end], targetPieces: [ShownPiece(nasty)],
      weights: [[0.75, 0.25]])
    expectSoundPage(map.page(languages: (nasty, nasty), model: nasty).text)
    let strips = Self.strips([[[1], [0]]], words: [ShownPiece(nasty)], caption: nasty)
    expectSoundPage(try strips.page(clip: nasty, language: nasty, model: nasty).text)
    let still = Self.strips([[[1]]], words: [ShownPiece(nasty)], caption: nasty)
    expectSoundPage(try still.page(clip: nasty, language: nasty, model: nasty).text)
  }

  @Test("a heat map has a cell for each two pieces")
  func map() {
    let attention = TranslationAttention(
      source: "the cat", translation: "le chat",
      sourcePieces: [ShownPiece("the"), ShownPiece("ca"), ShownPiece("t", beginsWord: false), .end],
      targetPieces: [ShownPiece("le"), ShownPiece("chat"), .end],
      weights: [[0.9, 0.0625, 0.0375, 0], [0, 0.625, 0.25, 0.125], [0, 0, 0, 1.0000001]])
    let page = attention.page(languages: ("en", "fr"), model: "tiny").text
    expectSoundPage(page)
    let shares = parts(of: page, from: "--share:", to: "\"")
    let expected = [
      "0.900", "0.062", "0.038", "0.000", "0.000", "0.625", "0.250", "0.125", "0.000", "0.000", "0.000", "1.000",
    ]
    #expect(shares == expected)
    #expect(parts(of: page, from: "<div class=\"strong\"", to: "<").count == 3)
    #expect(
      parts(of: page, from: "<tr>", to: "</tr>").map { parts(of: $0, from: "%\">", to: "</div").count } == [0, 4, 4, 4])
    // What is read out loud, or shown by a mouse.
    #expect(page.contains("title=\"chat ← ca: 63 %\""))
    #expect(page.contains("<th scope=\"col\" class=\"gap end\"><span>end</span></th>"))
    #expect(page.contains("<th scope=\"col\"><span>t</span></th>"))
  }

  @Test("a clip has a strip for each word, and its bars are shares of the largest")
  func strips() throws {
    let weights: [[[Float]]] = [[[0.5], [0.25], [0.25]], [[0.125], [0.125], [0.75]]]
    let page = try Self.strips(weights, words: [ShownPiece("up"), .end], frames: [4, 4, 3]).page(
      clip: "clip.mp4", language: "en", model: "tiny"
    ).text
    expectSoundPage(page)
    let bars = parts(of: page, from: "style=\"height:", to: "%").compactMap(Double.init)
    #expect(bars == [66.667, 33.333, 33.333, 16.667, 16.667, 100])
    // The clip itself does not fade; of each word what was looked at most is shown in full.
    let uses = parts(of: page, from: "<use href=\"#p", to: "/>")
    #expect(
      uses == [
        "0\"", "1\"", "2\"", "0\" opacity=\"1.000\"", "1\" opacity=\"0.560\"", "2\" opacity=\"0.560\"",
        "0\" opacity=\"0.267\"", "1\" opacity=\"0.267\"", "2\" opacity=\"1.000\"",
      ])
    #expect(parts(of: page, from: "<th scope=\"col\">", to: "<") == ["0.50", "1.00", "1.50"])
    #expect(page.contains("A picture stands for up to 4 frames in a row"))
    #expect(page.contains("its share is the sum of theirs"))
    // Each picture is there once, whole.
    let pictures = parts(of: page, from: "data:image/png;base64,", to: "\"").map { Data(base64Encoded: $0) }
    #expect(pictures == (0..<3).map { Data(Self.png($0)) })
    let each = Self.strips(weights, words: [ShownPiece("up"), .end], frames: [1, 1, 1])
    #expect(try each.page(clip: "c", language: "en", model: "m").text.contains("Each picture is a frame."))
  }

  @Test("the places of a still lie where the network sees them")
  func places() throws {
    let weights: [[[Float]]] = [[[0.5, 0.25, 0, 0.125, 0.125, 0]]]
    let attention = CaptionAttention(
      caption: "up", pieces: [ShownPiece("up")],
      pictures: [
        AttentionPicture(
          time: Timestamp(ticks: 0, timeBase: TimeBase(1, 25)), frames: 1, png: Self.png(0), size: PixelSize(80, 40),
          seen: (x: 0.25, y: 0, width: 0.75, height: 1))
      ],
      grid: (rows: 2, columns: 3), weights: weights)
    let page = try attention.page(clip: "photo.jpg", language: "en", model: "tiny").text
    expectSoundPage(page)
    #expect(
      parts(of: page, from: "<mask id=\"w0p0\"><image ", to: " preserve") == [
        "x=\"20.000\" y=\"0.000\" width=\"60.000\" height=\"40.000\""
      ])
    #expect(page.contains("<use href=\"#p0\" opacity=\"0.120\"/>") && page.contains("mask=\"url(#w0p0)\""))
    // The mask, read back: brightest where the model looked most.
    let mask = try #require(parts(of: page, from: "base64,", to: "\"").last.flatMap { Data(base64Encoded: $0) })
    try temporaryFolder { folder in
      let file = folder.appending(path: "mask.png")
      try mask.write(to: file)
      let pixels = try FrameReader(file).frame(at: 0, as: FrameTransform(format: .gray)).pixels
      #expect(pixels.size == PixelSize(3, 2))
      #expect(pixels.packedBytes == [255, 128, 0, 64, 64, 0])
    }
    #expect(page.contains("up <small>50 %</small>"))
  }

  private static func png(_ index: Int) -> [UInt8] { [0x89, 0x50, UInt8(index)] }

  private static func strips(
    _ weights: [[[Float]]], words: [ShownPiece], caption: String = "up", frames: [Int]? = nil
  ) -> CaptionAttention {
    let pictures = weights[0].indices.map { index in
      AttentionPicture(
        time: Timestamp(ticks: Int64(index + 1), timeBase: TimeBase(1, 2)), frames: frames?[index] ?? 1,
        png: png(index),
        size: PixelSize(64, 48), seen: (x: 0, y: 0, width: 1, height: 1))
    }
    return CaptionAttention(
      caption: caption, pieces: words, pictures: pictures, grid: (rows: 1, columns: 1), weights: weights)
  }
}
