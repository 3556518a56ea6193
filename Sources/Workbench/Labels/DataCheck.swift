import Diagnostics
import Foundation
import Synchronization

/// Looks at labelled clips before a model learns from them: everything is read once, on several threads.
package struct DataCheck: Sendable {
  /// What there is of one split.
  package struct Split: Sendable, Equatable {
    package let name: String
    package var clips = 0
    package var frames = 0
    package var seconds = 0.0
    /// Frames in no span of a table.
    package var outside = 0
    /// Frames of each label, by id.
    package var labels: [Int]
  }

  package private(set) var labels: LabelNames?
  package private(set) var splits: [Split] = []
  package private(set) var findings: [DataFinding] = []

  /// How many findings are errors.
  package var errors: Int { findings.count { $0.severity == .error } }

  /// Looks at the data that `request` names.
  ///
  /// - Parameters:
  ///   - threads: how many clips are read at a time.
  ///   - progress: gets the number of clips read so far and of all; called from any thread, one call at a time.
  /// - Throws: `.usage` for a choice that the data do not have. What is wrong with the data are findings.
  package init(_ request: DataRequest, threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void) throws {
    var problems = DataProblems()
    let clips: LabelledClips
    do {
      clips = try request.read(&problems)
    } catch let error as UnrollError where error.kind != .usage {
      findings = (problems.all + [error]).map { DataFinding(.error, .list, $0) }
      return
    }
    findings = problems.all.map { problem in
      DataFinding(.error, problem.what.contains(" is in train and in ") ? .leak : .list, problem)
    }
    labels = clips.labels
    let all = clips.all
    let checks = Self.checks(all.map(\.clip), request.isMultiLabel, threads: threads, progress: progress)
    for name in ["train", "valid", "test"] {
      var split = Split(name: name, labels: Array(repeating: 0, count: clips.labels.count))
      for (entry, check) in zip(all, checks) where entry.split == name { split.add(check) }
      splits.append(split)
    }
    findings += checks.flatMap(\.findings)
    findings += Self.unequalFeatures(all.map(\.clip), checks)
    findings += try DataLeaks(all).findings
    findings += try request.unused()
    findings += unseenLabels(clips.labels)
  }

  /// Reads clips on several threads; the results are in the order of the clips.
  private static func checks(
    _ clips: [LabelledClip], _ isMultiLabel: Bool, threads: Int, progress: @Sendable (_ done: Int, _ total: Int) -> Void
  ) -> [ClipCheck] {
    struct State {
      var next = 0
      var done = 0
      var checks: [Int: ClipCheck] = [:]
    }
    let state = Mutex(State())
    DispatchQueue.concurrentPerform(iterations: max(1, min(threads, clips.count))) { _ in
      while true {
        let place = state.withLock { state in
          defer { state.next += 1 }
          return state.next
        }
        guard place < clips.count else { return }
        let check = ClipCheck(clips[place], isMultiLabel: isMultiLabel)
        state.withLock { state in
          state.checks[place] = check
          state.done += 1
          progress(state.done, clips.count)
        }
      }
    }
    return state.withLock { state in clips.indices.compactMap { state.checks[$0] } }
  }

  /// Features of some clips with another number of dimensions than those of the first.
  private static func unequalFeatures(_ clips: [LabelledClip], _ checks: [ClipCheck]) -> [DataFinding] {
    guard let place = checks.firstIndex(where: { $0.dimensions != nil }), let first = checks[place].dimensions else {
      return []
    }
    return zip(clips, checks).compactMap { clip, check in
      guard let dimensions = check.dimensions, dimensions != first else { return nil }
      return DataFinding(
        .error, .features, clip.shownName,
        "has \(dimensions) numbers a frame, and the first clip (\(clips[place].shownName)) has \(first)",
        advice: "make all features alike")
    }
  }

  /// Labels that cannot be learnt.
  private func unseenLabels(_ labels: LabelNames) -> [DataFinding] {
    guard let train = splits.first, train.frames > 0 else { return [] }
    return labels.names.indices.filter { train.labels[$0] == 0 }.map { id in
      let elsewhere = splits.dropFirst().reduce(0) { $0 + $1.labels[id] }
      return DataFinding(
        .warning, .unseen, labels.names[id],
        "no frame to learn from has this label, and \(elsewhere) others have it",
        advice: "add some, or remove the label")
    }
  }
}

extension DataCheck.Split {
  fileprivate mutating func add(_ check: ClipCheck) {
    clips += 1
    frames += check.frames
    seconds += check.seconds
    outside += check.outside
    for (id, count) in check.labels { labels[Int(id)] += count }
  }
}
