import Foundation

/// How long readers are fuzzed, with which random numbers, and where the inputs lie that are being tried.
///
/// In the normal suite every reader gets a second of the same inputs. `UNROLL_FUZZ_SECONDS` asks for more, for all readers
/// together; `UNROLL_FUZZ_SEED` for other inputs; `UNROLL_FUZZ_FOLDER` for a folder that is kept.
struct FuzzPlan {
  /// For one reader.
  let seconds: Double
  let seed: UInt64
  let folder: URL
  /// Whether this is more than a test among others: only then are time and memory a trial's own.
  let isLong: Bool

  /// The plan that the environment asks for, with the time divided among so many readers.
  init(readers: Int, environment: [String: String] = ProcessInfo.processInfo.environment) {
    let all = environment["UNROLL_FUZZ_SECONDS"].flatMap(Double.init)
    isLong = all != nil
    seconds = all.map { $0 / Double(readers) } ?? 1
    seed = environment["UNROLL_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
    folder =
      environment["UNROLL_FUZZ_FOLDER"].map { URL(fileURLWithPath: $0) }
      ?? FileManager.default.temporaryDirectory.appending(path: "unroll-fuzz-\(getpid())")
  }

  /// Seconds that a trial may take. Beside other tests it may have to wait for its turn.
  var mostSeconds: Double { isLong ? 10 : 60 }
  /// Megabytes by which a trial may make the process larger.
  var mostMegabytes: Int { 256 }
}
