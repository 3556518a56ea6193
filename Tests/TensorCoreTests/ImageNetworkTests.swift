import TensorCore
import TestSupport
import Testing

/// What must hold of a pass over images as a whole.
@Suite struct ImageNetworkTests {
  /// A small network with most operations in it.
  final class Small {
    let weights: [Parameter]
    let gain: Parameter
    let shift: Parameter
    let mean: Parameter
    let variance: Parameter
    let network: ImageNetwork
    var parameters: [Parameter] { weights + (normalizes ? [gain, shift] : []) }
    private let normalizes: Bool

    init(normalizes: Bool = true, channels: Int = 3, width: Int = 8, height: Int = 12) {
      func weight(_ shape: [Int], _ seed: UInt64) -> Parameter {
        Parameter(randomTensor(shape, seed: seed, in: -0.5...0.5))
      }
      let first = weight([width, channels, 3, 3], 1)
      let second = weight([width, width, 3, 3], 2)
      let third = weight([width, 1, 3, 3], 3)
      let bias = Parameter(randomTensor([width], seed: 4))
      let (gain, shift) = (
        Parameter(randomTensor([width], seed: 5, in: 0.5...1.5)), Parameter(randomTensor([width], seed: 6))
      )
      let (mean, variance) = (
        Parameter(randomTensor([width], seed: 7)), Parameter(randomTensor([width], seed: 8, in: 1...2))
      )
      network = ImageNetwork(channels: channels, height: height, width: 9) { graph in
        var x = graph.convolution(graph.input, weight: first, bias: bias, stride: 2, padding: .symmetric(1))
        if normalizes {
          x = graph.batchNormalization(
            x, weight: gain, bias: shift, runningMean: mean, runningVariance: variance)
        }
        let before = graph.activation(.relu, x)
        x = graph.convolution(before, weight: second, padding: .same)
        x = graph.activation(.relu6, graph.add(x, before))
        x = graph.maxPool(x, size: 3, stride: 1, padding: .symmetric(1))
        x = graph.convolution(x, weight: third, padding: .same, groups: width)
        return graph.flatten(graph.averagePool(x, size: 2, stride: 2))
      }
      weights = [first, second, third, bias]
      (self.gain, self.shift, self.mean, self.variance, self.normalizes) = (gain, shift, mean, variance, normalizes)
    }

    struct Results: Equatable {
      var output: [Float]
      var gradients: [[Float]]
      var running: [[Float]]
    }

    func run(_ x: Tensor, chunk: Int? = nil, frozen: Bool = false) -> Results {
      for parameter in parameters { parameter.gradient = nil }
      let tape = Tape()
      let images = tape.watch(x)
      let output = network(images, chunk: chunk, frozen: frozen, on: tape)
      tape.backward(from: output, gradient: randomTensor(output.shape, seed: 9))
      let gradients = parameters.map { $0.gradient?.values ?? [] } + [tape.gradient(of: images)?.values ?? []]
      return Results(output: output.values, gradients: gradients, running: [mean.value.values, variance.value.values])
    }
  }

  private func compare(_ one: Small.Results, _ other: Small.Results, tolerance: Float, _ what: String) {
    expectClose(one.output, other.output, tolerance: tolerance, what)
    for (index, (a, b)) in zip(one.gradients, other.gradients).enumerated() {
      let scale = 1 / max(1, b.map(abs).max() ?? 1)
      expectClose(a.map { $0 * scale }, b.map { $0 * scale }, tolerance: tolerance, "\(what): gradient \(index)")
    }
  }

  @Test func theSameBitsEachTime() {
    Workers.shared.run {
      let x = randomTensor([11, 3, 12, 9], seed: 1)
      #expect(Small().run(x) == Small().run(x))
      #expect(Small().run(x, chunk: 4) == Small().run(x, chunk: 4))
    }
  }

  @Test func theNumberOfThreadsChangesNothingButLastBits() {
    Workers.shared.run {
      let most = Workers.shared.count
      defer { Workers.shared.use(threads: most) }
      let x = randomTensor([7, 3, 12, 9], seed: 1)
      Workers.shared.use(threads: 1)
      let one = Small().run(x)
      Workers.shared.use(threads: 2)
      let two = Small().run(x)
      compare(two, one, tolerance: 1e-5, "two threads")
      for (a, b) in zip(two.running, one.running) { expectClose(a, b, tolerance: 1e-6, "running statistics") }
    }
  }

