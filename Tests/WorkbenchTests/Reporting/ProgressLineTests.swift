import Synchronization
import Testing
import Workbench

@Suite struct ProgressLineTests {
  /// Collects what would go to the terminal, and is the clock.
  private final class Screen: Sendable {
    private let state = Mutex<(text: String, time: Double, width: Int)>(("", 100, 80))
    var text: String { state.withLock { $0.text } }
    func wait(_ seconds: Double) { state.withLock { $0.time += seconds } }
    func resize(_ width: Int) { state.withLock { $0.width = width } }
    func time() -> Double { state.withLock { $0.time } }
    func takeText() -> String {
      state.withLock { state in
        defer { state.text = "" }
        return state.text
      }
    }
    func terminal(isInteractive: Bool, allowsStyle: Bool = false) -> Terminal {
      Terminal(
        isInteractive: isInteractive, allowsStyle: allowsStyle, width: { self.state.withLock { $0.width } },
        write: { text in self.state.withLock { $0.text += text } })
    }
  }

  @Test func liveLineIsOverwrittenAtMostTenTimesASecond() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "train", total: 100, rateUnit: "tokens", terminal: screen.terminal(isInteractive: true), now: screen.time)
    #expect(screen.takeText() == "")
    progress.update(done: 0, amount: 0)
    #expect(screen.takeText() == "\rtrain  0/100  0%\u{1B}[K")
    screen.wait(0.05)
    progress.update(done: 1, amount: 500, loss: 9.5)
    #expect(screen.takeText() == "")
    screen.wait(1.95)
    progress.update(done: 4, amount: 6300, loss: 2.34567)
    #expect(screen.takeText() == "\rtrain  4/100  4%  loss 2.346  3.15k tokens/s  ETA 0:48\u{1B}[K")
    screen.wait(1)
    progress.update(done: 6, amount: 9450, label: "epoch 2")
    #expect(screen.takeText() == "\repoch 2  6/100  6%  loss 2.346  3.15k tokens/s  ETA 0:47\u{1B}[K")
    progress.note("saved")
    #expect(screen.takeText() == "\r\u{1B}[Ksaved\n")
    progress.update(done: 6, amount: 9450)
    #expect(screen.takeText().hasPrefix("\repoch 2  6/100"))
    screen.wait(7)
    progress.finish()
    #expect(screen.takeText() == "\r\u{1B}[Kepoch 2  6/100  6%  loss 2.346  945 tokens/s  in 0:10\n")
  }

  @Test func plainLinesComeEveryTenSeconds() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "train", total: nil, unit: "lines", terminal: screen.terminal(isInteractive: false), now: screen.time)
    for second in 1...25 {
      screen.wait(1)
      progress.update(done: 10 * second)
    }
    #expect(screen.takeText() == "train  100 lines  10 lines/s\ntrain  200 lines  10 lines/s\n")
    progress.note("saved")
    progress.finish()
    #expect(screen.takeText() == "saved\ntrain  250 lines  10 lines/s  in 0:25\n")
  }

  @Test func aResumedRunCountsOnlyItsOwnSpeed() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "train", done: 900, total: 1000, rateUnit: "tokens", amount: 5_000_000,
      terminal: screen.terminal(isInteractive: false), now: screen.time)
    screen.wait(10)
    progress.update(done: 910, amount: 5_000_100)
    #expect(screen.takeText() == "train  910/1000  91%  10 tokens/s  ETA 1:30\n")
    progress.finish()
    #expect(screen.takeText() == "train  910/1000  91%  10 tokens/s  in 0:10\n")
  }

  @Test func theSpeedIsThatOfTheLastHalfMinute() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "x", total: 100_000, terminal: screen.terminal(isInteractive: false), now: screen.time)
    var done = 0
    for second in 1...200 {
      screen.wait(1)
      done += second <= 100 ? 100 : 10
      progress.update(done: done)
    }
    #expect(screen.takeText().hasSuffix("x  11000/100000  11%  10 steps/s  ETA 2:28:20\n"))
  }

  @Test func quietSaysNothing() {
    let screen = Screen()
    for isInteractive in [true, false] {
      var progress = ProgressLine(
        label: "x", total: 9, isQuiet: true, terminal: screen.terminal(isInteractive: isInteractive), now: screen.time)
      screen.wait(60)
      progress.update(done: 1)
      progress.note("no")
      progress.note("important", always: true)
      progress.finish()
      #expect(screen.takeText() == "important\n")
    }
  }

  @Test func stylesOnlyWhereWanted() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "train", total: 2, terminal: screen.terminal(isInteractive: true, allowsStyle: true), now: screen.time)
    progress.update(done: 1)
    #expect(screen.takeText() == "\r\u{1B}[1mtrain\u{1B}[0m  1/2  50%\u{1B}[K")

    func kind(_ environment: [String: String], isTerminal: Bool = true) -> [Bool] {
      let terminal = Terminal.standardError(environment: environment, isTerminal: isTerminal)
      return [terminal.isInteractive, terminal.allowsStyle]
    }
    #expect(kind(["TERM": "xterm"]) == [true, true])
    #expect(kind(["TERM": "xterm", "NO_COLOR": "1"]) == [true, false])
    #expect(kind(["TERM": "xterm", "NO_COLOR": ""]) == [true, true])
    #expect(kind(["TERM": "dumb"]) == [false, false])
    #expect(kind([:], isTerminal: false) == [false, false])
  }

  @Test func narrowWindowsGetShorterLines() {
    let screen = Screen()
    var progress = ProgressLine(
      label: "train", total: 5000, terminal: screen.terminal(isInteractive: true), now: screen.time)
    screen.wait(10)
    for width in 1...80 {
      screen.resize(width)
      screen.wait(1)
      progress.update(done: 1200, loss: 3.2)
      let line = screen.takeText().dropFirst().dropLast(3)
      #expect(line.count < width)
    }
    let text = ProgressText(
      label: "train", done: 1200, total: 5000, unit: "steps", loss: 3.2, rate: 31_500, rateUnit: "tokens",
      remaining: 125)
    #expect(text.line(width: 60) == "train  1200/5000  24%  loss 3.2  31.5k tokens/s  ETA 2:05")
    #expect(text.line(width: 56) == "train  1200/5000  loss 3.2  31.5k tokens/s  ETA 2:05")
    #expect(text.line(width: 50) == "train  1200/5000  loss 3.2  ETA 2:05")
    #expect(text.line(width: 30) == "train  1200/5000  ETA 2:05")
    #expect(text.line(width: 20) == "1200/5000  ETA 2:05")
    #expect(text.line(width: 5) == "1200/")
    #expect(text.line(width: 0) == "")
  }

  @Test(arguments: [
    (0.0, "0"), (0.52, "0.52"), (3, "3"), (3.14159, "3.14"), (31.4159, "31.4"), (842, "842"), (999.4, "999"),
    (999.6, "1.00k"), (31_500, "31.5k"), (999_600, "1.00M"), (1_204_000, "1.20M"), (5e9, "5.00G"), (.infinity, "?"),
  ])
  func shortNumbers(number: Double, text: String) {
    #expect(ProgressText.short(number) == text)
  }

  @Test(arguments: [
    (0.0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (754, "12:34"), (3600, "1:00:00"), (11_554, "3:12:34"),
    (183_120, "2d 02:52"), (-5, "0:00"), (.nan, "?"), (1e18, "?"),
  ])
  func durations(seconds: Double, text: String) {
    #expect(ProgressText.duration(seconds) == text)
  }
}
