/// What went wrong, where, and what to do about it: the one error type that reaches a user of Unroll.
///
/// The command prints `unroll: FILE:LINE: what; advice` on standard error and exits with `kind.exitStatus`.
public struct UnrollError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The class of the failure, which decides the exit status of the command.
  public enum Kind: Int32, Sendable {
    /// The command line is wrong (EX_USAGE).
    case usage = 64
    /// The contents of a file or a line are wrong (EX_DATAERR).
    case badData = 65
    /// A file is missing or unreadable (EX_NOINPUT).
    case noInput = 66
    /// A service or a library feature is missing (EX_UNAVAILABLE).
    case unavailable = 69
    /// A mistake of ours (EX_SOFTWARE).
    case internalFault = 70
    /// An output cannot be created, or would overwrite something (EX_CANTCREAT).
    case cannotCreate = 73
    /// Reading or writing failed half-way (EX_IOERR).
    case inputOutput = 74
    /// The user interrupted (128 + SIGINT).
    case interrupted = 130

    /// The exit status of the command, after `sysexits.h`.
    public var exitStatus: Int32 { rawValue }
  }

  /// The class of the failure.
  public let kind: Kind
  /// The file, folder or stream concerned.
  public let file: String?
  /// The line within `file`, counted from 1.
  public let line: Int?
  /// What is wrong, without a full stop.
  public let what: String
  /// What to do about it, without a full stop.
  public let advice: String?

  /// Makes an error; `what` and `advice` are lower-case phrases without a full stop.
  public init(_ kind: Kind, file: String? = nil, line: Int? = nil, _ what: String, advice: String? = nil) {
    self.kind = kind
    self.file = file
    self.line = line
    self.what = what
    self.advice = advice
  }

  /// A message that quotes what is wrong with a file must not become as long as the file. In scalars.
  private static let longest = 1500

  /// `FILE:LINE: what; advice`, always one line.
  public var description: String {
    var text = ""
    if let file { text += line.map { "\(file):\($0): " } ?? "\(file): " }
    let shown = what.unicodeScalars.prefix(Self.longest)
    text += shown.endIndex == what.endIndex ? what : String(shown) + "…"
    if let advice { text += "; \(advice)" }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    // A file's name must not steer the terminal.
    return String(
      String.UnicodeScalarView(line.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
