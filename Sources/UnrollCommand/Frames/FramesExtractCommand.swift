import ArgumentParser
import Diagnostics
import Foundation
import VideoIO
import Workbench

/// `unroll frames extract`: frames as pictures.
struct FramesExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Writes frames of a video as PNG files.",
    discussion: """
      Frames stand upright. Files are named by number and time of the frame, \
      000010-0.400000.png, and sort in the order of the frames; one that is taken \
      again, as --rate may ask for, becomes 000010-0.400000r000001.png. Numbers \
      are counted from 0, from the first frame of the range if there is one; with \
      --at they are those of the times in the list. The names are printed. Files \
      of the same names are replaced, others stay.

      A frame is cut, then scaled, then mirrored. Where frame and --size differ in \
      proportion, --fit stretch distorts, pad adds black, crop takes the middle.

      Examples:
        unroll frames extract clip.mp4 --every 10 --size 224x224 --out frames
        unroll frames extract clip.mp4 --rate 29.97 --from 1:30 --to 1:32 \\
          --out frames
        unroll frames extract clip.mp4 --count 8 --size 224x224 --fit pad \\
          --out frames
        unroll frames extract clip.mp4 --at 0.5,2 --crop 99x80+20+10 --out frames
      """)

  @Argument(help: ArgumentHelp("A video; - is standard input.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("The folder to write to, made if there is none.", valueName: "folder"))
  var out: String

  @OptionGroup var selection: FrameSelectionOptions
  @OptionGroup var range: FrameRangeOptions
  @OptionGroup var picture: FrameTransformOptions

  @Flag(help: "Print a JSON object for each file.")
  var json = false

  @OptionGroup var input: FrameInputOptions

  func run() throws {
    let reader = try input.reader(file)
    let folder = try OutputPlaces.folder(out)
    let frames = reader.frames(
      selection.selection, from: range.from?.duration, to: range.to?.duration, as: picture.transform)
    let count = try write(frames.makeIterator(), of: reader, to: folder)
    input.warnOfDamage(reader.report, in: file)
    if count == 0 { throw range.nothingFound(in: file) }
  }

  /// Writes and names every frame; gives how many there were.
  private func write(_ frames: FrameIterator, of reader: FrameReader, to folder: URL) throws -> Int {
    var names = FrameNames()
    var progress = progressLine()
    var done = 0
    var isHeard = true
    // Nothing when the line has ended as it should.
    defer { progress?.clear() }
    try Results.write(to: nil) { put, flush in
      while let frame = try frames.next() {
        let file = folder.appending(path: names.next(frame.info))
        let bytes = try frame.pixels.png()
        // Waiting for the disk would take most of the time.
        try AtomicFile.write(to: file, outlastsPowerCut: false) { try $0.append(bytes) }
        // Pictures are what was asked for: they go on when nobody reads their names any more.
        if isHeard {
          do {
            try put((json ? Self.object(file, frame.info).text : file.relativePath) + "\n")
            try flush()
          } catch is ClosedOutput {
            isHeard = false
          }
        }
        done += 1
        input.warnOfAssumedRate(reader, in: self.file, at: done)
        progress?.update(done: done)
      }
    }
    progress?.finish()
    return done
  }

  /// A progress line, where somebody watches and the names go elsewhere.
  private func progressLine() -> ProgressLine? {
    guard !input.quiet, isatty(STDERR_FILENO) == 1, isatty(STDOUT_FILENO) == 0 else { return nil }
    return ProgressLine(label: "extracting", total: selection.total, unit: "frames")
  }

  /// The keys are listed in docs/json.md.
  private static func object(_ file: URL, _ frame: FrameInfo) -> JSONValue {
    [
      "file": .string(file.relativePath),
      "index": .integer(frame.index),
      "seconds": .number(frame.timestamp.seconds),
      "ticks": .integer(Int(frame.timestamp.ticks)),
      "time_base": .string(frame.timestamp.timeBase.description),
      "key": .boolean(frame.isKeyFrame),
      "damaged": .boolean(frame.isDamaged),
    ]
  }
}
