/// A number above or equal to zero as it was written: `29.97` is 2997/100, not the `Double` nearest to it.
package struct ExactNumber {
  package let numerator: Int128
  package let denominator: Int128

  /// Reads digits with or without a decimal point: at most nine before it, and after it as many as an attosecond has.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let (whole, fraction) = (parts[0], parts.count == 2 ? parts[1].prefix(18) : "")
    let digits = "\(whole)\(fraction)"
    guard !digits.isEmpty, whole.count <= 9, text.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }),
      let number = Int128(digits)
    else { return nil }
    numerator = number
    denominator = fraction.reduce(1) { power, _ in power * 10 }
  }
}
