import Foundation
import Testing
import Workbench

@Suite("What a run makes of its validation scores")
struct LearningProgressTests {
  private var plan: TrainingSection {
    var plan = TrainingSection()
    plan.schedule = .plateau
    plan.plateauPatience = 2
    plan.plateauFactor = 0.5
    plan.minimumLearningRate = 0.2
    return plan
  }

  /// The learning rate after each of a row of scores, and which were the best so far.
  private func take(_ scores: [Double], _ plan: TrainingSection) -> (rates: [Double], best: [Bool], LearningProgress) {
    var progress = LearningProgress(learningRate: 1)
    var rates: [Double] = []
    var best: [Bool] = []
    for score in scores {
      progress.step += 10
      best.append(progress.take(score: score, plan: plan))
      rates.append(progress.learningRate)
    }
    return (rates, best, progress)
  }

  @Test func theRateFallsAfterSoManyValidationsWithoutGain() {
    let (rates, best, progress) = take([5, 6, 4, 4, 4.5, 4, 7], plan)
    #expect(best == [true, false, true, false, false, false, false])
    #expect(rates == [1, 1, 1, 1, 0.5, 0.5, 0.25])
    #expect(progress.best == 4)
    #expect(progress.bestStep == 30)
    #expect(progress.validationsWithoutGain == 4)
  }

  @Test func theRateStopsAtItsMinimum() {
    let (rates, _, progress) = take([5, 6, 6, 6, 6, 6, 6, 6, 6], plan)
    #expect(rates == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2])
    #expect(progress.validationsWithoutGain == 8)
  }

  @Test func aConstantRateStays() {
    var plan = plan
    plan.schedule = .constant
    let (rates, _, progress) = take([5, 6, 6, 6, 3], plan)
    #expect(rates == [1, 1, 1, 1, 1])
    #expect(progress.validationsWithoutGain == 0)
    #expect(progress.best == 3)
  }

  @Test(arguments: [Double.nan, .infinity])
  func aScoreThatIsNoNumberIsNeverTheBest(score: Double) throws {
    let (_, best, progress) = take([score, 5, score, 4], plan)
    #expect(best == [false, true, false, true])
    #expect(progress.best == 4)
    // What a checkpoint keeps.
    let (_, _, started) = take([score], plan)
    let saved = try JSONDecoder().decode(LearningProgress.self, from: JSONEncoder().encode(started))
    #expect(saved == started)
  }

  @Test func thePlannedStepsGoOnFromHere() {
    var plan = TrainingSection()
    (plan.steps, plan.epochs) = (nil, 10)
    var progress = LearningProgress(learningRate: 1)
    #expect(progress.plannedSteps(plan, perEpoch: 7) == 70)
    // The passes so far were longer than this one.
    (progress.step, progress.epoch, progress.position) = (75, 9, 3)
    #expect(progress.plannedSteps(plan, perEpoch: 7) == 79)
    plan.steps = 60
    #expect(progress.plannedSteps(plan, perEpoch: 7) == 75)
  }

  @Test func everyFieldSurvivesACheckpoint() throws {
    var progress = LearningProgress(learningRate: 0.1 + 0.2)
    (progress.step, progress.epoch, progress.position, progress.units) = (7, 3, 2, 12345)
    (progress.seconds, progress.pendingLoss, progress.pendingUnits) = (1.0 / 3, 1e-17 + 2, 9)
    _ = progress.take(score: 0.1, plan: plan)
    _ = progress.take(score: 0.7, plan: plan)
    let saved = try JSONDecoder().decode(LearningProgress.self, from: JSONEncoder().encode(progress))
    #expect(saved == progress)
  }
}
