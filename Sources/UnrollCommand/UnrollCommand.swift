import ArgumentParser
import Diagnostics
import Foundation
import TensorCore
import TextIO
import VideoIO
import Workbench

/// The program `unroll`: a verb a file.
@main
struct UnrollCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unroll",
    abstract: "Trains and uses recurrent sequence models.",
    discussion: """
      Results go to standard output, everything else to standard error. The exit \
      status is 0, or one of sysexits.h: 64 usage, 65 bad data, 66 no input, \
      69 unavailable, 70 internal, 73 cannot create, 74 input/output; 130 means \
      interrupted.

      Examples:
        echo "Where is the station?" | unroll translate
        unroll label clip.mp4
        unroll synthesize shapes --clips 100 --out runs/shapes-tiny-data
        unroll train recipes/label/shapes-tiny.yaml --source runs/shapes-tiny-data
      """,
    version: versions,
    subcommands: [
      TranslateCommand.self, LabelCommand.self, CaptionCommand.self, TrainCommand.self, EvaluateCommand.self,
      VocabularyCommand.self, InspectCommand.self, ModelsCommand.self, FramesCommand.self, PrepareCommand.self,
      SynthesizeCommand.self,
    ])

  /// Unroll and the libraries that this process has loaded, one a line.
  static var versions: String {
    """
    unroll \(unrollVersion)
    oneDNN \(MatrixLibrary.version)
    SentencePiece \(TextLibraries.sentencePieceVersion)
    zlib \(TextLibraries.zlibVersion)
    FFmpeg \(VideoLibraries.ffmpegVersion)
    """
  }

  static func main() {
    occupyStandardDescriptors()
    // Each would end the process before it could say why.
    ProcessSignals.ignoreBrokenPipe()
    ProcessSignals.ignoreFileSizeLimit()
    Interruption.endsAtOnce()
    Foundation.exit(perform(Array(CommandLine.arguments.dropFirst())))
  }

  /// Fills in standard descriptors that the caller closed: a file opened later would get their number, and a warning
  /// would be written into it. Writing to a closed standard output must still fail, so that one is opened for reading.
  private static func occupyStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
    }
  }

  /// Runs what the arguments ask for and gives the exit status.
  private static func perform(_ arguments: [String]) -> Int32 {
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      return 0
    } catch {
      return report(error, arguments)
    }
  }

  /// Says in one line why a command ended, and gives its exit status.
  private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    switch error {
    case is ClosedOutput:
      return 0
    case let error as UnrollError:
      complain("\(error)")
      return error.kind.exitStatus
    case let error as ExitCode:
      return error.rawValue
    default:
      return reportParsing(error, arguments)
    }
  }

  /// As above for the errors of ArgumentParser, which are also how it answers `--help` and `--version`.
  private static func reportParsing(_ error: any Error, _ arguments: [String]) -> Int32 {
    switch exitCode(for: error) {
    case .success:
      do {
        let output = StandardOutput()
        try output.write(fullMessage(for: error) + "\n")
        try output.flush()
        return 0
      } catch {
        return report(error, arguments)
      }
    case .validationFailure:
      let verbs = verbs(in: arguments)
      let usage = UnrollError(.usage, phrase(message(for: error)), advice: "see '\(verbs) --help'")
      complain("\(usage)")
      return usage.kind.exitStatus
    default:
      complain("\(UnrollError(.internalFault, "\(error)", advice: "this is a mistake in unroll: please report it"))")
      return UnrollError.Kind.internalFault.exitStatus
    }
  }

  /// "Missing expected argument '<recipe>'." → "missing expected argument '<recipe>'".
  private static func phrase(_ message: String) -> String {
    let text = message.trimmingCharacters(in: CharacterSet(charactersIn: ". \n"))
    return text.prefix(1).lowercased() + text.dropFirst()
  }

  /// The command that the arguments name, as far as they do: `unroll vocabulary build`.
  private static func verbs(in arguments: [String]) -> String {
    var command: any ParsableCommand.Type = Self.self
    var names = ["unroll"]
    for argument in arguments {
      guard let verb = command.configuration.subcommands.first(where: { $0.configuration.commandName == argument })
      else { break }
      names.append(argument)
      command = verb
    }
    return names.joined(separator: " ")
  }
}
