/// Sine and cosine from additions and multiplications alone. The system's own may differ in the last bit from machine to
/// machine, and with it a pixel.
struct ExactTurn {
  let sine: Double
  let cosine: Double

  /// The turn by `degrees`, clockwise on a screen; right to twelve digits.
  init(degrees: Double) {
    // Taylor's series up to 45 degrees; what is left are quarter turns.
    let quarters = (degrees / 90).rounded()
    let angle = (degrees - quarters * 90) * 0.017453292519943295
    let square = angle * angle
    let sine =
      angle * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110)))))
    let cosine =
      1 - square / 2
      * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90 * (1 - square / 132)))))
    switch (Int(quarters) % 4 + 4) % 4 {
    case 0: (self.sine, self.cosine) = (sine, cosine)
    case 1: (self.sine, self.cosine) = (cosine, -sine)
    case 2: (self.sine, self.cosine) = (-sine, -cosine)
    default: (self.sine, self.cosine) = (-cosine, sine)
    }
  }
}
