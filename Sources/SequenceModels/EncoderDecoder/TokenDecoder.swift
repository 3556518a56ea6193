package import TensorCore

/// Where a decoder's attention sits.
package enum AttentionPlacement: String, Sendable, CaseIterable {
  /// The top layer asks; the context joins its state in front of the output (Luong et al., 2015).
  case output
  /// The first layer asks; the context enters every layer above it (GNMT; Wu et al., 2016).
  case nextLayer = "next_layer"
}

/// Which embeddings and output layers are one matrix (Press and Wolf, 2017; Inan et al., 2017).
package enum EmbeddingTie: String, Sendable, CaseIterable {
  /// Each its own.
  case none
  /// The decoder's embedding is the weight of the output layer.
  case target
  /// So is the encoder's: both sides have one vocabulary.
  case all
}

/// What a token decoder is made of.
package struct TokenDecoderShape: Sendable, Equatable {
  package var vocabulary: Int
  package var embeddingSize: Int
  package var cell: RecurrentCell
  package var hidden: Int
  package var layers: Int
  /// nil for the plain form: the source is only in the first state (Sutskever et al., 2014).
  package var attention: AttentionLayer.Kind?
  package var placement: AttentionPlacement
  /// Whether each step also reads the attentional vector of the one before (Luong et al., 2015).
  package var inputFeeding: Bool
  package var bridge: BridgeKind
  package var dropout: Float
  package var residual: Bool
  /// The width D of the encoder's states; where words enter above, that of the features that the first layer has read.
  package var sourceWidth: Int
  /// Whether pieces enter the second of two layers, beside the first one's output, and the first reads zeros: S2VT, whose
  /// layers have read frames before they write (Venugopalan et al., 2015). Needs the bridge `copy` and no attention.
  package var wordsEnterAbove: Bool
  /// Whether the output layer's weight is the embedding. Where a layer's width H is not E, a matrix `[E, H]` without bias leads
  /// from one to the other.
  package var tiesOutput: Bool
  /// Of the layers, as `RecurrentStack` has them.
  package var variationalDropout: Float
  package var recurrentDropout: Float
  package var isNormalized: Bool

  package init(
    vocabulary: Int, embeddingSize: Int, cell: RecurrentCell, hidden: Int, layers: Int,
    attention: AttentionLayer.Kind?, placement: AttentionPlacement = .output, inputFeeding: Bool = false,
    bridge: BridgeKind = .linear, dropout: Float = 0, residual: Bool = false, sourceWidth: Int,
    wordsEnterAbove: Bool = false, tiesOutput: Bool = false, variationalDropout: Float = 0,
    recurrentDropout: Float = 0, isNormalized: Bool = false
  ) {
    self.vocabulary = vocabulary
    self.embeddingSize = embeddingSize
    self.cell = cell
    self.hidden = hidden
    self.layers = layers
    self.attention = attention
    self.placement = placement
    self.inputFeeding = inputFeeding
    self.bridge = bridge
    self.dropout = dropout
    self.residual = residual
    self.sourceWidth = sourceWidth
    self.wordsEnterAbove = wordsEnterAbove
    self.tiesOutput = tiesOutput
    self.variationalDropout = variationalDropout
    self.recurrentDropout = recurrentDropout
    self.isNormalized = isNormalized
  }

  /// The values that each layer reads, from the first.
  fileprivate var inputs: [Int] {
    if wordsEnterAbove { return [sourceWidth, hidden + embeddingSize] }
    let first = embeddingSize + (inputFeeding ? hidden : 0)
    let above = hidden + (looksBelow ? sourceWidth : 0)
    return (0..<layers).map { $0 == 0 ? first : above }
  }

  /// Whether the first layer asks and the context enters the layers above.
  fileprivate var looksBelow: Bool { attention != nil && placement == .nextLayer }

  /// Whether the parts go together; recipes refuse what does not.
  fileprivate var isSound: Bool {
    if bridge == .input && looksBelow { return false }
    return !wordsEnterAbove || (layers == 2 && attention == nil && !inputFeeding && bridge == .copy)
  }
}

/// A source made ready for a decoder: its keys are computed once.
package struct DecoderSource {
  package var states: Tensor
  package var keys: Tensor
  package var lengths: [Int]
}

/// The state of a decoder between steps. Rows are hypothesis-major: row `k · B + b` is hypothesis k of source b.
package struct DecoderState {
  /// `[1, R, H]` a layer.
  package var recurrent: RecurrentState?
  /// The last attentional vector `[R, H]`, with input feeding.
  package var attentional: Tensor?
  /// What the layers drop at every step, in training.
  package var masks: StackMasks?
}

/// What one or more steps of a decoder give.
package struct DecoderSteps {
  /// What the output layer reads, `[T, R, H]`; `[T, R, E]` where it is tied to the embedding.
  package let features: Tensor
  /// Attention weights `[T, R, S]`, if there is attention.
  package let attention: Tensor?
  /// The state after the last step.
  package let state: DecoderState
}

