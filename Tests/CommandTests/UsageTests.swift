import Diagnostics
import Testing

/// Mistakes on the command line: one line that says where to read on, and exit status 64.
struct UsageTests {
  @Test func anUnknownVerb() throws {
    expectFailure(try runUnroll("transalte"), .usage, mentions: "unexpected argument 'transalte'; see 'unroll --help'")
  }

  @Test func anUnknownOption() throws {
    let outcome = try runUnroll("evaluate", "text", "a.txt", "--reference", "b.txt", "--jsno")
    expectFailure(outcome, .usage, mentions: "unknown option '--jsno'", "see 'unroll evaluate text --help'")
  }

  @Test func aMissingArgument() throws {
    expectFailure(
      try runUnroll("vocabulary", "encode"), .usage,
      mentions: "missing expected argument '<vocabulary>'; see 'unroll vocabulary encode --help'")
  }

  @Test func aValueThatIsNone() throws {
    let outcome = try runUnroll("evaluate", "text", "a.txt", "--reference", "b.txt", "--tokenize", "14a")
    expectFailure(outcome, .usage, mentions: "'14a'", "13a", "intl")
  }

  @Test func helpIntoAClosedPipeEndsQuietly() throws {
    // The status of the program itself, which the pipeline would hide.
    let outcome = try runShell("{ sleep 0.3; unroll --help; echo \"status $?\" >&2; } | true")
    #expect(outcome.errors == "status 0\n")
  }

  @Test func aFullDiskIsReported() throws {
    let outcome = try runShell("unroll --help > /dev/full")
    expectFailure(outcome, .inputOutput, mentions: "standard output: cannot write: no space left on device")
  }
}
