/// The version of Unroll: what `unroll --version` prints first and what a model's provenance names.
package let unrollVersion = "0.1.0"
