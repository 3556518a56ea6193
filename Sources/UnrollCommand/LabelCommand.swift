// Public, since a public enumeration becomes an argument here.
import ArgumentParser
import Diagnostics
import Foundation
import Unroll
import VideoIO
public import Workbench

/// `unroll label`: a row for each frame of a video.
struct LabelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "label",
    abstract: "Labels the frames of videos.",
    discussion: """
      A row comes out for each frame: index, seconds, label, probability. Of a \
      stream rows come while it runs, each as soon as the frames are there that \
      the model looks at together (model.window and model.look_ahead of its \
      model.yaml), and memory stays the same. A picture is a video of one frame. The \
      first video that cannot be read ends the command.

      --format vtt and srt make subtitles of frames with the same label; labels \
      that mean that nothing happens get none. mstcn is a label a line.

      A model is a folder, or the name of one, as training leaves it in \
      runs/NAME/model; without --model it is the one called shapes. Names are looked \
      for in the folders of $UNROLL_MODELS (separated by colons), \
      ../share/unroll/models beside the program, and models in each folder from the \
      program's upwards. --recipe uses a network with its own labels as it was \
      published, without training.

      Raw MJPEG and the like have no times: --input-rate says how many frames a \
      second they have.

      Examples:
        unroll label clip.mp4
        unroll label clip.mp4 --format vtt > clip.vtt
        unroll label clip.mp4 --overlay labelled.mp4 --output labels.csv
        unroll label *.mp4 --format mstcn --out labels
        unroll label - --model runs/mine/model --input-rate 15 < camera.mjpeg
        unroll label parrot.jpg --recipe recipes/label/mobilenet-frames.yaml \\
          --source weights
      """)

  @Argument(help: ArgumentHelp("Videos; - is standard input.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("A model folder, or its name.", valueName: "model"))
  var model: String?

  @Option(help: ArgumentHelp("A recipe with a published network, instead of a model.", valueName: "file"))
  var recipe: String?

  @Option(help: ArgumentHelp("The folder with the files that the recipe names.", valueName: "folder"))
  var source: String?

  @Option(help: ArgumentHelp("The form of the result.", valueName: "form"))
  var format: LabelFormat?

  @Flag(help: "The same as --format jsonl.")
  var json = false

  @OptionGroup var places: OutputPlaces

  @Option(
    help: ArgumentHelp(
      "Also write the video with its labels drawn on it: mp4, mov, mkv or avi.", valueName: "file"))
  var overlay: String?

  @OptionGroup var input: FrameInputOptions

  func validate() throws {
    if files.count(where: { $0 == "-" }) > 1 { throw ValidationError("Standard input can be read only once.") }
    if json, format != nil { throw ValidationError("Give one of --json and --format.") }
    if model != nil, recipe != nil { throw ValidationError("Give one of --model and --recipe.") }
    if source != nil, recipe == nil { throw ValidationError("The option --source needs --recipe.") }
  }

  func run() throws {
    // Not in `validate`, where the value of an option that does not exist would pass for a second video.
    if files.count > 1, places.out == nil { throw ValidationError("Several videos need --out.") }
    if overlay != nil, files.count > 1 || files.first == "-" {
      throw ValidationError("The option --overlay needs a single file, which is read twice.")
    }
    // Whatever would be wrong at the end is found out before a video is read.
    let form = format ?? (json ? .jsonl : .csv)
    let targets = try places.targets(of: files, ending: form.fileExtension)
    if let overlay {
      try OutputPlaces.check([overlay], against: files + targets.compactMap { $0 })
      try FrameWriter.check(URL(fileURLWithPath: overlay))
    }
    let labeler = try makeLabeler()
    for (file, target) in zip(files, targets) { try label(file, with: labeler, form, to: target) }
  }

  private func makeLabeler() throws -> FrameLabeler {
    if let recipe {
      let url = URL(fileURLWithPath: recipe)
      let model = try LabelModel(
        publishedBy: LabelRecipe.read(from: url), recipe: url,
        source: source.map { URL(fileURLWithPath: $0, isDirectory: true) }, threads: input.computing.threads)
      return FrameLabeler(model)
    }
    return try FrameLabeler(ModelFinder().findLabeler(model), threads: input.computing.threads)
  }

  /// Labels one video; what is drawn on it comes from a second reading.
  private func label(_ file: String, with labeler: FrameLabeler, _ form: LabelFormat, to target: String?) throws {
    let reader = try input.reader(file)
    var writer = FrameLabelWriter(
      form, isMultiLabel: labeler.isMultiLabel, background: Set(labeler.background))
    var drawn: [LabelledFrame] = []
    var count = 0
    var progress = try progressLine(reader, to: target)
    defer { progress?.clear() }
    try Results.write(to: target) { put, flush in
      try put(writer.header)
      let frames = try labeler.labels(of: reader, name: FrameInputOptions.name(file))
      while let frame = try frames.nextLabelled() {
        try put(writer.add(frame))
        // Whoever reads a stream wants rows as they come; a file is faster in larger pieces.
        if file == "-" { try flush() }
        if overlay != nil { drawn.append(frame) }
        count += 1
        input.warnOfAssumedRate(reader, in: file, at: count)
        progress?.update(done: count)
      }
      try put(writer.finish())
    }
    progress?.finish()
    progress = nil
    input.warnOfDamage(reader.report, in: file)
    if count == 0 { throw noFrame(in: FrameInputOptions.name(file)) }
    if let overlay {
      try LabelledVideo.write(
        input.reader(file), labels: drawn, of: labeler.labels, to: URL(fileURLWithPath: overlay), isQuiet: input.quiet)
    }
  }

  /// A progress line, where somebody watches and the rows go elsewhere.
  private func progressLine(_ reader: FrameReader, to target: String?) throws -> ProgressLine? {
    guard !input.quiet, isatty(STDERR_FILENO) == 1, target != nil || isatty(STDOUT_FILENO) == 0 else { return nil }
    return ProgressLine(label: "labelling", total: try reader.stream().claimedFrames, unit: "frames")
  }
}

extension LabelFormat: ExpressibleByArgument {}
