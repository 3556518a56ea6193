import Foundation
import TestSupport

/// What a run of the program left behind.
struct Outcome {
  /// The exit status; 128 + n when signal n ended the program.
  let status: Int32
  let output: String
  let errors: String

  /// The lines of standard output, without the last line end.
  var lines: [String] {
    var lines = output.components(separatedBy: "\n")
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

/// The folder that builds leave programs and test bundles in.
var productsFolder: URL {
  (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
    .resolvingSymlinksInPath().deletingLastPathComponent()
}

/// The program, as it was built beside this test bundle.
var unrollProgram: URL { productsFolder.appending(path: "unroll") }

/// Runs the program and waits for its end.
///
/// - Parameters:
///   - arguments: what follows the program's name.
///   - input: what it reads from standard input.
///   - folder: where it runs; the system's temporary folder when nil.
///   - environment: variables that are added to those of this process.
func runUnroll(
  _ arguments: String..., input: String = "", folder: URL? = nil, environment: [String: String] = [:]
) throws -> Outcome {
  try run(unrollProgram, arguments, input: Data(input.utf8), folder: folder, environment: environment)
}

/// Runs a line of shell in which `unroll` is the program.
func runShell(_ line: String, input: Data = Data(), folder: URL? = nil) throws -> Outcome {
  let path = productsFolder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  return try run(
    URL(fileURLWithPath: "/bin/sh"), ["-c", line], input: input, folder: folder, environment: ["PATH": path])
}

private func run(
  _ program: URL, _ arguments: [String], input: Data, folder: URL?, environment: [String: String]
) throws -> Outcome {
  try temporaryFolder { streams in
    // Files, not pipes: nothing can fill up while the test waits.
    let files = ["input", "output", "errors"].map { streams.appending(path: $0) }
    try input.write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? streams
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.start()
    process.waitUntilExit()
    let signal = process.terminationReason == .uncaughtSignal ? Int32(128) : 0
    return Outcome(
      status: signal + process.terminationStatus,
      output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
  }
}
