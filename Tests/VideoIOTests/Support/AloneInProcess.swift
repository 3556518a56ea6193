import Foundation
import TestSupport
import Testing

/// Runs `body` in a process of its own, in which no other test takes memory, threads or descriptors: the test program is
/// started once more for this one test.
///
/// - Parameter test: The name as `--filter` takes it, `Suite/function`.
func aloneInProcess(_ test: String, _ body: () async throws -> Void) async throws {
  let variable = "UNROLL_TEST_ALONE"
  if ProcessInfo.processInfo.environment[variable] == test { return try await body() }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  process.arguments = ["--testing-library", "swift-testing", "--filter", test]
  process.environment = ProcessInfo.processInfo.environment.merging([variable: test]) { $1 }
  process.standardInput = FileHandle.nullDevice
  let output = Pipe.unshared()
  process.standardOutput = output
  process.standardError = output
  try process.start()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  #expect(process.terminationStatus == 0 && text.contains("Test run with 1 test"), "\(text)")
}

/// What this process holds.
enum ProcessUse {
  /// Bytes of memory in use.
  static func memory() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  static func threads() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }

  /// What open descriptors lead to.
  static func openFiles() throws -> [String] {
    let folder = "/proc/self/fd"
    return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
      var buffer = [CChar](repeating: 0, count: 4096)
      let count = readlink("\(folder)/\(name)", &buffer, buffer.count)
      return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
  }

  /// Waits until something holds, for a few seconds at most; whether it does.
  static func eventually(within seconds: Double = 5, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if try condition() { return true }
      usleep(2000)
    }
    return try condition()
  }
}
