package import Diagnostics
package import Foundation

/// A clip that is learnt from and measured on: the figures are worth nothing.
package struct SplitLeak: Sendable, Equatable {
  /// The clip or the group of clips.
  package let name: String
  /// The two splits.
  package let splits: [String]

  package func error(in place: URL) -> UnrollError {
    UnrollError(
      .badData, file: place.relativePath, "\(name) is in \(splits[0]) and in \(splits[1])",
      advice: "remove it from one of them")
  }
}

extension LabelledClips {
  /// Groups of clips that are in `train` and in another split, in the order of the training clips.
  package var sharedWithTraining: [SplitLeak] {
    var leaks: [SplitLeak] = []
    for (split, clips) in [("valid", valid), ("test", test)] {
      var groups = Set(clips.map(\.group))
      for clip in train where groups.remove(clip.group) != nil {
        leaks.append(SplitLeak(name: clip.group, splits: ["train", split]))
      }
    }
    return leaks
  }
}
