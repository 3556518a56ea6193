import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TextIO

/// What a recipe names to learn captions from: the clips of every split, not opened yet, and the captions of each.
package struct CaptionTexts: Sendable {
  /// The clips, in splits.
  let clips: LabelledClips
  /// The captions of a clip, by its name.
  private let captions: [String: [String]]
  /// What is wrong with them so far: they are said together with what reading the clips finds.
  let problems: DataProblems

  /// Reads the captions and the lists of clips, and looks for the clips' files.
  ///
  /// - Throws: `UnrollError` when the captions or a list cannot be read at all.
  package init(_ recipe: CaptionRecipe, _ folder: DataFolder) throws {
    let data = recipe.data
    let file = try folder.file(data.captions)
    let root = file.deletingLastPathComponent()
    var problems = DataProblems()
    let table = try CaptionTable.read(file, .init(format: data.format), &problems)
    let locator = try ClipLocator(
      folder: folder.file(data.clips), isFeatures: recipe.model.encoder == .features)
    var clips = LabelledClips(labels: .none)
    var captions: [String: [String]] = [:]
    var found: [String: LabelledClip] = [:]
    for clip in table.clips {
      // Results go by names without folder and ending.
      guard captions.updateValue(clip.captions, forKey: clip.stem) == nil else {
        problems.add(
          UnrollError(
            .badData, file: table.name, line: clip.line, "there is another clip that is called \(clip.stem)",
            advice: "give one of them another name, whatever its folder and ending"))
        continue
      }
      let content = try problems.collect { try locator.content(of: clip.name, in: table.name, line: clip.line) }
      guard let content else { continue }
      found[clip.stem] = LabelledClip(name: clip.stem, content: content, labels: .unlabelled)
    }
    clips.files = [try FileRecord(of: file)]
    try clips.divide(found, as: table, recipe.data, in: root, &problems)
    for leak in clips.sharedWithTraining { problems.add(leak.error(in: root)) }
    var digest = DataDigest()
    for (_, clip) in clips.all { if let file = clip.file { try digest.add(sizeOf: file) } }
    clips.files.append(digest.record(data.clips))
    self.clips = clips
    self.captions = captions
    self.problems = problems
  }

  /// The captions of some clips, clip by clip.
  func captions(of clips: [LabelledClip]) -> [[String]] { clips.map { captions[$0.name] ?? [] } }
}

extension LabelledClips {
  /// Puts clips into splits, as lists of clips say, or else the captions' own file; of a split that neither names, some clips
  /// to learn from are held out.
  fileprivate mutating func divide(
    _ found: [String: LabelledClip], as table: CaptionTable, _ data: CaptionDataSection, in root: URL,
    _ problems: inout DataProblems
  ) throws {
    let usual = root.appending(path: SplitFiles().train)
    if data.train != nil || FileManager.default.fileExists(atPath: usual.path) {
      let lists = SplitFiles(train: data.train ?? SplitFiles().train, valid: data.valid, test: data.test)
      try divide(found, as: lists.present(in: root), captioned: Set(table.clips.map(\.stem)), &problems)
    } else {
      var known: Set<String> = []
      for clip in table.clips where known.insert(clip.stem).inserted {
        guard let content = found[clip.stem] else { continue }
        switch clip.split {
        case "valid": valid.append(content)
        case "test": test.append(content)
        default: train.append(content)
        }
      }
    }
    if test.isEmpty { test = heldOut(data.holdOutTest) }
    if valid.isEmpty { valid = heldOut(data.holdOut) }
  }

