package import Diagnostics
import Testing

/// Expects the same number of elements and, for every element, `|a − b| ≤ tolerance · max(1, |b|)`.
///
/// That is an absolute error where `b` is small and a relative one where it is large. Not a number on either side is
/// a failure; an infinity equals only itself. The message names the worst element.
@discardableResult
package func expectClose<Number: BinaryFloatingPoint>(
  _ a: some Collection<Number>, _ b: some Collection<Number>, tolerance: Number, _ what: String = "",
  fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
) -> Bool {
  let location = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  let title = what.isEmpty ? "" : "\(what): "
  guard a.count == b.count else {
    Issue.record("\(title)\(a.count) elements, \(b.count) are expected", sourceLocation: location)
    return false
  }
  var worst: (index: Int, a: Number, b: Number, error: Number) = (0, 0, 0, 0)
  var failures = 0
  for (index, (x, y)) in zip(a, b).enumerated() where x != y {
    let difference = abs(x - y) / max(1, abs(y))
    let error = difference.isNaN ? .infinity : difference
    if error > tolerance { failures += 1 }
    if error > worst.error { worst = (index, x, y, error) }
  }
  guard failures > 0 else { return true }
  let report =
    "\(title)\(failures) of \(a.count) elements differ; worst at \(worst.index): \(worst.a), expected \(worst.b), "
    + "error \(worst.error) above \(tolerance)"
  Issue.record("\(report)", sourceLocation: location)
  return false
}

/// Expects two numbers to be close as ``expectClose(_:_:tolerance:_:fileID:filePath:line:column:)`` does for many.
@discardableResult
package func expectClose<Number: BinaryFloatingPoint>(
  _ a: Number, _ b: Number, tolerance: Number, _ what: String = "",
  fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
) -> Bool {
  expectClose(
    CollectionOfOne(a), CollectionOfOne(b), tolerance: tolerance, what, fileID: fileID, filePath: filePath, line: line,
    column: column)
}

/// Expects `body` to throw an `UnrollError` of the kind whose one-line description has all of `mentions` in it.
///
/// Returns the error for further checks, nil when there was none.
@discardableResult
package func expectUnrollError<Result>(
  _ kind: UnrollError.Kind, mentions: String..., fileID: String = #fileID, filePath: String = #filePath,
  line: Int = #line, column: Int = #column, _ body: () throws -> Result
) -> UnrollError? {
  let location = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  do {
    _ = try body()
  } catch let error as UnrollError {
    let text = error.description
    if error.kind != kind { Issue.record("kind \(error.kind), expected \(kind): \(text)", sourceLocation: location) }
    for mention in mentions where !text.contains(mention) {
      Issue.record("'\(text)' does not mention '\(mention)'", sourceLocation: location)
    }
    return error
  } catch {
    Issue.record("not an UnrollError: \(error)", sourceLocation: location)
    return nil
  }
  Issue.record("no error was thrown", sourceLocation: location)
  return nil
}
