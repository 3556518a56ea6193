import Diagnostics
import Foundation
import TestSupport
import Testing

/// `unroll synthesize shapes`: what the clips hold is tested in WorkbenchTests.
struct SynthesizeShapesTests {
  private func files(_ folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func makesAFolderThatOtherToolsRead() throws {
    try temporaryFolder { folder in
      let outcome = try runShell(
        "unroll synthesize shapes --clips 5 --out a/b --rate 20 --frames 24..30 --size 80x64 --seed 9", folder: folder)
      #expect(outcome.status == 0 && outcome.output == "")
      #expect(outcome.errors.contains("5/5"))
      let list = try files(folder.appending(path: "a/b"))
      #expect(list.count(where: { $0.hasSuffix(".mp4") }) == 5 && list.count(where: { $0.hasSuffix(".partial") }) == 0)
      let probe = try runShell(
        "ffprobe -v error -count_frames -select_streams v:0 -show_entries "
          + "stream=width,height,avg_frame_rate,nb_read_frames -of csv=p=0 a/b/clips/shapes-000002.mp4 && "
          + "wc -l < a/b/groundTruth/shapes-000002.txt", folder: folder)
      let fields = try #require(probe.lines.first).split(separator: ",")
      #expect(fields.prefix(3) == ["80", "64", "20/1"])
      #expect(fields.last.map(String.init) == probe.lines.last?.trimmingCharacters(in: .whitespaces))
      // Once more there is nothing to do, and other options are refused.
      let before = try files(folder)
      let again = try runShell(
        "unroll synthesize shapes --clips 5 --out a/b --rate 20 --frames 24..30 --size 80x64 --seed 9 --quiet",
        folder: folder)
      expectSuccess(again)
      #expect(try files(folder) == before)
      expectFailure(
        try runUnroll("synthesize", "shapes", "--clips", "5", "--out", "a/b", folder: folder), .cannotCreate,
        mentions: "a/b/shapes.json: this data set has another value for seed: \"9\", not \"1\"; choose another folder")
    }
  }

  /// Killed while it works, it goes on: all that was there stays, and nothing else does.
  @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
  func goesOnAfterItWasStopped(_ signal: Int32) throws {
    try temporaryFolder { folder in
      let arguments = ["synthesize", "shapes", "--clips", "60", "--out", "data", "--threads", "2", "--quiet"]
      let process = Process()
      process.executableURL = unrollProgram
      process.currentDirectoryURL = folder
      process.arguments = arguments
      let errors = Pipe.unshared()
      process.standardError = errors
      try process.start()
      let clips = folder.appending(path: "data/groundTruth")
      let deadline = Date(timeIntervalSinceNow: 30)
      func done() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: clips.path).count) ?? 0 }
      while done() < 2, process.isRunning, Date() < deadline { usleep(2000) }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(done() >= 2 && done() < 60)
      if signal != SIGKILL {
        #expect(process.terminationStatus == UnrollError.Kind.interrupted.exitStatus)
        let said = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        #expect(said == "unroll: data: stopped; go on with the same command\n")
      }
      let rest = try run(arguments, folder)
      expectSuccess(rest)
      let whole = try run(arguments.map { $0 == "data" ? "whole" : $0 }, folder)
      expectSuccess(whole)
      #expect(try runShell("diff -r data whole", folder: folder).output == "")
    }
  }

  private func run(_ arguments: [String], _ folder: URL) throws -> Outcome {
    try runShell((["unroll"] + arguments).joined(separator: " "), folder: folder)
  }

  @Test(arguments: [
    ("--clips 0 --out a", "the value '0' is invalid for '--clips': choose a number from 1 to 1000000"),
    ("--clips 1 --out ''", "the name of the folder is empty"),
    ("--clips 1 --out a --size 63x64", "frames of 63x64 pixels are too small: choose 64 or more in width and height"),
    ("--clips 1 --out a --frames 20..30", "clips of 20 frames are too short: 24 are needed"),
    ("--clips 1 --out a --frames 30..20", "the value '30..20' is invalid for '--frames <A..B>'"),
    ("--clips 1 --out a --frames ..", "the value '..' is invalid for '--frames <A..B>'"),
    ("--clips 1 --out a --splits 80,10", "the value '80,10' is invalid for '--splits <A,B,C>'"),
    ("--clips 1 --out a --splits 80,10,20", "the value '80,10,20' is invalid for '--splits <A,B,C>'"),
    ("--clips 1 --out a --rate 0", "the value '0' is invalid for '--rate': choose a number from 1 to 240"),
    ("--clips 1 --out a --threads 0", "the value '0' is invalid for '--threads': choose a number from 1 to 1024"),
    ("--clips 1 --out a --seed x", "the value 'x' is invalid for '--seed <number>'"),
    ("--out a", "missing expected argument '--clips <number>'"),
  ])
  func whatCannotBe(_ options: String, _ message: String) throws {
    try temporaryFolder { folder in
      let outcome = try runShell("unroll synthesize shapes \(options)", folder: folder)
      expectFailure(outcome, .usage, mentions: message)
      #expect(try files(folder).isEmpty)
    }
  }
}
