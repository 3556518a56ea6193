import ArgumentParser
import Diagnostics
import Foundation
import TensorCore
import VideoIO
import Workbench

/// `unroll inspect attention`: where a model looked at each word, as a page for a browser.
struct InspectAttentionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention",
    abstract: "Shows where a model looked at each word that it wrote.",
    discussion: """
      What comes out is a page for a browser: one HTML file that needs no network.

      Of a clip, the page shows for each word of the caption which frames the model \
      looked at, as pictures along time; and which places in them, where the model \
      tells places apart. There are at most 16 pictures: of a longer clip each \
      stands for several frames, whose shares are summed. The clip is read twice.

      With --source, the page is a heat map of the pieces of the sentence and those \
      of its translation.

      A model is a folder, or the name of one; without one it is the one that \
      unroll caption or unroll translate takes. Models without attention (mean, \
      s2vt, attention none) have nothing to show.

      Examples:
        unroll inspect attention clip.mp4 --output attention.html
        unroll inspect attention photo.jpg --model runs/mine/model > page.html
        unroll inspect attention --source "Where is the station?" --output map.html
        unroll inspect attention tatoeba-en-fr --source "Thank you." > map.html
      """)

  /// Pictures of a clip, at most: so many find room beside each other.
  private static let mostPictures = 16

  @Argument(help: ArgumentHelp("A video or a picture; with --source, a model.", valueName: "file"))
  var file: String?

  @Option(help: ArgumentHelp("A sentence to translate, instead of a clip.", valueName: "sentence"))
  var source: String?

  @Option(help: ArgumentHelp("A model folder, or its name.", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("Write to a file, which appears when it is complete.", valueName: "file"))
  var output: String?

  @OptionGroup var input: FrameInputOptions

  func validate() throws {
    if file == nil, source == nil { throw ValidationError("Name a clip, or give a sentence with --source.") }
    if source != nil, file != nil, model != nil { throw ValidationError("Name one model.") }
    if file == "-", source == nil { throw ValidationError("The clip is read twice: save it to a file first.") }
  }

  func run() throws {
    let page: HTMLPage
    if let source {
      page = try map(of: source)
    } else {
      page = try strips(of: file ?? "")
    }
    try Results.write(to: output) { put, _ in try put(page.text) }
  }

  /// The page about a sentence.
  private func map(of sentence: String) throws -> HTMLPage {
    let folder = try ModelFinder().find(model ?? file)
    requestThreads()
    let description = folder.description
    return try TranslationModel(folder)
      .attention(sentence, search: description.search, name: folder.url.relativePath)
      .page(
        languages: (description.source.language, description.target.language), model: Self.name(description.provenance))
  }

  /// The page about a clip.
  private func strips(of file: String) throws -> HTMLPage {
    // Whatever would be wrong at the end is found out before the video is read.
    try OutputPlaces.check(output.map { [$0] } ?? [], against: [file])
    let folder = try ModelFinder().findCaptioner(model)
    requestThreads()
    let reader = try input.reader(file)
    let attention = try CaptionModel(folder).attention(
      in: reader, search: folder.description.search, most: Self.mostPictures, file: FrameInputOptions.name(file),
      name: folder.url.relativePath)
    input.warnOfDamage(reader.report, in: file)
    return try attention.page(
      clip: URL(fileURLWithPath: file).lastPathComponent, language: folder.description.target.language,
      model: Self.name(folder.description.provenance))
  }

  /// What a page calls a model: that says more than the name of its folder, which is often `model`.
  private static func name(_ provenance: ModelProvenance) -> String { "\(provenance.recipe) of \(provenance.date)" }

  private func requestThreads() {
    if let threads = input.computing.threads { Workers.request(threads: threads) }
  }
}
