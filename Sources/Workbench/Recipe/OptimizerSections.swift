/// Adam's constants: `training.adam`.
package struct AdamSection: Sendable, Equatable {
  /// The decay of the mean of gradients. Default 0.9.
  package var beta1 = 0.9
  /// The decay of the mean of squared gradients. Default 0.999.
  package var beta2 = 0.999
  /// What is added to the root of the latter, against division by zero. Default 1e-8.
  package var epsilon = 1e-8

  /// The defaults.
  package init() {}
}

extension AdamSection: KeyedSection {
  package static let blank = AdamSection()
  package static let keys: [SectionKey<AdamSection>] = [
    SectionKey("beta1", \.beta1, .number(.upTo(0, 1))),
    SectionKey("beta2", \.beta2, .number(.upTo(0, 1))),
    SectionKey("epsilon", \.epsilon, .number(.above(0))),
  ]
}

/// Adagrad's constant: `training.adagrad`.
package struct AdagradSection: Sendable, Equatable {
  /// What is added to the root of the sum of squared gradients, against division by zero. Default 1e-10.
  package var epsilon = 1e-10

  /// The defaults.
  package init() {}
}

extension AdagradSection: KeyedSection {
  package static let blank = AdagradSection()
  package static let keys: [SectionKey<AdagradSection>] = [SectionKey("epsilon", \.epsilon, .number(.above(0)))]
}

/// RMSProp's constants: `training.rmsprop`.
package struct RMSPropSection: Sendable, Equatable {
  /// The decay of the mean of squared gradients. Default 0.99.
  package var alpha = 0.99
  /// What is added to its root, against division by zero. Default 1e-8.
  package var epsilon = 1e-8

  /// The defaults.
  package init() {}
}

extension RMSPropSection: KeyedSection {
  package static let blank = RMSPropSection()
  package static let keys: [SectionKey<RMSPropSection>] = [
    SectionKey("alpha", \.alpha, .number(.upTo(0, 1))),
    SectionKey("epsilon", \.epsilon, .number(.above(0))),
  ]
}

/// Adadelta's constants: `training.adadelta`.
package struct AdadeltaSection: Sendable, Equatable {
  /// The decay of both means. Default 0.9.
  package var rho = 0.9
  /// What is added to both under their roots. Default 1e-6.
  package var epsilon = 1e-6

  /// The defaults.
  package init() {}
}

extension AdadeltaSection: KeyedSection {
  package static let blank = AdadeltaSection()
  package static let keys: [SectionKey<AdadeltaSection>] = [
    SectionKey("rho", \.rho, .number(.upTo(0, 1))),
    SectionKey("epsilon", \.epsilon, .number(.above(0))),
  ]
}
