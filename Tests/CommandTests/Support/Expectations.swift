import Diagnostics
import Testing

/// Expects the program to have ended with one line on standard error, `unroll: …`, that has all of `mentions` in it, with
/// the exit status of `kind`, and with nothing on standard output.
func expectFailure(
  _ outcome: Outcome, _ kind: UnrollError.Kind, mentions: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == kind.exitStatus, "\(outcome.errors)", sourceLocation: sourceLocation)
  #expect(outcome.output == "", sourceLocation: sourceLocation)
  #expect(outcome.errors.hasPrefix("unroll: "), "\(outcome.errors)", sourceLocation: sourceLocation)
  #expect(outcome.errors.hasSuffix("\n"), sourceLocation: sourceLocation)
  #expect(outcome.errors.count(where: { $0 == "\n" }) == 1, "\(outcome.errors)", sourceLocation: sourceLocation)
  for mention in mentions {
    #expect(outcome.errors.contains(mention), "\(outcome.errors)", sourceLocation: sourceLocation)
  }
}

/// Expects the program to have ended well, with nothing on standard error.
func expectSuccess(_ outcome: Outcome, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(outcome.status == 0, sourceLocation: sourceLocation)
  #expect(outcome.errors == "", sourceLocation: sourceLocation)
}