  @Test func chunksGiveWhatTheWholeGives() {
    Workers.shared.run {
      let x = randomTensor([11, 3, 12, 9], seed: 1)
      for chunk in [1, 3, 4, 11, 20] {
        compare(
          Small(normalizes: false).run(x, chunk: chunk), Small(normalizes: false).run(x), tolerance: 1e-5,
          "chunks of \(chunk)")
        compare(
          Small().run(x, chunk: chunk, frozen: true), Small().run(x, frozen: true), tolerance: 1e-5,
          "frozen chunks of \(chunk)")
      }
    }
  }

  /// With the statistics of a batch a chunk is a batch of its own, and moves the running statistics once.
  @Test func aChunkIsNormalisedByItself() {
    Workers.shared.run {
      let x = randomTensor([10, 3, 12, 9], seed: 1)
      let chunked = Small().run(x, chunk: 4)
      let alone = Small()
      var output: [Float] = []
      for range in [0..<4, 4..<8, 8..<10] { output += alone.network(x.slice(range), on: Tape()).values }
      #expect(chunked.output == output)
      #expect(chunked.running == [alone.mean.value.values, alone.variance.value.values])
      let whole = Small().run(x, chunk: 10)
      #expect(chunked.output != whole.output)
    }
  }

  @Test func frozenStatisticsStayAsTheyAre() {
    Workers.shared.run {
      let small = Small()
      let before = [small.mean.value.values, small.variance.value.values]
      let x = randomTensor([5, 3, 12, 9], seed: 1)
      let frozen = small.run(x, frozen: true)
      #expect(frozen.running == before)
      expectClose(frozen.output, small.network.prepared()(x).values, tolerance: 1e-5, "prepared")
      expectClose(frozen.output, small.network(x, on: nil).values, tolerance: 1e-5, "without a tape")
      let trained = small.run(x)
      #expect(trained.running != before)
    }
  }

  @Test(arguments: [0, 1, 2, 3, 13]) func anyNumberOfImages(count: Int) {
    Workers.shared.run {
      let small = Small()
      let prepared = small.network.prepared()
      let x = randomTensor([13, 3, 12, 9], seed: 1)
      let all = prepared(x)
      let some = prepared(x.slice(0..<count))
      #expect(some.shape == [count, small.network.width])
      expectClose(some.values, Array(all.values.prefix(some.count)), tolerance: 1e-5)
    }
  }

  @Test func whatIsPreparedDoesNotFollowTheParameters() {
    Workers.shared.run {
      let small = Small()
      let x = randomTensor([2, 3, 12, 9], seed: 1)
      let prepared = small.network.prepared()
      let before = prepared(x).values
      small.weights[0].value = randomTensor([8, 3, 3, 3], seed: 99)
      #expect(prepared(x).values == before)
      #expect(small.network(x, on: nil).values != before)
    }
  }

  /// What stays between the passes: with chunks the result alone, without them every layer too.
  @Test func chunksBoundMemory() {
    /// Bytes kept for each byte of the result. Other tests take and give back memory meanwhile: the least of a few counts.
    func kept(chunk: Int?) -> Double {
      let ratios = (0..<5).map { _ in
        Workers.shared.run {
          let small = Small(width: 16, height: 64)
          let x = randomTensor([64, 3, 64, 9], seed: 1)
          let tape = Tape()
          let before = TensorAllocator.shared.statistics.bytesInUse
          let output = small.network(x, chunk: chunk, on: tape)
          let kept = TensorAllocator.shared.statistics.bytesInUse - before
          tape.backward(from: output, gradient: output.detached)
          return Double(kept) / Double(output.count * 4)
        }
      }
      return ratios.min() ?? 0
    }
    #expect(kept(chunk: 8) < 1.5)
    #expect(kept(chunk: nil) > 10)
  }

