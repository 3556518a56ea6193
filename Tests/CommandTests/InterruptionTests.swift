import Diagnostics
import Foundation
import TestSupport
import Testing

/// Ctrl-C and SIGTERM while `unroll translate` waits for more input.
struct InterruptionTests {
  /// Starts `translate`, gives it a line, and signals it as soon as `hasBegun`.
  private func interrupt(
    _ signal: Int32, _ arguments: [String], _ model: TinyModel, when hasBegun: (_ output: URL) throws -> Bool
  ) throws -> (process: Process, errors: String) {
    let folder = model.workplace
    let files = ["seen", "errors"].map { folder.appending(path: $0) }
    for file in files { try Data().write(to: file) }
    let input = Pipe.unshared()
    let process = Process()
    process.executableURL = unrollProgram
    process.currentDirectoryURL = folder
    process.arguments = ["translate", "--model", "models/tiny"] + arguments
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.start()
    try input.fileHandleForWriting.write(contentsOf: Data("one\n".utf8))
    let deadline = Date(timeIntervalSinceNow: 30)
    while try !hasBegun(files[0]), process.isRunning, Date() < deadline { usleep(2000) }
    #expect(try hasBegun(files[0]))
    kill(process.processIdentifier, signal)
    while process.isRunning, Date() < deadline { usleep(2000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return (process, try String(contentsOf: files[1], encoding: .utf8))
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func theHalfWrittenFileIsRemoved(_ signal: Int32) throws {
    try TinyModel.with(ends: true) { model in
      try write("as it was\n", "out.txt", model.workplace)
      let (process, errors) = try interrupt(signal, ["--output", "out.txt"], model) { _ in
        try names(model.workplace).contains { $0.hasSuffix(".partial") }
      }
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == UnrollError.Kind.interrupted.exitStatus)
      #expect(errors == "unroll: interrupted; the unfinished output was removed\n")
      #expect(try names(model.workplace) == ["errors", "models", "out.txt", "seen"])
      #expect(try String(contentsOf: model.workplace.appending(path: "out.txt"), encoding: .utf8) == "as it was\n")
    }
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func withoutAFileTheEndIsQuiet(_ signal: Int32) throws {
    try TinyModel.with(ends: true) { model in
      let (process, errors) = try interrupt(signal, [], model) { try !Data(contentsOf: $0).isEmpty }
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == UnrollError.Kind.interrupted.exitStatus)
      #expect(errors == "")
    }
  }
}
