import Foundation
import TestSupport
import Testing
import Unroll

struct ComputeTypeTests {
  private let sentences = ["where is it?", "here.", "", "what a long sentence, is it?"]

  @Test func eightBitsAreNearAndAlikeInEveryBatch() throws {
    try TinyModel.with(ends: true) { model in
      let exact = try Translator(model: model.folder).translate(sentences)
      let rounded = try Translator(model: model.folder, computeType: .int8)
      let together = try rounded.translate(sentences)
      #expect(together.map(\.score) != exact.map(\.score), "nothing was rounded")
      for (a, b) in zip(exact, together) where a.text == b.text { #expect(abs(a.score - b.score) < 0.05) }
      #expect(zip(exact, together).contains { $0.text == $1.text && !$0.text.isEmpty })
      for (sentence, translation) in zip(sentences, together) {
        let alone = try rounded.translate([sentence])[0]
        #expect(alone.text == translation.text)
        #expect(abs(alone.score - translation.score) < 1e-5)
      }
    }
  }

  @Test func modelsTogetherAreRoundedToo() throws {
    try TinyModel.with(ends: true) { model in
      let other = TinyModel(folder: model.workplace.appending(path: "other"))
      try other.make(seed: 4, ends: true)
      // Were only the first one rounded, the order would tell.
      let one = try Translator(models: [model.folder, other.folder], computeType: .int8).translate(sentences)
      let two = try Translator(models: [other.folder, model.folder], computeType: .int8).translate(sentences)
      #expect(zip(one, two).allSatisfy { abs($0.score - $1.score) < 1e-5 })
    }
  }
}
