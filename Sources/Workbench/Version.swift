/// The version of Unroll, as `unroll --version` and model folders name it.
package let unrollVersion = "0.1.0"