  /// Puts clips into splits as lists say, which name them with or without ending.
  private mutating func divide(
    _ found: [String: LabelledClip],
    as lists: [(split: WritableKeyPath<LabelledClips, [LabelledClip]>, file: URL)], captioned: Set<String>,
    _ problems: inout DataProblems
  ) throws {
    for (split, file) in lists {
      files.append(try FileRecord(of: file))
      var known: [String: Int] = [:]
      for entry in try SplitList(contentsOf: file, &problems).entries {
        func problem(_ what: String, _ advice: String) {
          problems.add(UnrollError(.badData, file: entry.file, line: entry.line, what, advice: advice))
        }
        let name = captioned.contains(entry.name) ? entry.name : CaptionedClip.stem(of: entry.name)
        guard captioned.contains(name) else {
          problem("there is no caption for the clip \(entry.name)", "add one, or remove the line")
          continue
        }
        if let line = known.updateValue(entry.line, forKey: name) {
          problem("the clip \(name) is there already in line \(line)", "remove one of them")
          continue
        }
        // Of a clip without a file it has been told.
        if let clip = found[name] { self[keyPath: split].append(clip) }
      }
    }
  }

  /// Takes about `share` of the training clips, evenly spread, always the same ones.
  private mutating func heldOut(_ share: Double) -> [LabelledClip] {
    var rest = self
    rest.valid = []
    rest.holdOut(share)
    train = rest.train
    return rest.valid
  }
}

/// The clips of a split with their captions in units of the vocabulary.
package struct CaptionSplit: Sendable {
  package let clips: ClipStore
  /// All captions of each clip, as they were written.
  package let references: [[String]]
  /// Each caption with its clip.
  package let captions: [(clip: Int, ids: [Int])]
  /// Captions left out because they were too long.
  package let tooLong: Int

  init(_ clips: ClipStore, _ references: [[String]], _ vocabulary: any Vocabulary, maximumLength: Int = .max) {
    self.clips = clips
    self.references = references
    var captions: [(Int, [Int])] = []
    var tooLong = 0
    for (clip, texts) in references.enumerated() {
      for text in texts {
        let ids = vocabulary.encode(text)
        if ids.count > maximumLength { tooLong += 1 } else { captions.append((clip, ids)) }
      }
    }
    self.captions = captions
    self.tooLong = tooLong
  }

  /// The same with other frames.
  private init(_ other: CaptionSplit, clips: ClipStore) {
    self.clips = clips
    (references, captions, tooLong) = (other.references, other.captions, other.tooLong)
  }

  func with(_ clips: ClipStore) -> CaptionSplit { CaptionSplit(self, clips: clips) }
}

/// The clips of every split with their captions.
package struct CaptionData: Sendable {
  package let train: CaptionSplit
  package let valid: CaptionSplit
  package let test: CaptionSplit?
  /// Whether the clips to validate on are those to learn from, because none were held out.
  package let validatesOnTraining: Bool
  /// The files, for a model's provenance.
  package let files: [FileRecord]

  /// Lays captions, cut into units, beside the clips that were read; those to learn from that are too long are left out.
  init(_ texts: CaptionTexts, _ clips: SplitClips, _ vocabulary: any Vocabulary, maximumLength: Int) {
    func split(_ store: ClipStore, _ found: [LabelledClip], maximumLength: Int = .max) -> CaptionSplit {
      CaptionSplit(store, texts.captions(of: found), vocabulary, maximumLength: maximumLength)
    }
    validatesOnTraining = clips.validatesOnTraining
    train = split(clips.train, texts.clips.train, maximumLength: maximumLength)
    valid = split(clips.valid, validatesOnTraining ? texts.clips.train : texts.clips.valid)
    test = clips.test.map { split($0, texts.clips.test) }
    files = texts.clips.files
  }

  private init(_ other: CaptionData, _ clips: SplitClips) {
    train = other.train.with(clips.train)
    valid = other.valid.with(clips.valid)
    test = clips.test.flatMap { clips in other.test.map { $0.with(clips) } }
    (validatesOnTraining, files) = (other.validatesOnTraining, other.files)
  }

  /// The same with other frames.
  func with(_ clips: SplitClips) -> CaptionData { CaptionData(self, clips) }

  /// The clips alone.
  var clips: SplitClips {
    SplitClips(
      train: train.clips, valid: valid.clips, test: test?.clips, validatesOnTraining: validatesOnTraining)
  }
}
