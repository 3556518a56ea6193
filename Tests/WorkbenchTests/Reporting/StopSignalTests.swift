import Foundation
import Testing
import Workbench

/// Sends a signal to this process. Tests run on threads that block signals, so that another one takes it, a moment
/// later: hence the wait.
private func send(_ number: Int32, until isDone: () -> Bool) {
  kill(getpid(), number)
  for _ in 0..<500 where !isDone() { usleep(10_000) }
}

@Suite(.serialized) struct StopSignalTests {
  @Test(arguments: [SIGINT, SIGTERM]) func theFirstSignalRaisesTheFlag(number: Int32) {
    StopSignal.install()
    defer { StopSignal.uninstall() }
    #expect(!StopSignal.isRaised)
    send(number) { StopSignal.isRaised }
    #expect(StopSignal.isRaised)
  }

  #if compiler(>=6.2)
    @Test func theSecondSignalEndsTheProcess() async {
      await #expect(processExitsWith: .exitCode(130)) {
        StopSignal.install()
        send(SIGINT) { StopSignal.isRaised }
        send(SIGINT) { false }
      }
      await #expect(processExitsWith: .exitCode(143)) {
        StopSignal.install()
        send(SIGINT) { StopSignal.isRaised }
        send(SIGTERM) { false }
      }
    }

    @Test func usualEffectAfterwards() async {
      await #expect(processExitsWith: .signal(SIGINT)) {
        StopSignal.install()
        send(SIGINT) { StopSignal.isRaised }
        StopSignal.uninstall()
        guard !StopSignal.isRaised else { exit(1) }
        send(SIGINT) { false }
      }
    }

    @Test func brokenPipesAreErrorsNotEnds() async {
      await #expect(processExitsWith: .success) {
        ProcessSignals.ignoreBrokenPipe()
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0, close(ends[0]) == 0 else { exit(1) }
        exit(write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 1)
      }
    }
  #endif
}