/// Writes a sentence, piece by piece (one-to-many), from an encoded source of any kind.
package struct TokenDecoder {
  package let shape: TokenDecoderShape
  package let embedding: EmbeddingTable
  package private(set) var rnn: RecurrentStack
  package let attention: AttentionLayer?
  /// Query and context to the attentional vector; only where attention sits at the output.
  package private(set) var combine: Linear?
  package let bridge: StateBridge
  /// From H to E in front of an output layer that is tied to an embedding of another width.
  package private(set) var projection: Linear?
  package private(set) var output: Linear

  /// A decoder with first values from `initializer`; `embedding`, if given, is shared with an encoder.
  package init(
    _ shape: TokenDecoderShape, embedding shared: EmbeddingTable? = nil, using initializer: inout Initializer
  ) {
    precondition(shape.isSound, "a decoder of this form makes no sense: \(shape)")
    self.shape = shape
    embedding =
      shared ?? EmbeddingTable(vocabulary: shape.vocabulary, size: shape.embeddingSize, using: &initializer)
    precondition(
      embedding.weight.value.shape == [shape.vocabulary, shape.embeddingSize],
      "an embedding \(embedding.weight.value.shape) for a decoder of \(shape)")
    bridge = StateBridge(
      shape.bridge, layers: shape.layers, states: shape.sourceWidth, hidden: shape.hidden,
      input: shape.embeddingSize, hasCellState: shape.cell.hasCellState, using: &initializer)
    rnn = RecurrentStack(
      cell: shape.cell, inputs: shape.inputs, hidden: shape.hidden, dropout: shape.dropout,
      variationalDropout: shape.variationalDropout, recurrentDropout: shape.recurrentDropout, residual: shape.residual,
      isNormalized: shape.isNormalized, using: &initializer)
    attention = shape.attention.map {
      AttentionLayer($0, queries: shape.hidden, states: shape.sourceWidth, using: &initializer)
    }
    combine =
      shape.attention != nil && !shape.looksBelow
      ? Linear(shape.hidden + shape.sourceWidth, shape.hidden, using: &initializer) : nil
    projection =
      shape.tiesOutput && shape.hidden != shape.embeddingSize
      ? Linear(shape.hidden, shape.embeddingSize, bias: false, using: &initializer) : nil
    output =
      shape.tiesOutput
      ? Linear(weight: embedding.weight, bias: Parameter(Tensor(zeros: [shape.vocabulary])))
      : Linear(shape.hidden, shape.vocabulary, using: &initializer)
  }

  // MARK: Stepping

  /// Makes a source ready and gives the state before the first step.
  package func start(_ source: EncodedSource, on tape: Tape?) -> (source: DecoderSource, state: DecoderState) {
    let keys = attention.map { $0.keys(source.states, lengths: source.lengths, on: tape) } ?? source.states
    let attentional = shape.inputFeeding ? Tensor(zeros: [source.lengths.count, shape.hidden]) : nil
    var state = DecoderState(recurrent: bridge(source, on: tape), attentional: attentional)
    state.masks = rnn.masks(batch: source.lengths.count, on: tape)
    if var input = bridge.firstInput(source, on: tape) {
      if state.masks == nil { input = input.dropout(shape.dropout) }
      if let attentional {
        input = Tensor.concatenate([input, attentional.reshaped([1, source.lengths.count, shape.hidden])], axis: 2)
      }
      state.recurrent = rnn(input, masks: state.masks, on: tape).state
    }
    return (DecoderSource(states: source.states, keys: keys, lengths: source.lengths), state)
  }

  /// Runs the decoder over `steps` pieces a row, ids time-major `[T·R]`: one step in search, all teacher-forced steps
  /// in training. Only input feeding makes it go step by step; everything else runs over all steps at once.
  ///
  /// `lengths` are the pieces of each row (nil when all have T); features past a row's end are not meaningful.
  package func callAsFunction(
    _ ids: [Int32], steps: Int, source: DecoderSource, state: DecoderState, lengths: [Int]? = nil, on tape: Tape?
  ) -> DecoderSteps {
    var embedded = embedding(ids, steps: steps, on: tape)
    // Where words enter above, no mask of the layers meets them.
    if state.masks == nil || shape.wordsEnterAbove { embedded = embedded.dropout(shape.dropout) }
    guard shape.inputFeeding else {
      return advance(embedded, source, state, lengths, on: tape)
    }
    var state = state
    var features: [Tensor] = []
    var weights: [Tensor] = []
    let rows = embedded.shape[1]
    for step in 0..<steps {
      guard let fed = state.attentional else { preconditionFailure("input feeding without an attentional vector") }
      let input = Tensor.concatenate(
        [steps == 1 ? embedded : embedded.slice(step..<step + 1), fed.reshaped([1, rows, shape.hidden])], axis: 2)
      let result = advance(input, source, state, nil, on: tape)
      state = result.state
      features.append(result.features)
      if let attention = result.attention { weights.append(attention) }
    }
    return DecoderSteps(
      features: steps == 1 ? features[0] : Tensor.concatenate(features),
      attention: weights.isEmpty ? nil : steps == 1 ? weights[0] : Tensor.concatenate(weights), state: state)
  }

  private func advance(
    _ input: Tensor, _ source: DecoderSource, _ state: DecoderState, _ lengths: [Int]?, on tape: Tape?
  ) -> DecoderSteps {
    var weights: Tensor?
    func look(_ queries: Tensor) -> Tensor {
      let (context, seen) = lookAt(source, queries, on: tape)
      weights = seen
      return context
    }
    var below = input
    var beside: ((Tensor) -> Tensor)?
    if shape.wordsEnterAbove {
      below = Tensor(zeros: [input.shape[0], input.shape[1], shape.sourceWidth])
      beside = { _ in input }
    } else if shape.looksBelow {
      beside = { look($0) }
    }
    let (top, recurrent) = rnn(
      below, state: state.recurrent, lengths: lengths, masks: state.masks, on: tape, beside: beside)
    var next = DecoderState(recurrent: recurrent, masks: state.masks)
    var features = top
    if let combine {
      let context = look(top)
      features = combine(Tensor.concatenate([top, context], axis: 2), on: tape).tanh()
      if shape.inputFeeding { next.attentional = features.reshaped([features.shape[1], shape.hidden]) }
    }
    if let projection { features = projection(features, on: tape) }
    return DecoderSteps(features: features, attention: weights, state: next)
  }

  /// Attention of `[T, R, H]` queries: the hypotheses of a source share its keys by counting as steps.
  private func lookAt(_ source: DecoderSource, _ queries: Tensor, on tape: Tape?) -> (context: Tensor, weights: Tensor)
  {
    guard let attention else { preconditionFailure("a decoder without attention looked at its source") }
    let (steps, rows) = (queries.shape[0], queries.shape[1])
    let batch = source.lengths.count
    let (context, weights) = attention(
      queries.reshaped([steps * rows / batch, batch, shape.hidden]), keys: source.keys, states: source.states,
      lengths: source.lengths, on: tape)
    return (
      context.reshaped([steps, rows, shape.sourceWidth]), weights.reshaped([steps, rows, source.states.shape[0]])
    )
  }

  /// Logits `[.., V]` of features as `DecoderSteps` has them.
  package func logits(_ features: Tensor, on tape: Tape?) -> Tensor {
    output(features.dropout(shape.dropout), on: tape)
  }

  /// The same decoder with its present weights rounded to 8 bits in the recurrent layers, the attentional vector and the output layer:
  /// what runs once a hypothesis and step.
  package func in8Bits() -> TokenDecoder {
    var rounded = self
    rounded.rnn = rnn.in8Bits()
    rounded.combine = combine?.in8Bits()
    rounded.projection = projection?.in8Bits()
    rounded.output = output.in8Bits()
    return rounded
  }

  package var parameters: [NamedParameter] {
    embedding.parameters.prefixed("embedding") + bridge.parameters.prefixed("bridge") + rnn.parameters.prefixed("rnn")
      + (attention?.parameters.prefixed("attention") ?? []) + (combine?.parameters.prefixed("combine") ?? [])
      + (projection?.parameters.prefixed("projection") ?? [])
      + output.parameters.prefixed("output").filter { !shape.tiesOutput || $0.parameter !== embedding.weight }
  }
}

