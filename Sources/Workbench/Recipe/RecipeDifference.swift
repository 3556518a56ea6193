/// A key that has another value in one recipe than in another.
package struct RecipeDifference: Sendable, Equatable {
  /// The path of the key, as in `training.learning_rate`.
  package let key: String
  /// Its value in the first recipe, as YAML.
  package let before: String
  /// Its value in the second.
  package let now: String
}

/// What may change while a run is going on: how long it lasts, what it reports and how its model is used, but not what its
/// weights come from. A name ending in a dot stands for a section.
private let changeable = [
  "name", "search.", "training.steps", "training.epochs", "training.patience", "training.log_every",
  "training.checkpoint_every", "training.keep_checkpoints", "training.validate_every", "training.weights",
  "training.threads", "training.tensorboard",
]

extension Recipe {
  /// The first key, in the order of writing, that a run with this recipe cannot take from `other`; nil when it can go on
  /// with all of it.
  package func obstacle(toResumingAs other: Self) -> RecipeDifference? {
    node.differences(from: other.node, at: "").first { difference in
      !changeable.contains { $0.hasSuffix(".") ? difference.key.hasPrefix($0) : difference.key == $0 }
    }
  }
}

extension YAMLNode {
  /// Where this and another value differ, this one first.
  fileprivate func differences(from other: YAMLNode, at path: String) -> [RecipeDifference] {
    if case .mapping(let mine) = content, case .mapping(let theirs) = other.content,
      mine.map(\.key) == theirs.map(\.key)
    {
      return zip(mine, theirs).flatMap { mine, theirs in
        mine.value.differences(from: theirs.value, at: path.isEmpty ? mine.key : "\(path).\(mine.key)")
      }
    }
    return flow == other.flow ? [] : [RecipeDifference(key: path, before: flow, now: other.flow)]
  }

  /// The value on one line.
  private var flow: String {
    switch content {
    case .scalar(let text, isPlain: true): text
    case .scalar(let text, isPlain: false): "\"\(text)\""
    case .sequence(let items): "[\(items.map(\.flow).joined(separator: ", "))]"
    case .mapping(let entries): "{\(entries.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", "))}"
    }
  }
}
