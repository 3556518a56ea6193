import ArgumentParser
import Diagnostics
import Foundation
import Synchronization
import Workbench

/// `unroll prepare check`: what is wrong with labelled clips.
struct PrepareCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Looks at labelled clips before a model learns from them.",
    discussion: """
      Every clip is read to its end. Errors are what training would stop at or what \
      makes its figures worthless: clips without file or labels, unknown labels, \
      files that cannot be decoded, frames without labels and labels without \
      frames (3 at the end of a clip are allowed), the same clip or the same \
      contents in two splits. Warnings are rotated and damaged videos, frame rates \
      that vary, spans that go on after the end of their video, files that no split \
      names and labels without frames to learn from. Then come the frames of each \
      label, and how many are in no span. The exit status is 65 when there \
      are errors.

      The data are a folder with mapping.txt, groundTruth, splits and clips or \
      features (MS-TCN), a folder with manifest.json, or a table of \
      video,start,end,label and maybe split.

      Examples:
        unroll prepare check data/grid-s1
        unroll prepare check data/gtea --train splits/train.split1.bundle
        unroll prepare check spans.csv --json
      """)

  @Argument(help: ArgumentHelp("A folder or a table.", valueName: "data"))
  var data: String

  @Option(help: ArgumentHelp("The list of clips to learn from, in the folder.", valueName: "file"))
  var train: String?

  @Option(help: ArgumentHelp("The list of clips to validate on; beside a table, another one.", valueName: "file"))
  var valid: String?

  @Option(help: ArgumentHelp("The list of clips to test on; beside a table, another one.", valueName: "file"))
  var test: String?

  @Option(help: "What is read for the frames. (default: features where there are some)")
  var content: SegmentationFolder.Source?

  @Option(help: "What has labels: frames with one or several each, or whole clips.")
  var labels = SegmentationFolder.Target.frames

  @Option(help: ArgumentHelp("The data set, of a folder with manifest.json.", valueName: "name"))
  var dataset: String?

  @Option(help: ArgumentHelp("The label of frames in no span of a table.", valueName: "label"))
  var outside: String?

  @Flag(help: "Print one JSON object with every finding.")
  var json = false

  @OptionGroup var computing: ComputingOptions

  @Flag(help: "Show no progress.")
  var quiet = false

  func run() throws {
    guard FileManager.default.fileExists(atPath: data) else {
      throw UnrollError(.noInput, file: data, "there is no such file or folder", advice: "check the path")
    }
    var request = DataRequest(URL(fileURLWithPath: data))
    if let train { request.splits.train = train }
    (request.splits.valid, request.splits.test) = (valid, test)
    (request.source, request.target) = (content, labels)
    (request.dataset, request.outside) = (dataset, outside)
    let line = Mutex<ProgressLine?>(nil)
    let check = try DataCheck(
      request, threads: computing.threads ?? ProcessInfo.processInfo.activeProcessorCount
    ) { done, total in
      line.withLock { line in
        var shown = line ?? ProgressLine(label: "check", total: total, unit: "clips", isQuiet: quiet)
        shown.update(done: done)
        line = shown
      }
    }
    line.withLock { $0?.finish() }
    let report = DataCheckReport(check: check, data: data, outside: outside)
    try Results.write(to: nil) { put, _ in try put(json ? report.json.text + "\n" : report.text) }
    if check.errors > 0 { throw ExitCode(UnrollError.Kind.badData.exitStatus) }
  }
}

extension SegmentationFolder.Source: ExpressibleByArgument {}
extension SegmentationFolder.Target: ExpressibleByArgument {}
