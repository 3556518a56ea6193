import Diagnostics
import Foundation
import SequenceModels
import TensorCore
import TestSupport
import Testing
import Workbench

/// Weights files of image networks.
@Suite struct ImageWeightsTests {
  @Test func mobileNetGivesPyTorchsLogits() throws {
    guard let shared = sharedFolder() else { return }
    let expected = try Fixture("mobilenet").tensors("mobilenet.safetensors")
    let file = try SafetensorsFile(
      contentsOf: shared.appendingPathComponent("models/mobilenet_v2_1.0_224_dequant.safetensors"))
    try Workers.shared.run {
      var blank = Initializer.blank
      let network = try ImageClassifier(.mobileNetV2, classes: 1001, height: 224, width: 224, using: &blank)
      try file.load(into: network)
      let x = Tensor(formulaNumbers([1, 3, 224, 224], 0).values.map { $0 * 2 }, shape: [1, 3, 224, 224])
      let features = network.backbone(x, on: nil)
      #expect(features.shape == [1, 1280])
      expectClose(features.values, try #require(expected["features"]).values, tolerance: 1e-4, "features")
      expectClose(network.output(features, on: nil).values, try #require(expected["logits"]).values, tolerance: 1e-3)
      // A backbone reads the same file, and passes the classifier over.
      let map = try ImageBackbone(.mobileNetV2, height: 224, width: 224, keepsPlaces: true, using: &blank)
      try file.load(into: map)
      let places = map(x, on: nil).reshaped([49, 1280]).mean(axes: [0])
      expectClose(places.values, try #require(expected["features"]).values, tolerance: 1e-4, "mean of places")
    }
  }

  /// What a file of torchvision's or timm's looks like, with the numbers of their formula.
  @Test func namesOfTorchvisionAndTimmAreRead() throws {
    try temporaryFolder { folder in
      try Workers.shared.run {
        var initializer = Initializer(seed: 4)
        let written = try ImageClassifier(.vgg16, classes: 3, height: 32, width: 32, using: &initializer)
        let url = folder.appendingPathComponent("timm.safetensors")
        var writer = SafetensorsWriter(metadata: [:])
        for (name, parameter) in written.parameters {
          let timm = name.replacingOccurrences(of: "classifier.0", with: "pre_logits.fc1")
            .replacingOccurrences(of: "classifier.3", with: "pre_logits.fc2")
            .replacingOccurrences(of: "classifier.6", with: "head.fc")
          var value = parameter.value
          if timm.hasPrefix("pre_logits"), value.rank == 2 { value = value.reshaped(value.shape + [1, 1]) }
          writer.add(timm, value, as: .full)
        }
        try writer.write(to: url)
        var blank = Initializer.blank
        let read = try ImageClassifier(.vgg16, classes: 3, height: 32, width: 32, using: &blank)
        try SafetensorsFile(contentsOf: url).load(into: read)
        for (one, other) in zip(written.parameters, read.parameters) {
          #expect(one.parameter.value.values == other.parameter.value.values, "\(one.name)")
        }
        let backbone = try ImageBackbone(.vgg16, height: 32, width: 32, using: &blank)
        try SafetensorsFile(contentsOf: url).load(into: backbone)
        #expect(backbone.width == 4096)
        // Without the last pooling and the wide layers, which the file has.
        let map = try ImageBackbone(.vgg16, height: 32, width: 32, keepsPlaces: true, using: &blank)
        try SafetensorsFile(contentsOf: url).load(into: map)
        #expect(map.width == 512 && map.places == 4 && map.hidden.isEmpty)
        for (one, other) in zip(written.parameters, map.parameters) {
          #expect(one.name == other.name && one.parameter.value.values == other.parameter.value.values, "\(one.name)")
        }
        let x = randomTensor([2, 3, 32, 32], seed: 5)
        let places = map(x, on: nil).reshaped([2, 4, 512]).max(axes: [1])
        expectClose(places.values, backbone.network(x, on: nil).values, tolerance: 1e-5)
      }
    }
  }

  @Test func countersArePassedOverAndStrangersRefused() throws {
    try temporaryFolder { folder in
      try Workers.shared.run {
        var initializer = Initializer(seed: 4)
        let small = try ImageClassifier(.small, classes: 3, height: 64, width: 64, using: &initializer)
        func write(_ extra: String?, leavingOut: String? = nil) throws -> SafetensorsFile {
          let url = folder.appendingPathComponent("\(extra ?? "")\(leavingOut ?? "").safetensors")
          var writer = SafetensorsWriter(metadata: [:])
          for (name, parameter) in small.parameters + small.backbone.statistics where name != leavingOut {
            writer.add(name, parameter.value, as: .full)
          }
          if let extra { writer.add(extra, Tensor(7), as: .full) }
          try writer.write(to: url)
          return try SafetensorsFile(contentsOf: url)
        }
        try write("features.1.num_batches_tracked").load(into: small)
        expectUnrollError(.badData, mentions: "features.99.weight", "no place") {
          try write("features.99.weight").load(into: small)
        }
        expectUnrollError(.badData, mentions: "features.4.running_var", "missing") {
          try write(nil, leavingOut: "features.4.running_var").load(into: small)
        }
        // A backbone passes the last layer over, and nothing else.
        try write(nil).load(into: small.backbone)
      }
    }
  }

  @Test func imagesThatAreTooSmallAreAnError() {
    var blank = Initializer.blank
    expectUnrollError(.badData, mentions: "vgg16", "31×224", "32×32") {
      try ImageBackbone(.vgg16, height: 31, width: 224, using: &blank)
    }
  }
}
