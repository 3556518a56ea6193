import SequenceModels
import TensorCore
import TestSupport
import Testing

/// Backbones that keep the places of an image, beside those that do not.
@Suite("Feature maps")
struct FeatureMapTests {
  /// A backbone with its places and one without, with the same numbers in both.
  private func pair(_ architecture: ImageArchitecture, size: Int) throws -> (map: ImageBackbone, plain: ImageBackbone) {
    var (initializer, blank) = (Initializer(seed: 5), Initializer.blank)
    let map = try ImageBackbone(
      architecture, height: size, width: size + 8, widths: [6, 5], keepsPlaces: true, using: &initializer)
    let plain = try ImageBackbone(architecture, height: size, width: size + 8, widths: [6, 5], using: &blank)
    let (one, other) = (map.parameters + map.statistics, plain.parameters + plain.statistics)
    #expect(one.map(\.name) == other.map(\.name))
    for (from, to) in zip(one, other) { to.parameter.value = from.parameter.value }
    return (map, plain)
  }

  @Test("their mean is what networks with an average give", arguments: [ImageArchitecture.resnet18, .mobileNetV2])
  func mean(architecture: ImageArchitecture) throws {
    let (map, plain) = try pair(architecture, size: 64)
    #expect(plain.places == 1 && map.places == 6 && map.width == plain.width)
    Workers.shared.run {
      let x = randomTensor([2, 3, 64, 72], seed: 6)
      let rows = map(x, on: nil)
      #expect(rows.shape == [2, 6 * map.width])
      let mean = rows.reshaped([2, 6, map.width]).mean(axes: [1])
      let features = plain(x, on: nil)
      let scale = 1 / max(1, features.values.map(abs).max() ?? 1)
      expectClose(mean.values.map { $0 * scale }, features.values.map { $0 * scale }, tolerance: 1e-5)
    }
  }

  @Test("the small network keeps the same values, place by place")
  func small() throws {
    let (map, plain) = try pair(.small, size: 10)
    #expect(map.places == 3 * 5 && map.width == 5 && plain.places == 1 && plain.width == 75)
    Workers.shared.run {
      let x = randomTensor([3, 3, 10, 18], seed: 6)
      let flat = plain(x, on: nil).reshaped([3, 5, 15]).transposed([0, 2, 1])
      #expect(map(x, on: nil).values == flat.values)
      // Encoders of frames make a row of each place.
      var initializer = Initializer(seed: 7)
      let encoder = FrameEncoder(backbone: map, projection: 4, dropout: 0, using: &initializer)
      #expect(encoder.places == 15 && encoder.inputWidth == 75 && encoder.width == 4)
      let features = encoder(x, on: nil)
      #expect(features.shape == [45, 4])
      let place = flat.reshaped([45, 5]).slice(17..<18)
      let alone = FrameEncoder(backbone: nil, features: 5, projection: 4, dropout: 0, using: &initializer)
      for (from, to) in zip(encoder.parameters.suffix(2), alone.parameters) {
        to.parameter.value = from.parameter.value
      }
      expectClose(features.slice(17..<18).values, alone(place, on: nil).values, tolerance: 1e-6)
    }
  }

  @Test("VGG ends before its last pooling")
  func vgg() throws {
    var blank = Initializer.blank
    let map = try ImageBackbone(.vgg16, height: 224, width: 224, keepsPlaces: true, using: &blank)
    #expect(map.places == 14 * 14 && map.width == 512 && map.hidden.isEmpty)
  }
}
