// Public, since a public enumeration becomes an argument here.
import ArgumentParser
import Diagnostics
import Foundation
import Unroll
import VideoIO
public import Workbench

/// `unroll caption`: a sentence for each video.
struct CaptionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "caption",
    abstract: "Says in a sentence what happens in a video.",
    discussion: """
      A line comes out for each video, in order; the first video that cannot be \
      read ends the command. A picture is a video of one frame.

      With --every each stretch of so many seconds gets a caption: a row of start, \
      end and caption, separated by tabs, or with --format vtt and srt a subtitle. \
      Of a stream captions come while it runs, and memory stays the same.

      With --n-best every caption has as many rows as there are wordings, best \
      first: the video, the score, the wording; with --every its start before \
      the score. With --sample wordings are as drawn. All options of the search are \
      explained in docs/search.md.

      A model is a folder, or the name of one; without --model it is the one called \
      shapes-sentences. It is looked for as unroll translate --help says.

      Examples:
        unroll caption clip.mp4
        unroll caption *.mp4 --json --n-best 3
        unroll caption talk.mp4 --every 3s --format vtt > talk.vtt
        unroll caption photo.jpg --model runs/mine/model
        unroll caption - --every 3s --input-rate 15 < camera.mjpeg
      """)

  @Argument(help: ArgumentHelp("Videos and pictures; - is standard input.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("A model folder, or its name.", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp("Caption stretches of this length, in seconds, instead of the whole video.", valueName: "time"))
  var every: TimeArgument?

  @OptionGroup var search: SearchArguments

  @Option(help: ArgumentHelp("The form of the result.", valueName: "form"))
  var format: CaptionFileFormat?

  @Flag(help: "The same as --format jsonl.")
  var json = false

  @OptionGroup var places: OutputPlaces

  @OptionGroup var input: FrameInputOptions

  private var form: CaptionFileFormat { format ?? (json ? .jsonl : .text) }

  func validate() throws {
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read only once.") }
    if json, format != nil { throw ValidationError("Give one of --json and --format.") }
    if let every, every.duration <= .zero { throw ValidationError("--every must be above 0.") }
    if [.vtt, .srt].contains(format), (search.nBest ?? 1) > 1 {
      throw ValidationError("Subtitles have one wording: remove --n-best.")
    }
  }

  func run() throws {
    // Not in `validate`, where the value of an option that does not exist would pass for a second video.
    if [.vtt, .srt].contains(format), files.count > 1, places.out == nil {
      throw ValidationError("Subtitles of several videos need --out.")
    }
    // Whatever would be wrong at the end is found out before a video is read.
    let targets = try places.targets(of: files, ending: form.fileExtension)
    let captioner = try VideoCaptioner(ModelFinder().findCaptioner(model), threads: input.computing.threads)
    if places.out == nil {
      return try Results.write(to: places.output) { put, flush in
        for file in files { try caption(file, with: captioner, put, flush) }
      }
    }
    for (file, target) in zip(files, targets) {
      try Results.write(to: target) { put, flush in try caption(file, with: captioner, put, flush) }
    }
  }

  /// Captions one video.
  private func caption(
    _ file: String, with captioner: VideoCaptioner, _ put: (String) throws -> Void, _ flush: () throws -> Void
  ) throws {
    let reader = try input.reader(file)
    var options = CaptionOptions(search: search.settings, every: every?.duration)
    options.search.nBest = search.nBest ?? 1
    let captions = try captioner.captions(of: reader, options: options, name: FrameInputOptions.name(file))
    var subtitles = CaptionSubtitles(isSubRip: form == .srt)
    if form == .vtt || form == .srt { try put(subtitles.header) }
    var frames = 0
    while let caption = try captions.next() {
      if frames < 2, frames + caption.frames >= 2 { input.warnOfAssumedRate(reader, in: file, at: 2) }
      frames += caption.frames
      switch form {
      case .text: try put(text(caption, of: file))
      case .jsonl: try put(Self.object(caption, of: file).text + "\n")
      case .vtt, .srt: try put(subtitles.cue(from: caption.start, to: caption.end, caption.text))
      }
      // Whoever reads a stream wants captions as they come.
      try flush()
    }
    input.warnOfDamage(reader.report, in: file)
    if frames == 0 { throw noFrame(in: FrameInputOptions.name(file)) }
  }

  private func text(_ caption: Caption, of file: String) -> String {
    guard let nBest = search.nBest, nBest > 1 else {
      return every == nil ? caption.text + "\n" : "\(caption.start)\t\(caption.end)\t\(caption.text)\n"
    }
    let start = every == nil ? "" : "\(caption.start)\t"
    return caption.candidates.map {
      "\(FrameInputOptions.name(file))\t\(start)\(String(format: "%.4f", $0.score))\t\($0.text)\n"
    }.joined()
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ caption: Caption, of file: String) -> JSONValue {
    let best = caption.candidates.first.map { $0.members(as: "caption") } ?? []
    return .object(
      [
        .init("file", .string(FrameInputOptions.name(file))), .init("start", .number(seconds(caption.start))),
        .init("end", .number(seconds(caption.end))), .init("frames", .integer(caption.frames)),
      ] + best + [.init("alternatives", .array(caption.alternatives.map { .object($0.members(as: "caption")) }))])
  }

  private static func seconds(_ time: Timestamp) -> Double { Double(time.microseconds) / 1e6 }
}

extension CaptionFileFormat: ExpressibleByArgument {}