extension DecoderState {
  /// The state whose row i is row `rows[i]` of this one.
  package func selecting(_ rows: [Int32]) -> DecoderState {
    func picked(_ states: [Tensor]) -> [Tensor] {
      states.map { $0.reshaped([$0.shape[1], $0.shape[2]]).gatherRows(ids: rows, shape: [1, rows.count]) }
    }
    return DecoderState(
      recurrent: recurrent.map { RecurrentState(hidden: picked($0.hidden), cell: picked($0.cell)) },
      attentional: attentional?.gatherRows(ids: rows, shape: [rows.count]))
  }
}

extension DecoderSource {
  /// The sources at some columns of the batch, cut to the longest of them.
  package func selecting(_ columns: [Int32]) -> DecoderSource {
    let kept = columns.map { lengths[Int($0)] }
    let positions = kept.max() ?? 0
    func picked(_ tensor: Tensor) -> Tensor {
      let batch = tensor.shape[1]
      let rows = (0..<positions).flatMap { step in columns.map { Int32(step * batch) + $0 } }
      return tensor.reshaped([tensor.shape[0] * batch, tensor.shape[2]])
        .gatherRows(ids: rows, shape: [positions, columns.count])
    }
    let pickedStates = picked(states)
    // Dot attention compares with the states themselves.
    let shared = keys.storageIsShared(with: states)
    return DecoderSource(states: pickedStates, keys: shared ? pickedStates : picked(keys), lengths: kept)
  }
}
