import Foundation
import TestSupport
import Testing
import Workbench

@Suite("Learning rates that are a function of the step")
struct ScheduleTests {
  /// What a scheduler of PyTorch gave.
  private struct Case: Decodable {
    let schedule: String
    let rate: Double
    let minimum: Double
    let steps: Int
    let rates: [Double]
    let warmup: Int?
    let factor: Double?
    let every: Int?
  }

  @Test("are those of PyTorch's schedulers, alone and behind a LinearLR")
  func agree() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixture("schedules").data("rates.json"))
    #expect(
      Set(cases.map(\.schedule)) == ["one_cycle", "cosine", "constant", "exponential", "inverse_sqrt"]
        && cases.count == 24)
    for one in cases {
      var plan = TrainingSection()
      plan.schedule = try #require(TrainingSection.Schedule(rawValue: one.schedule))
      plan.learningRate = one.rate
      plan.minimumLearningRate = one.minimum
      plan.warmup = one.warmup ?? 0
      plan.decayFactor = one.factor ?? plan.decayFactor
      plan.decayEvery = one.every ?? plan.decayEvery
      let rates = (0..<one.steps).map {
        (plan.scheduledRate(step: $0, of: one.steps) ?? one.rate) * plan.warmUp(step: $0)
      }
      let shares = (rates.map { $0 / one.rate }, one.rates.map { $0 / one.rate })
      expectClose(shares.0, shares.1, tolerance: 1e-12, "\(one.schedule) of \(one.steps) steps")
    }
  }

  @Test(
    "are numbers for runs of a step, and beyond their end",
    arguments: [.cosine, .oneCycle, .exponential, .inverseSqrt] as [TrainingSection.Schedule])
  func short(schedule: TrainingSection.Schedule) throws {
    var plan = TrainingSection()
    plan.schedule = schedule
    plan.warmup = schedule == .oneCycle ? 0 : 2
    for total in 1...5 {
      for step in 0..<2 * total {
        let rate = try #require(plan.scheduledRate(step: step, of: total))
        #expect(rate >= 0 && rate <= plan.learningRate, "step \(step) of \(total)")
      }
    }
  }

  @Test("come from the run, whatever the length that a resumed one is given")
  func resumed() throws {
    try temporaryFolder { folder in
      var tiny = try TinyRun(in: folder, overrides: ["training.schedule=one_cycle"])
      try tiny.train("straight")
      try tiny.train("stopped", stoppingAfter: 5)
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      try SavedState(tiny.run("stopped")).expectSame(as: SavedState(tiny.run("straight")))
      tiny.overrides += ["training.steps=14"]
      #expect(try tiny.train("stopped", resume: true).outcome == .finished)
      let longer = try SavedState(tiny.run("stopped")).progress
      #expect(longer.step == 14 && longer.plannedTotal == 12)
      // The last rate of a cycle: beyond its end nothing is left.
      expectClose(longer.learningRate, 0.01 / 25 / 1e4, tolerance: 1e-12)
    }
  }
}
