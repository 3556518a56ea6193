import Diagnostics
package import Foundation
import Synchronization
import VideoIO

/// A folder of generated clips with their labels, in the layout of MS-TCN (Farha and Gall, 2019).
///
/// - `clips/NAME.mp4`, and `groundTruth/NAME.txt` with a label a line;
/// - `mapping.txt` with `id label` a line, and `splits/{train,valid,test}.bundle` with `NAME.txt` a line;
/// - `clip_labels.tsv` and `sentences.tsv`: the clip's file, a tab, and what it is;
/// - `attributes.csv`: from when to when the shape has its colour, its kind and each action, as `SpanTable` reads it;
/// - `frames.sha256`: a digest of each clip's frames as they were drawn, before they were encoded;
/// - `shapes.json`: the settings.
///
/// Each file is written beside its place and renamed, so that one that is there is whole; `frames.sha256` comes last.
package struct ShapeDataSet: Sendable {
  package let settings: ShapeSettings
  private let folder: URL

  /// Begins a data set in `folder`, or goes on with one of the same settings.
  ///
  /// Throws `.cannotCreate` when the folder cannot be made, or holds something else.
  package init(_ settings: ShapeSettings, in folder: URL) throws {
    self.settings = settings
    self.folder = folder
    try Self.make(folder)
    let file = folder.appending(path: "shapes.json")
    if FileManager.default.fileExists(atPath: file.path) {
      try checkSettings(file)
    } else {
      try checkEmptiness()
      try AtomicFile.write(settings.json.text + "\n", to: file)
    }
    for part in ["clips", "groundTruth", "splits"] {
      try Self.make(folder.appending(path: part))
      removeLeftovers(folder.appending(path: part))
    }
  }

  /// Makes what is missing.
  ///
  /// - Parameters:
  ///   - threads: Clips that are made at once.
  ///   - progress: Told every now and then how many clips are done, those that were there already included.
  ///   - stop: Asked between two clips whether to leave the rest for another time.
  /// - Returns: Whether all is there.
  /// - Throws: `UnrollError` when a file cannot be written.
  package func generate(threads: Int, progress: (Int) -> Void, stop: @escaping @Sendable () -> Bool) throws -> Bool {
    let count = settings.clips
    let digests = folder.appending(path: "frames.sha256")
    let isComplete = FileManager.default.fileExists(atPath: digests.path)
    // Without the digests every clip is drawn again, which is quick; only encoding is saved.
    let wanted = (0..<count).filter { !isComplete || !isThere($0) }
    if wanted.isEmpty {
      progress(count)
      return true
    }
    let work = Work(wanted.count)
    let group = DispatchGroup()
    for _ in 0..<max(1, min(threads, wanted.count)) {
      DispatchQueue.global().async(group: group) {
        while !stop(), let place = work.next() {
          work.finish(place) { try clip(wanted[place]) }
        }
      }
    }
    while group.wait(timeout: .now() + 0.1) == .timedOut { progress(count - wanted.count + work.done) }
    progress(count - wanted.count + work.done)
    let made = try work.results()
    if work.done < wanted.count { return false }
    if !isComplete { try writeLists(digests, made) }
    return true
  }

  // MARK: Clips

  private func video(_ index: Int) -> URL { folder.appending(path: "clips/\(ShapeSettings.name(index)).mp4") }

  private func truth(_ index: Int) -> URL { folder.appending(path: "groundTruth/\(ShapeSettings.name(index)).txt") }

  private func isThere(_ index: Int) -> Bool {
    [video(index), truth(index)].allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
  }

  /// Draws a clip, writes what of it is missing, and gives the digest of its frames.
  private func clip(_ index: Int) throws -> String {
    let scene = ShapeScene(settings, index: index)
    let writer =
      isThere(index)
      ? nil
      : try FrameWriter(
        video(index), size: settings.size, timeBase: TimeBase(1, Int32(settings.rate)),
        options: FrameWriter.Options(threads: 1))
    var digest = SHA256()
    try scene.draw { pixels in
      pixels.packedBytes.withUnsafeBytes { digest.update($0) }
      try writer?.append(pixels)
    }
    if let writer {
      try writer.finish()
      let lines = scene.labels.map { $0.rawValue + "\n" }.joined()
      try AtomicFile.write(to: truth(index), outlastsPowerCut: false) { try $0.append(lines) }
    }
    return digest.hexDigest()
  }

  /// What the threads share.
  private final class Work: Sendable {
    private struct State {
      var next = 0
      var done = 0
      var digests: [String]
      var failure: (any Error)?
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(digests: [String](repeating: "", count: count))) }

    var done: Int { state.withLock { $0.done } }

    /// The place of a clip to make; nil when all are taken, or one has failed.
    func next() -> Int? {
      state.withLock { state in
        guard state.next < state.digests.count, state.failure == nil else { return nil }
        defer { state.next += 1 }
        return state.next
      }
    }

    func finish(_ place: Int, _ body: () throws -> String) {
      let result = Result { try body() }
      state.withLock { state in
        switch result {
        case .success(let digest):
          state.digests[place] = digest
          state.done += 1
        case .failure(let error): state.failure = state.failure ?? error
        }
      }
    }

    /// The digests. Throws what went wrong first.
    func results() throws -> [String] {
      try state.withLock { state in
        if let failure = state.failure { throw failure }
        return state.digests
      }
    }
  }

  // MARK: Lists

  private func writeLists(_ file: URL, _ digests: [String]) throws {
    func write(_ name: String, _ lines: some Sequence<String>) throws {
      try AtomicFile.write(lines.map { $0 + "\n" }.joined(), to: folder.appending(path: name))
    }
    try write("mapping.txt", ShapeAction.allCases.enumerated().map { "\($0) \($1.rawValue)" })
    for part in settings.parts {
      try write("splits/\(part.name).bundle", part.clips.map { "\(ShapeSettings.name($0)).txt" })
    }
    let scenes = (0..<settings.clips).lazy.map { ($0, ShapeScene(settings, index: $0)) }
    try write("clip_labels.tsv", scenes.map { "\(ShapeSettings.name($0)).mp4\t\($1.clipLabel.rawValue)" })
    try write("sentences.tsv", scenes.map { "\(ShapeSettings.name($0)).mp4\t\($1.sentence)" })
    try write("attributes.csv", ["video,start,end,label,split"] + attributes())
    try write("frames.sha256", digests.enumerated().map { "\($1)  \(ShapeSettings.name($0))" })
  }

  /// The rows of `attributes.csv`: the colour and the kind as long as the shape is there, and each action.
  private func attributes() -> [String] {
    settings.parts.flatMap { part in
      part.clips.flatMap { index in
        let scene = ShapeScene(settings, index: index)
        let names = ShapeAction.allCases
        let runs = LabelRun.all(in: scene.labels.map { Int32(names.firstIndex(of: $0) ?? 0) })
          .filter { names[Int($0.label)] != .none }
        let there = (runs.first?.frames.lowerBound ?? 0)..<(runs.last?.frames.upperBound ?? 0)
        let rows =
          [(there, "\(scene.color)"), (there, "\(scene.kind)")]
          + runs.map { ($0.frames, names[Int($0.label)].rawValue) }
        return rows.filter { !$0.0.isEmpty }.map { frames, name in
          let times = [frames.lowerBound, frames.upperBound].map {
            Timestamp(ticks: Int64($0), timeBase: TimeBase(1, Int32(settings.rate)))
          }
          return "clips/\(ShapeSettings.name(index)).mp4,\(times[0]),\(times[1]),\(name),\(part.name)"
        }
      }
    }
  }

  // MARK: The folder

  private static func make(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw UnrollError(
        .cannotCreate, file: folder.relativePath, "the folder cannot be created",
        advice: "check that nothing else has its name, and that you may write there")
    }
  }

  private func checkSettings(_ file: URL) throws {
    let input = try InputFile(file)
    let bytes = try input.bytes(at: 0, count: input.size)
    guard case .object(let members) = settings.json, let before = try? JSONReader.read(bytes)  // Told right below.
    else {
      throw UnrollError(
        .cannotCreate, file: file.relativePath, "is damaged", advice: "choose another folder with --out, or remove this"
      )
    }
    for member in members where before[member.name] != member.value {
      throw UnrollError(
        .cannotCreate, file: file.relativePath,
        "this data set has another value for \(member.name): \(before[member.name]?.text ?? "none"), not "
          + member.value.text,
        advice: "choose another folder with --out, or give the same options")
    }
  }

  private func checkEmptiness() throws {
    if try !sortedNames(in: folder, .cannotCreate).isEmpty {
      throw UnrollError(
        .cannotCreate, file: folder.relativePath, "the folder holds something else already",
        advice: "choose an empty or a new one with --out")
    }
  }

  /// Removes half-written files of processes that have ended.
  private func removeLeftovers(_ folder: URL) {
    // What cannot be listed or removed harms nobody.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []  // See above.
    for name in names where name.hasPrefix(".unroll-") && name.hasSuffix(".partial") {
      guard let process = Int32(name.dropFirst(".unroll-".count).prefix { $0.isNumber }) else { continue }
      if kill(process, 0) != 0 && errno == ESRCH { unlink(folder.appending(path: name).path) }
    }
  }
}
