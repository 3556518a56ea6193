import Diagnostics
import TextIO

extension CaptionList {
  /// Reads JSON: one document, or results with an object a line.
  mutating func readJSON(
    _ first: LineReader.Line, _ lines: LineReader, _ problems: inout DataProblems
  ) throws -> CaptionFormat {
    var bytes = Array(first.text.utf8)
    while let line = try lines.next() {
      bytes.append(0x0A)
      bytes += line.text.utf8
    }
    let document: JSONValue
    do {
      document = try JSONReader.read(bytes)
    } catch {
      if error.what == JSONReader.textBehind, options.format ?? .results == .results {
        return try readObjects(bytes, from: first.number, &problems)
      }
      throw notJSON(error, bytes, from: first.number)
    }
    let format = options.format ?? CaptionFormat.found(in: document)
    switch format {
    case .coco?: try readCOCO(document, &problems)
    case .msrvtt?: try readMSRVTT(document, &problems)
    case .results?: try readResults(document, &problems)
    default:
      throw fault(
        nil, "this JSON has no captions in a form that is known",
        "give images and annotations (COCO), videos and sentences (MSR-VTT), or a list of results")
    }
    return format ?? .results
  }

  private func notJSON(_ failure: JSONReader.Failure, _ bytes: [UInt8], from line: Int) -> UnrollError {
    let line = line + bytes.prefix(failure.offset).count { $0 == 0x0A }
    return fault(line, "is not valid JSON: \(failure.what) (byte \(failure.offset))", "correct it")
  }

  /// An object a line.
  private mutating func readObjects(
    _ bytes: [UInt8], from first: Int, _ problems: inout DataProblems
  ) throws -> CaptionFormat {
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      try problems.collect {
        let object: JSONValue
        do throws(JSONReader.Failure) {
          object = try JSONReader.read(Array(line))
        } catch {
          throw notJSON(error, Array(line), from: first + index)
        }
        try addResult(object, first + index, "")
      }
    }
    return .results
  }

  private mutating func readResults(_ document: JSONValue, _ problems: inout DataProblems) throws {
    let results: [JSONValue]
    switch document {
    case .array(let values): results = values
    case .object: results = [document]
    default: throw fault(nil, "these are no results", "give a list of objects with image_id and caption")
    }
    for (index, object) in results.enumerated() {
      try problems.collect { try addResult(object, nil, "result [\(index)] ") }
    }
  }

  private mutating func addResult(_ object: JSONValue, _ line: Int?, _ place: String) throws {
    guard let key = ["image_id", "video_id", "file"].first(where: { object[$0] != nil }) else {
      throw fault(line, "\(place)has no 'image_id', 'video_id' or 'file'", "say which clip the caption is of")
    }
    let name = try self.name(object, key, line, place)
    let caption = try text(object, "caption", line, place)
    addClip(name, CaptionedClip(name: name, id: key == "file" ? nil : name, captions: [], line: line))
    try add(caption, to: name, line, place)
  }

  private mutating func readCOCO(_ document: JSONValue, _ problems: inout DataProblems) throws {
    for (index, image) in try list(document, "images").enumerated() {
      let place = "images[\(index)] "
      try problems.collect {
        let id = try name(image, "id", nil, place)
        let file = try text(image, "file_name", nil, place)
        guard addClip(id, CaptionedClip(name: file, id: id, captions: [])) else {
          throw fault(nil, "\(place)has the id \(id), which another image has", "give each its own")
        }
      }
    }
    try readCaptions(document, "annotations", of: "image_id", "images", &problems)
  }

  private mutating func readMSRVTT(_ document: JSONValue, _ problems: inout DataProblems) throws {
    for (index, video) in try list(document, "videos").enumerated() {
      let place = "videos[\(index)] "
      try problems.collect {
        let name = try self.name(video, "video_id", nil, place)
        let id = video["id"] == nil ? nil : try self.name(video, "id", nil, place)
        guard addClip(name, CaptionedClip(name: name, id: id, captions: [])) else {
          throw fault(nil, "\(place)has the video_id \(name), which another video has", "give each its own")
        }
        if video["split"] != nil { try set(split: text(video, "split", nil, place), of: name, nil, place) }
      }
    }
    try readCaptions(document, "sentences", of: "video_id", "videos", &problems)
  }

  private mutating func readCaptions(
    _ document: JSONValue, _ key: String, of clipKey: String, _ clips: String, _ problems: inout DataProblems
  ) throws {
    for (index, object) in try list(document, key).enumerated() {
      let place = "\(key)[\(index)] "
      try problems.collect {
        let clip = try name(object, clipKey, nil, place)
        guard hasClip(clip) else {
          throw fault(nil, "\(place)is of \(clip), which is not among the \(clips)", "add it there")
        }
        try add(text(object, "caption", nil, place), to: clip, nil, place)
      }
    }
  }

  private func list(_ document: JSONValue, _ key: String) throws -> [JSONValue] {
    guard case .array(let values)? = document[key] else {
      throw fault(nil, "has no list '\(key)'", "it must be beside the others")
    }
    return values
  }

  /// A text, or a whole number as text.
  private func name(_ object: JSONValue, _ key: String, _ line: Int?, _ place: String) throws -> String {
    switch object[key] {
    case .integer(let number)?: return String(number)
    case .string(let text)? where !text.allSatisfy(\.isWhitespace): return text
    default: throw fault(line, "\(place)has no '\(key)' that is a name or a whole number", "say which clip it is")
    }
  }

  private func text(_ object: JSONValue, _ key: String, _ line: Int?, _ place: String) throws -> String {
    guard case .string(let text)? = object[key] else {
      throw fault(line, "\(place)has no '\(key)' that is a text", "write one")
    }
    return text
  }
}
