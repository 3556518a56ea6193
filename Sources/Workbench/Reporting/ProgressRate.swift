/// Speed over the last half minute, so that an estimate follows a change and does not jump with every step.
struct ProgressRate {
  private struct Sample {
    let time: Double
    let done: Int
    let amount: Int
  }

  private static let window = 30.0
  /// At most this many samples are kept: one for each part of the window.
  private static let parts = 60.0
  private var samples: [Sample] = []
  private var latest: Sample?

  /// Notes where things stand; `time` in seconds never goes back.
  mutating func note(time: Double, done: Int, amount: Int) {
    let sample = Sample(time: time, done: done, amount: amount)
    latest = sample
    if let last = samples.last, time - last.time < Self.window / Self.parts { return }
    samples.append(sample)
    while samples.count > 2, time - samples[1].time >= Self.window { samples.removeFirst() }
  }

  /// Units finished and amount treated in a second, nil before there is anything to measure.
  var perSecond: (done: Double, amount: Double)? {
    guard let first = samples.first, let latest, latest.time > first.time else { return nil }
    let seconds = latest.time - first.time
    return (Double(latest.done - first.done) / seconds, Double(latest.amount - first.amount) / seconds)
  }
}
