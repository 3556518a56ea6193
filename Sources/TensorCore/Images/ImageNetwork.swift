/// Convolutions, normalisations and poolings over images, as one operation: nothing that is computed between the images
/// and the rows at the end is a tensor of its own, and a pass is one record on the tape.
///
/// Images come as `[N, C, H, W]` and are brought into the layout that the convolutions read; what follows stays in it.
/// Used from the tensor thread, as parameters are.
package final class ImageNetwork: @unchecked Sendable {
  private let graph: ImageGraph
  private let output: ImageOutput
  let plan: ImagePlan
  let cache: ImageOperationCache

  /// A network for images of one size, described by what `build` does to its graph.
  package init(channels: Int, height: Int, width: Int, _ build: (inout ImageGraph) -> ImageOutput) {
    var graph = ImageGraph(channels: channels, height: height, width: width)
    output = build(&graph)
    self.graph = graph
    plan = ImagePlan(graph, output: output, training: true)
    cache = ImageOperationCache(plan)
  }

  /// The length of the row that each image becomes.
  package var width: Int { output.width }
  /// The places of an image whose values stand one after another in its row; 1 where the row is of the image as a whole.
  package var places: Int { output.places }
  /// The rows and columns in which these places lie, from left to right and from top to bottom.
  package var placeGrid: (rows: Int, columns: Int) { (output.placeRows, output.placeColumns) }

  /// Runs the network over `images` `[N, C, H, W]`; the result is `[N, width]`.
  ///
  /// - Parameters:
  ///   - chunk: at most so many images at a time. With more images than that, nothing but the result is kept, and each
  ///     chunk is computed again on the way back: memory then does not grow with N. Normalisations use the statistics
  ///     of their chunk.
  ///   - frozen: whether normalisations use their running statistics and leave them as they are, as PyTorch's do in
  ///     evaluation mode.
  ///   - tape: nil for inference, which uses the running statistics too; `prepared` is the faster way to that when the
  ///     same parameters are used more than once.
  package func callAsFunction(
    _ images: Tensor, chunk: Int? = nil, frozen: Bool = false, on tape: Tape?
  ) -> Tensor {
    guard let tape = tape ?? images.node?.tape else { return prepared()(images) }
    let shape = graph.input
    precondition(
      images.shape.dropFirst() == [shape.channels, shape.height, shape.width] && images.rank == 4,
      "a network for images [\(shape.channels), \(shape.height), \(shape.width)] was given \(images.shape)")
    let count = images.shape[0]
    let parameters = ImageParameters(plan, on: tape)
    let whole = images.detached
    let size = max(1, min(chunk ?? count, count))
    let chunks = stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
    let rows = Tensor(uninitialized: [count, width])
    var kept: ImagePass?
    for chunk in chunks {
      let pass = ImagePass(plan, cache, parameters, images: chunk.count, frozen: frozen)
      let part = pass.forward(whole.slice(chunk), updating: !frozen)
      rows.base.advanced(by: chunk.lowerBound * width).update(from: part.pointer, count: part.count)
      if chunks.count == 1 { kept = pass }
    }
    let imagesIndex = images.operand
    return result(rows, of: [images] + parameters.operands) { [plan, cache] tape, gradient in
      let imageGradient = imagesIndex == nil ? nil : Tensor(uninitialized: whole.shape)
      for chunk in chunks {
        var pass = kept
        if pass == nil {
          pass = ImagePass(plan, cache, parameters, images: chunk.count, frozen: frozen)
          _ = pass?.forward(whole.slice(chunk), updating: false)
        }
        let part = pass?.backward(gradient.slice(chunk), tape, ofImages: imagesIndex != nil)
        if let part, let imageGradient {
          imageGradient.base.advanced(by: chunk.lowerBound * shape.count).update(from: part.pointer, count: part.count)
        }
      }
      if let imageGradient { tape.accumulate(imageGradient, into: imagesIndex) }
    }
  }

  /// The network for inference with the parameters as they are now.
  package func prepared() -> PreparedImageNetwork { PreparedImageNetwork(graph, output: output) }
}
