import ArgumentParser
import Diagnostics
import Foundation
import Workbench

/// `unroll evaluate frames`: labels of frames against true ones.
struct EvaluateFramesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frames",
    abstract: "Measures labels of frames: accuracy, edit score, F1@{10,25,50}.",
    discussion: """
      Two files, or two folders whose files are matched by name without ending. A \
      file is comma-separated values with a column label, JSON lines with a label \
      each, a label a line, or what MS-TCN writes as results; which one is told by \
      the content. Of folders each clip that was labelled is measured. A clip may \
      have 3 labels too many or too few at its end, which are left out.

      Background labels count in the frame accuracy but not in the edit score, in \
      F1 and in the accuracy of segments (the share of true segments most of whose \
      frames have their label). Edit score and F1 are those of Lea et al. (2016, \
      2017) and of MS-TCN (Farha and Gall 2019).

      Examples:
        unroll evaluate frames labels.csv groundTruth/clip.txt
        unroll label clip.mp4 | unroll evaluate frames - groundTruth/clip.txt
        unroll evaluate frames labels/ groundTruth/ --background sil --per-class
        unroll evaluate frames labels/ groundTruth/ --split test.bundle --json
      """)

  @Argument(help: ArgumentHelp("The labels that frames were given; - is standard input.", valueName: "predicted"))
  var predicted: String

  @Argument(help: ArgumentHelp("The labels that they have.", valueName: "truth"))
  var truth: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("A label that is background; may be repeated. (default: background)", valueName: "label"))
  var background: [String] = []

  @Option(help: ArgumentHelp("A list of the clips to measure, NAME.txt a line.", valueName: "file"))
  var split: String?

  @Option(help: ArgumentHelp("All labels and their order, 'id label' a line.", valueName: "file"))
  var mapping: String?

  @Flag(help: "Print precision and recall of each label.")
  var perClass = false

  @Flag(help: "Print how often each label was taken for each, separated by tabs.")
  var confusion = false

  @Flag(help: "Print one JSON object with all of it.")
  var json = false

  func validate() throws {
    if predicted == "-", truth == "-" { throw ValidationError("Standard input can be read only once.") }
  }

  func run() throws {
    let pairs = try FrameLabelPairs(
      predicted: predicted, truth: truth, split: split.map { URL(fileURLWithPath: $0) })
    let labels = try mapping.map { try LabelNames(contentsOf: URL(fileURLWithPath: $0)) } ?? LabelNames(pairs.names)
    let scores = try pairs.scores(labels, background: Set(try backgroundIDs(labels)))
    guard scores.frames > 0 else {
      throw UnrollError(.badData, file: truth, "no frame has a true label", advice: "there is nothing to measure")
    }
    let cut = pairs.pairs.count { $0.cut > 0 }
    if cut > 0 {
      warn("\(counted(cut, "clip")) with a few labels too many or too few, which were left out")
    }
    let report = FrameScoresReport(scores: scores, labels: labels)
    try Results.write(to: nil) { put, _ in
      if json { return try put(report.json.text + "\n") }
      try put(report.text)
      if perClass { try put("\n" + report.classes) }
      if confusion { try put("\n" + report.confusion) }
    }
  }

  /// The label `background` may be absent; one that was asked for may not.
  private func backgroundIDs(_ labels: LabelNames) throws -> [Int32] {
    if background.isEmpty { return labels.id(of: "background").map { [$0] } ?? [] }
    return try background.map { name in
      guard let id = labels.id(of: name) else {
        let near = suggestion(for: name, among: labels.names)
        throw UnrollError(
          .usage, "no frame has the label '\(name)'",
          advice: near.map { "did you mean '\($0)'?" } ?? "check --background")
      }
      return id
    }
  }
}
