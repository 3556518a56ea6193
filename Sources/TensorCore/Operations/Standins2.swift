import Foundation
func unroll_adam(
  _ n: Int, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>,
  _ v: UnsafeMutablePointer<Float>, _ t: Int, _ lr: Float, _ b1: Float, _ b2: Float, _ eps: Float, _ wd: Float,
  _ dec: Bool, _ s: Float
) {
  let c1 = 1 - powf(b1, Float(t)), c2 = (1 - powf(b2, Float(t))).squareRoot()
  let step = lr / c1
  for i in 0..<n {
    let x = g[i] * s; m[i] = b1 * m[i] + (1 - b1) * x; v[i] = b2 * v[i] + (1 - b2) * x * x;
    w[i] -= step * m[i] / (v[i].squareRoot() / c2 + eps)
  }
}
func unroll_sgd(
  _ n: Int, _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, _ v: UnsafeMutablePointer<Float>?, _ lr: Float,
  _ mu: Float, _ wd: Float, _ nest: Bool, _ s: Float
) {
  for i in 0..<n { var x = g[i] * s; if let v { v[i] = mu * v[i] + x; x = v[i] }; w[i] -= lr * x }
}
func unroll_additive_scores(
  _ t: Int, _ s: Int, _ a: Int, _ q: UnsafePointer<Float>, _ ldq: Int, _ k: UnsafePointer<Float>, _ ldk: Int,
  _ e: UnsafePointer<Float>, _ o: UnsafeMutablePointer<Float>, _ ldo: Int
) {
  for i in 0..<t {
    for j in 0..<s {
      var x: Float = 0; for l in 0..<a { x += e[l] * tanhf(q[i * ldq + l] + k[j * ldk + l]) }; o[i * ldo + j] = x
    }
  }
}
func unroll_additive_scores_backward(
  _ t: Int, _ s: Int, _ a: Int, _ q: UnsafePointer<Float>, _ ldq: Int, _ k: UnsafePointer<Float>, _ ldk: Int,
  _ e: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ ldg: Int, _ dq: UnsafeMutablePointer<Float>, _ lddq: Int,
  _ dk: UnsafeMutablePointer<Float>, _ lddk: Int, _ de: UnsafeMutablePointer<Float>
) {
  for i in 0..<t {
    for j in 0..<s {
      for l in 0..<a {
        let y = tanhf(q[i * ldq + l] + k[j * ldk + l]); let d = g[i * ldg + j]; de[l] += d * y;
        let z = d * e[l] * (1 - y * y); dq[i * lddq + l] += z; dk[j * lddk + l] += z
      }
    }
  }
}
