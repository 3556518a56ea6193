import Testing
import VideoIO

struct TimestampTests {
  @Test func printsAsFFprobeDoes() {
    #expect(Timestamp(ticks: 2, timeBase: TimeBase(1, 30)).description == "0.066667")
    #expect(Timestamp(ticks: -1001, timeBase: TimeBase(1, 30000)).description == "-0.033367")
    #expect(Timestamp(ticks: 90000, timeBase: TimeBase(1, 90000)).description == "1.000000")
  }

  @Test func comparesAcrossTimeBases() {
    let third = Timestamp(ticks: 1, timeBase: TimeBase(1, 3))
    #expect(third == Timestamp(ticks: 30000, timeBase: TimeBase(1, 90000)))
    #expect(Timestamp(ticks: 333_333, timeBase: TimeBase(1, 1_000_000)) < third)
    #expect(Timestamp(ticks: .max, timeBase: TimeBase(.max, 1)) > Timestamp(ticks: .max, timeBase: TimeBase(1, .max)))
  }
}
