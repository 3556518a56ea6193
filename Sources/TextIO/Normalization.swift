import Foundation

/// The text in Unicode normalisation form C, where a letter with an accent is one scalar if there is one.
///
/// Most text is in that form already: a look at the bytes settles it for the common scripts, so that Foundation's slow
/// path runs for the rest only.
package func normalizedNFC(_ text: String) -> String {
  let surely = text.utf8.withContiguousStorageIfAvailable { isSurelyNFC(UnsafeRawBufferPointer($0)) }
  return surely == true ? text : text.precomposedStringWithCanonicalMapping
}

/// Whether valid UTF-8 is in form C at a glance; false means "look closer".
///
/// Below U+0300 every scalar is a starter that form C leaves alone. The lead byte of U+0300 is 0xCC.
func isSurelyNFC(_ bytes: UnsafeRawBufferPointer) -> Bool {
  for byte in bytes where byte >= 0xCC { return false }
  return true
}
