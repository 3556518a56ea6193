package import Diagnostics

/// Something that a look at data found.
package struct DataFinding: Sendable, Equatable {
  package enum Severity: String, Sendable {
    /// Training would stop, or its figures would be worth nothing.
    case error
    /// Training goes on; the user should know.
    case warning
  }

  package enum Kind: String, Sendable {
    /// A list, a table or a label that cannot be read, or a clip without file or labels.
    case list
    /// A clip that cannot be opened or decoded.
    case undecodable
    /// A clip without frames.
    case empty
    /// Frames without labels, or labels without frames, also of times when there is no video any more.
    case length
    /// A clip, a person or the same contents in two splits.
    case leak
    /// Labels that overlap.
    case overlap
    /// Features that are not finite or not as many as those of other clips.
    case features
    /// Frames that are turned to stand upright.
    case rotated
    /// Frames that are not equally far apart.
    case variableRate = "variable_rate"
    /// Damage that the decoder concealed.
    case damaged
    /// Files that no list names.
    case unused
    /// A label without frames to learn from.
    case unseen
  }

  package let severity: Severity
  package let kind: Kind
  package let problem: UnrollError

  init(_ severity: Severity, _ kind: Kind, _ problem: UnrollError) {
    self.severity = severity
    self.kind = kind
    self.problem = problem
  }

  init(_ severity: Severity, _ kind: Kind, _ file: String, line: Int? = nil, _ what: String, advice: String) {
    self.init(severity, kind, UnrollError(.badData, file: file, line: line, what, advice: advice))
  }
}
