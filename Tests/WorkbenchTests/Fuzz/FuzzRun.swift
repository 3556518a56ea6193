import Diagnostics
import Foundation
import Synchronization
import Testing

/// What came of the trials of a reader.
struct FuzzReport {
  var trials = 0
  var refused = 0
  var seconds = 0.0
  /// Of the slowest trial.
  var mostSeconds = 0.0
  /// Of the trial that took most.
  var mostMegabytes = 0
}

/// Tries a reader on the corpus and then on one damaged input after another until its time is over.
///
/// The input lies on disk before it is tried: what makes the process trap, run out of memory or hang is what is found in
/// the folder afterwards. What is found without that is kept beside it.
func fuzz(_ reader: FuzzedReader, _ plan: FuzzPlan, corpus: [FuzzedReader.Files]) throws -> FuzzReport {
  let folder = plan.folder.appending(path: reader.name)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  var report = FuzzReport()
  let clock = ContinuousClock()
  let start = clock.now
  let watchdog = FuzzWatchdog(seconds: plan.mostSeconds)
  defer { watchdog.end() }
  var findings = 0
  func seconds() -> Double { (clock.now - start) / .seconds(1) }

  func take(_ files: FuzzedReader.Files, _ title: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where files[name] == nil {
      try FileManager.default.removeItem(at: folder.appending(path: name))
    }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    watchdog.begin("\(reader.name), \(title): its files are in \(folder.path)")
    let memory = plan.isLong ? PeakMemory() : nil
    let began = processSeconds()
    let outcome = trial(reader, folder)
    let took = processSeconds() - began
    watchdog.end()
    report.trials += 1
    report.mostSeconds = max(report.mostSeconds, took)
    report.mostMegabytes = max(report.mostMegabytes, memory?.megabytes ?? 0)
    if outcome.isRefused { report.refused += 1 }
    var faults = [outcome.fault].compactMap { $0 }
    if took > plan.mostSeconds { faults.append("it took \(took) s") }
    if let grown = memory?.megabytes, grown > plan.mostMegabytes { faults.append("it took \(grown) MB") }
    guard !faults.isEmpty else { return }
    findings += 1
    let kept = plan.folder.appending(path: "found-\(reader.name)-\(plan.seed)-\(report.trials)")
    try? FileManager.default.removeItem(at: kept)
    try FileManager.default.copyItem(at: folder, to: kept)
    Issue.record("\(reader.name), \(title): \(faults.joined(separator: "; ")) (\(kept.path))")
  }

  for (index, files) in corpus.enumerated() { try take(files, "corpus \(index)") }
  for files in reader.seeds { try take(files, "sound") }
  #expect(report.refused <= corpus.count, "\(reader.name) refuses a sound input")
  var number = 0
  while seconds() < plan.seconds, findings < 20 {
    try take(reader.input(seed: plan.seed, trial: number), "seed \(plan.seed), trial \(number)")
    number += 1
  }
  report.seconds = seconds()
  try FileManager.default.removeItem(at: folder)
  if try FileManager.default.contentsOfDirectory(atPath: plan.folder.path).isEmpty {
    try FileManager.default.removeItem(at: plan.folder)
  }
  return report
}

/// Reads once, and uses what was read; says what is wrong with how that ended.
private func trial(_ reader: FuzzedReader, _ folder: URL) -> (isRefused: Bool, fault: String?) {
  let use: () throws -> Void
  do {
    use = try reader.read(folder)
  } catch {
    let file = (error as? UnrollError)?.file
    let isNamed = file.map { $0.hasPrefix(folder.relativePath) } ?? false
    return (true, fault(of: error) ?? (isNamed ? nil : "the error names no file of the folder: \(error)"))
  }
  do {
    try use()
    return (false, nil)
  } catch {
    return (false, fault(of: error))
  }
}

/// What is wrong with an error as an answer to bad input.
private func fault(of error: any Error) -> String? {
  guard let error = error as? UnrollError else { return "not an UnrollError: \(error)" }
  let text = error.description
  if ![.badData, .noInput, .usage].contains(error.kind) { return "an error of kind \(error.kind): \(text)" }
  if text.contains(where: \.isNewline) { return "an error of several lines: \(text)" }
  if text.unicodeScalars.count > 2500 { return "an error of \(text.unicodeScalars.count) scalars: \(text.prefix(200))" }
  return nil
}

/// Seconds that the process has computed: those that it waits for its turn, or is stopped, do not count.
private func processSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Ends the process when a trial takes far too long: nothing else ends a loop that has no end.
private final class FuzzWatchdog: Sendable {
  private let current = Mutex<(title: String, mostComputed: Double, deadline: ContinuousClock.Instant)?>(nil)
  private let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
    Thread.detachNewThread { [weak self] in
      while let self {
        if let late = self.current.withLock({ $0 }), late.mostComputed < processSeconds() || late.deadline < .now {
          FileHandle.standardError.write(Data("fuzz: hangs: \(late.title)\n".utf8))
          abort()
        }
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
  }

  func begin(_ title: String) {
    // Twice the time: what is late but ends is reported in the usual way. And an hour for what only waits.
    current.withLock { $0 = (title, processSeconds() + 2 * seconds, .now + .seconds(3600)) }
  }

  func end() { current.withLock { $0 = nil } }
}

/// By how much the process grew at most since this was made, as Linux counts it.
private struct PeakMemory {
  private let before: Int

  init?() {
    // 5 sets the peak to what there is now.
    guard let file = fopen("/proc/self/clear_refs", "w") else { return nil }
    fputs("5", file)
    fclose(file)
    guard let before = Self.kilobytes("VmRSS:") else { return nil }
    self.before = before
  }

  var megabytes: Int { ((Self.kilobytes("VmHWM:") ?? before) - before) / 1024 }

  private static func kilobytes(_ key: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
  }
}
