import Foundation
import Testing

/// Expects a page to be one that a browser shows as it is meant, from a file alone: every tag is closed in turn, there is no
/// script, and nothing is named that lies outside the page.
func expectSoundPage(_ page: String, sourceLocation: SourceLocation = #_sourceLocation) {
  var open: [Substring] = []
  for part in page.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
    guard let end = part.firstIndex(of: ">") else {
      Issue.record("a tag without end: <\(part.prefix(40))", sourceLocation: sourceLocation)
      return
    }
    let tag = part[..<end]
    let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "!" }
    #expect(!part[end...].dropFirst().contains(">") || open.last == "style", sourceLocation: sourceLocation)
    #expect(tag.count { $0 == "\"" }.isMultiple(of: 2), "<\(tag.prefix(80))>", sourceLocation: sourceLocation)
    if name == "!DOCTYPE" || name == "meta" || tag.hasSuffix("/") { continue }
    if name.hasPrefix("/") {
      #expect(open.popLast() == name.dropFirst(), "<\(tag)>", sourceLocation: sourceLocation)
    } else {
      open.append(name)
    }
  }
  #expect(open.isEmpty, "left open: \(open)", sourceLocation: sourceLocation)
  #expect(page.hasPrefix("<!DOCTYPE html>\n"), sourceLocation: sourceLocation)
  for outside in ["<script", "://", "src=", "@import", "<link"] {
    #expect(!page.contains(outside), "\(outside)", sourceLocation: sourceLocation)
  }
}

/// What stands in a page between `start` and `end`, each time.
func parts(of page: String, from start: String, to end: String) -> [String] {
  page.components(separatedBy: start).dropFirst().map { $0.components(separatedBy: end)[0] }
}
