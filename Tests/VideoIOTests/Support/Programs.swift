import Foundation
import TestSupport

/// What a program left behind.
struct ProgramResult {
  let status: Int32
  let output: Data
  let messages: String
}

/// Why a program did not do what a test needs of it.
struct ProgramFailure: Error, CustomStringConvertible {
  let description: String
}

/// Runs a program that is looked for in the search path, and waits for its end.
///
/// Throws `ProgramFailure` when it is missing.
func runProgram(_ name: String, _ arguments: [String], in folder: URL? = nil) throws -> ProgramResult {
  let process = Process()
  process.executableURL = try programURL(name)
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.standardInput = FileHandle.nullDevice
  let output = Pipe.unshared()
  process.standardOutput = output
  // Messages go to a file: nobody reads a second pipe while the first one is full.
  let place = FileManager.default.temporaryDirectory.appendingPathComponent("unroll-messages-\(UUID().uuidString)")
  try Data().write(to: place)
  defer { try? FileManager.default.removeItem(at: place) }  // It lies in the system's folder for such files.
  let messages = try FileHandle(forWritingTo: place)
  process.standardError = messages
  try process.start()
  let bytes = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try messages.close()
  return ProgramResult(
    status: process.terminationStatus, output: bytes,
    messages: String(decoding: try Data(contentsOf: place), as: UTF8.self))
}

private func programURL(_ name: String) throws -> URL {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  for folder in folders {
    let url = URL(fileURLWithPath: String(folder)).appendingPathComponent(name)
    if FileManager.default.isExecutableFile(atPath: url.path) { return url }
  }
  throw ProgramFailure(description: "the program \(name) is missing; scripts/setup.sh --tests installs it")
}

/// Runs `ffmpeg -v error` with arguments, and gives what it wrote to standard output. Throws when it fails.
@discardableResult
func ffmpeg(_ arguments: [String], in folder: URL? = nil) throws -> Data {
  let result = try runProgram("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments, in: folder)
  guard result.status == 0 else {
    throw ProgramFailure(description: "ffmpeg \(arguments.joined(separator: " ")): \(result.messages)")
  }
  return result.output
}
