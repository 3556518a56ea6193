import Diagnostics
package import Foundation

/// A model whose parameters are the means of those of several checkpoints of a run, which is often better than the last of them
/// (Junczys-Dowmunt et al., 2016).
package struct CheckpointAverage {
  private let run: URL
  private let files: [SafetensorsFile]
  /// The step of the newest checkpoint, where the run says it.
  private let step: Int?

  /// How many checkpoints there are.
  package var count: Int { files.count }

  /// Takes checkpoints of a run.
  ///
  /// - Parameters:
  ///   - run: The run folder, with a model.
  ///   - last: How many of the newest; nil for all that the run has kept.
  ///   - named: Files to take instead.
  /// - Throws: `UnrollError` when there is no run, it has fewer checkpoints, or one is damaged.
  package init(run: URL, last: Int? = nil, named: [URL] = []) throws {
    self.run = run
    if !named.isEmpty {
      files = try named.map { try SafetensorsFile(contentsOf: $0) }
      step = nil
      return
    }
    let list = run.appending(path: "checkpoints.json")
    guard FileManager.default.fileExists(atPath: list.path) else {
      throw UnrollError(
        .noInput, file: run.relativePath, "is not the folder of a run: it holds no checkpoints.json",
        advice: "name the folder that unroll train --run made")
    }
    let entries: [RunFolder.Entry]
    do {
      entries = try JSONDecoder().decode([RunFolder.Entry].self, from: Data(contentsOf: list))
    } catch {
      throw UnrollError(.badData, file: list.relativePath, "the list of checkpoints cannot be read")
    }
    let taken = entries.prefix(last ?? entries.count)
    guard !taken.isEmpty, last.map({ taken.count == $0 }) ?? true else {
      throw UnrollError(
        .badData, file: list.relativePath, "the run has kept \(counted(entries.count, "checkpoint"))",
        advice: "ask for no more, or train with a larger training.keep_checkpoints")
    }
    files = try taken.map { entry in
      let file = run.appending(path: entry.file)
      guard try SHA256.hexDigest(ofFile: file) == entry.sha256 else {
        throw UnrollError(
          .badData, file: file.relativePath, "damaged: its SHA-256 is not the one in checkpoints.json",
          advice: "name others with --checkpoint")
      }
      return try SafetensorsFile(contentsOf: file)
    }
    step = taken.first?.step
  }

  /// Writes a model folder with the means, all else being as in the run's model, but for its scores.
  ///
  /// - Throws: `UnrollError` when the run has no model yet, a checkpoint is of another one, or the folder cannot be written.
  package func write(to output: URL) throws {
    let model = run.appending(path: "model")
    switch try modelTask(of: model) {
    case .translate: try write(ModelFolder<TranslationDescription>.open(model), to: output)
    case .label: try write(ModelFolder<LabelDescription>.open(model), to: output)
    case .caption: try write(ModelFolder<CaptionDescription>.open(model), to: output)
    }
  }

  private func write<Description>(_ model: ModelFolder<Description>, to output: URL) throws {
    let weights = try SafetensorsFile(contentsOf: model.weights)
    try FolderSwap.replace(output) { fresh in
      var writer = SafetensorsWriter(metadata: weights.metadata)
      for entry in weights.entries {
        writer.add(
          entry.name, shape: entry.shape, as: entry.type == .float16 ? .half : .full,
          floats: try mean(of: entry.name, shape: entry.shape))
      }
      try writer.write(to: fresh.appending(path: weightsFileName))
      for (_, file) in model.description.companions
      where !FileManager.default.fileExists(atPath: fresh.appending(path: file).path) {
        try AtomicFile.write(
          Array(Data(contentsOf: model.url.appending(path: file))), to: fresh.appending(path: file))
      }
      var description = model.description
      description.provenance.scores = []
      if let step { description.provenance.steps = step }
      _ = try ModelFolder.write(description, in: fresh)
    }
  }

  /// The mean of a tensor, summed in double precision in the order of the checkpoints.
  private func mean(of name: String, shape: [Int]) throws -> [Float] {
    var sums = [Double](repeating: 0, count: shape.reduce(1, *))
    for file in files {
      let found = try file.shape(name)
      guard found == shape else { throw file.misfit(name, found, shape) }
      let values = try file.floats(name)
      for index in sums.indices { sums[index] += Double(values[index]) }
    }
    return sums.map { Float($0 / Double(files.count)) }
  }
}
