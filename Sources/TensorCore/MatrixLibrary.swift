import COneDNN

/// The library that multiplies matrices.
package enum MatrixLibrary {
  /// The version of oneDNN that this process runs on, such as `2.6.3`.
  package static var version: String { String(cString: unroll_dnnl_version()) }
}
