/// The forms that captions are written in.
package enum CaptionFormat: String, Sendable, CaseIterable {
  /// The clip's file, a tab, a caption; a clip with several has a line for each. The number that Flickr8k puts behind a name
  /// (`photo.jpg#2`) is left out.
  case tsv
  /// Comma-separated values, or values between vertical bars, whose first line names a column of clips and `caption` or `comment`,
  /// as the lists of Flickr8k and Flickr30k do; maybe `split`.
  case csv
  /// COCO's captions: an object with `images` (`id`, `file_name`) and `annotations` (`image_id`, `caption`).
  case coco
  /// MSR-VTT: an object with `videos` (`video_id`, `split`) and `sentences` (`video_id`, `caption`).
  case msrvtt
  /// Results: a list of objects with `image_id`, `video_id` or `file`, and `caption`; or such an object a line.
  case results

  /// The names of a format for messages: `tsv, csv, …`.
  package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// The format of JSON text, told by its members; nil where it is none of them.
  static func found(in document: JSONValue) -> CaptionFormat? {
    if case .array = document { return .results }
    if document["images"] != nil || document["annotations"] != nil { return .coco }
    if document["videos"] != nil || document["sentences"] != nil { return .msrvtt }
    return document["caption"] != nil ? .results : nil
  }
}