  @Test(arguments: [true, false]) func gradientsMatchDifferences(normalizes: Bool) {
    // Smooth but for the rectifiers, which a small step seldom meets.
    let (gain, shift) = (randomTensor([4], seed: 3, in: 0.5...1.5), randomTensor([4], seed: 4))
    let weights = [randomTensor([4, 2, 3, 3], seed: 1), randomTensor([4, 2, 3, 3], seed: 2)]
    let x = randomTensor([3, 2, 5, 6], seed: 5)
    checkGradients("image network", of: [x], step: 0.01) { inputs in
      let network = ImageNetwork(channels: 2, height: 5, width: 6) { graph in
        var x = graph.convolution(graph.input, weight: Parameter(weights[0]), stride: 2, padding: .same)
        if normalizes {
          x = graph.batchNormalization(
            x, weight: Parameter(gain), bias: Parameter(shift), runningMean: Parameter(Tensor(zeros: [4])),
            runningVariance: Parameter(Tensor(repeating: 1, [4])))
        }
        x = graph.convolution(x, weight: Parameter(weights[1]), padding: .symmetric(1), groups: 2)
        return graph.globalAverage(graph.averagePool(x, size: 2, stride: 1, padding: .symmetric(1)))
      }
      let tape = inputs[0].node == nil ? Tape() : nil
      return network(inputs[0], on: tape)
    }
  }

  /// Pixels side by side, or blocks of 16 channels where Winograd's filtering runs, with and without a tape.
  @Test(arguments: [(channels: 5, size: 6), (channels: 64, size: 9)])
  func placesAreWhatIsFlatTransposed(channels: Int, size: Int) {
    let weights = [randomTensor([channels, 3, 3, 3], seed: 1), randomTensor([channels, channels, 3, 3], seed: 2)]
      .map { Parameter($0) }
    func network(_ read: @escaping (ImageGraph, ImageValue) -> ImageOutput) -> ImageNetwork {
      ImageNetwork(channels: 3, height: size, width: size + 1) { graph in
        let x = graph.convolution(graph.input, weight: weights[0], padding: .symmetric(1))
        return read(graph, graph.convolution(x, weight: weights[1], padding: .symmetric(1)))
      }
    }
    let (flat, places) = (network { $0.flatten($1) }, network { $0.places($1) })
    #expect(flat.places == 1 && places.places == size * (size + 1) && places.width == flat.width)
    /// Rows of the one order in the other.
    func turned(_ rows: Tensor, from shape: [Int]) -> Tensor {
      rows.reshaped([rows.shape[0]] + shape).transposed([0, 2, 1]).reshaped(rows.shape)
    }
    Workers.shared.run {
      let x = randomTensor([5, 3, size, size + 1], seed: 3)
      #expect(places(x, on: nil).values == turned(flat(x, on: nil), from: [channels, places.places]).values)
      let upstream = randomTensor([5, places.width], seed: 4)
      func step(_ network: ImageNetwork, _ upstream: Tensor, chunk: Int?) -> [[Float]] {
        for parameter in weights { parameter.gradient = nil }
        let tape = Tape()
        let images = tape.watch(x)
        let rows = network(images, chunk: chunk, on: tape)
        tape.backward(from: rows, gradient: upstream)
        let gradients = weights.map { $0.gradient?.values ?? [] } + [tape.gradient(of: images)?.values ?? []]
        return [rows.detached.values] + gradients
      }
      for chunk in [nil, 2] {
        let one = step(places, upstream, chunk: chunk)
        let other = step(flat, turned(upstream, from: [places.places, channels]), chunk: chunk)
        #expect(one[0] == turned(Tensor(other[0], shape: upstream.shape), from: [channels, places.places]).values)
        #expect(Array(one.dropFirst()) == Array(other.dropFirst()))
      }
    }
  }

  @Test(arguments: [5, 32]) func gradientsOfPlacesMatchDifferences(channels: Int) {
    let weight = Parameter(randomTensor([channels, 2, 3, 3], seed: 1))
    checkGradients("places", of: [randomTensor([2, 2, 4, 3], seed: 5)], step: 0.01) { inputs in
      let network = ImageNetwork(channels: 2, height: 4, width: 3) { graph in
        graph.places(graph.convolution(graph.input, weight: weight, padding: .symmetric(1)))
      }
      let tape = inputs[0].node == nil ? Tape() : nil
      return network(inputs[0], on: tape)
    }
  }

  /// oneDNN falls back to plain loops without notice, hundreds of times slower.
  @Test(arguments: [true, false]) func noReferenceKernelRuns(training: Bool) {
    Workers.shared.run {
      let alone = ImageOperationsAlone(Small(width: 24).network, images: 3, training: training)
      alone()
      #expect(!alone.kernelNames.isEmpty)
      #expect(!alone.kernelNames.contains { $0.hasPrefix("ref") }, "\(alone.kernelNames)")
    }
  }
}
