func addInPlace(_ y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, count: Int) {
  for i in 0..<count { y[i] += x[i] }
}
