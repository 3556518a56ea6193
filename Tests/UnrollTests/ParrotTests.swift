import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import VideoIO
import Workbench

/// A published network names what is in a picture.
@Suite struct ParrotTests {
  @Test func mobileNetNamesTheParrot() throws {
    guard let models = sharedFolder()?.appendingPathComponent("models") else { return }
    let reader = try FrameReader(models.appendingPathComponent("parrot.jpg"))
    let frames = reader.frames(.indexes([0]), as: FrameTransform(size: .init(224, 224))).makeIterator()
    let picture = try #require(try frames.next()).pixels
    let labels = try String(contentsOf: models.appendingPathComponent("imagenet_labels.txt"), encoding: .utf8)
      .components(separatedBy: "\n")
    let file = try SafetensorsFile(
      contentsOf: models.appendingPathComponent("mobilenet_v2_1.0_224_dequant.safetensors"))
    let best = try Workers.shared.run {
      var blank = Initializer.blank
      let network = try ImageClassifier(.mobileNetV2, classes: 1001, height: 224, width: 224, using: &blank)
      try file.load(into: network)
      let x = Tensor(uninitialized: [1, 3, 224, 224])
      let half = [Float](repeating: 0.5, count: 3)
      picture.writePlanes(
        to: UnsafeMutableBufferPointer(start: x.base, count: x.count),
        normalization: ChannelNormalization(mean: half, deviation: half))
      let logits = network(x, on: nil).values
      return logits.indices.max { logits[$0] < logits[$1] } ?? 0
    }
    #expect(labels[best].contains("macaw"), "class \(best): \(labels[best])")
  }
}
