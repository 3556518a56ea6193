import Foundation

/// A clip, or a still, with the captions that it has.
package struct CaptionedClip: Sendable, Equatable {
  /// Its file, as the list of captions names it, or what stands for it there (`video7010`, or a number).
  package var name: String
  /// Its number, where captions are kept by number.
  package var id: String?
  /// `train`, `valid` or `test`, where the list says so.
  package var split: String?
  /// One at least, in the order of the list, each one line.
  package var captions: [String]
  /// The line of the list that it is first in, from 1; nil in JSON.
  package var line: Int?

  package init(name: String, id: String? = nil, split: String? = nil, captions: [String], line: Int? = nil) {
    self.name = name
    self.id = id
    self.split = split
    self.captions = captions
    self.line = line
  }

  /// The name without folders and ending.
  package var stem: String { Self.stem(of: name) }

  static func stem(of name: String) -> String {
    ((name as NSString).lastPathComponent as NSString).deletingPathExtension
  }
}
