/// Finds clips by what other files call them.
struct CaptionIndex {
  private var names: [String: Int] = [:]
  private var ids: [String: Int] = [:]
  /// nil where several clips have the same name without folders and ending.
  private var stems: [String: Int?] = [:]

  init(_ clips: [CaptionedClip]) {
    for (place, clip) in clips.enumerated() {
      names[clip.name] = place
      if let id = clip.id { ids[id] = place }
      stems[clip.stem] = .some(stems[clip.stem] == nil ? place : nil)
    }
  }

  /// The place of a clip: by its number, else by its whole name, else by its name without folders and ending, if only one has it.
  func place(name: String, id: String? = nil) -> Int? {
    if let id, let place = ids[id] { return place }
    return names[name] ?? ids[name] ?? stems[CaptionedClip.stem(of: name)] ?? nil
  }
}
