import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Lists of captions in all their forms.
@Suite struct CaptionTableTests {
  private static let coco = """
    {"info": {"year": 2014}, "images": [{"id": 9, "file_name": "val_9.jpg"}, {"id": 4, "file_name": "val_4.jpg"}],
     "annotations": [{"image_id": 4, "id": 1, "caption": "A cat.\\n"}, {"image_id": 9, "id": 2, "caption": "Two  dogs"},
                     {"image_id": 4, "id": 3, "caption": "The cat sits"}]}
    """
  private static let msrvtt = """
    {"videos": [{"video_id": "video7", "split": "train", "id": 7, "url": "x"}, {"video_id": "video8", "split": "validate"}],
     "sentences": [{"sen_id": 1, "video_id": "video8", "caption": "a man"}, {"sen_id": 2, "video_id": "video7", "caption": "b"},
                   {"sen_id": 3, "video_id": "video8", "caption": "c"}]}
    """

  private func table(_ text: String, _ options: CaptionTable.Options = .init()) throws -> CaptionTable {
    try temporaryFolder { folder in
      let url = URL(fileURLWithPath: "list", relativeTo: URL(fileURLWithPath: folder.path, isDirectory: true))
      try Data(text.utf8).write(to: url)
      return try CaptionTable(contentsOf: url, options) { _ in }
    }
  }

  private func clip(_ name: String, _ captions: String..., id: String? = nil, split: String? = nil, line: Int? = nil)
    -> CaptionedClip
  { CaptionedClip(name: name, id: id, split: split, captions: captions, line: line) }

  @Test func tabSeparated() throws {
    let list = try table("\u{FEFF}a.mp4\tOne, two\r\n\nb c.mp4\tthree\na.mp4\tfour \n")
    #expect(list.format == .tsv)
    #expect(list.clips == [clip("a.mp4", "One, two", "four", line: 1), clip("b c.mp4", "three", line: 3)])
    #expect(try table("x.jpg#0\tA\nx.jpg#1\tB\n#1.jpg\tC").clips.map(\.name) == ["x.jpg", "#1.jpg"])
    #expect(clip("in/a.b.mp4").stem == "a.b")
  }

  @Test func commasAndBars() throws {
    let list = try table("image,caption\n1.jpg,A dog\n2.jpg,\"One, \"\"two\"\"\"\n1.jpg,again")
    #expect(list.format == .csv)
    #expect(list.clips == [clip("1.jpg", "A dog", "again", line: 2), clip("2.jpg", "One, \"two\"", line: 3)])
    let bars = try table("image_name| comment_number| comment\n1.jpg| 0| Two, \"x\"\n1.jpg| 1| Three\n")
    #expect(bars.clips == [clip("1.jpg", "Two, \"x\"", "Three", line: 2)])
    #expect(try table("split,video,caption\nval,a,b\ntest,c,d\n").clips.map(\.split) == ["valid", "test"])
  }

  @Test func objects() throws {
    let coco = try table(Self.coco)
    #expect(coco.format == .coco)
    #expect(
      coco.clips == [clip("val_9.jpg", "Two dogs", id: "9"), clip("val_4.jpg", "A cat.", "The cat sits", id: "4")])
    let msrvtt = try table(Self.msrvtt)
    #expect(msrvtt.format == .msrvtt)
    #expect(
      msrvtt.clips == [
        clip("video7", "b", id: "7", split: "train"), clip("video8", "a man", "c", split: "valid"),
      ])
  }

  @Test func results() throws {
    let expected = [clip("4", "x", id: "4"), clip("v", "", id: "v")]
    let options = CaptionTable.Options(allowsEmpty: true)
    let list = try table(#"[{"image_id": 4, "caption": "x"}, {"video_id": "v", "caption": ""}]"#, options)
    #expect(list.format == .results && list.clips == expected)
    let lines = try table(
      "{\"image_id\": 4, \"caption\": \"x\"}\r\n\n{\"file\": \"in/a.mp4\", \"caption\": \"y\"}\n", options)
    #expect(lines.clips == [clip("4", "x", id: "4", line: 1), clip("in/a.mp4", "y", line: 3)])
    #expect(try table(#"{"file": "a", "caption": "y"}"#).format == .results)
  }

  @Test func aFormatByName() throws {
    #expect(try table("[x]\tcaption\n", .init(format: .tsv)).clips.map(\.name) == ["[x]"])
    #expect(try table("image,caption\tx\n", .init(format: .tsv)).clips.map(\.name) == ["image,caption"])
    expectUnrollError(.badData, mentions: "list:1: the first line does not name the columns image and caption") {
      try table("a.mp4\tx\n", .init(format: .csv))
    }
    expectUnrollError(.badData, mentions: "list: has no list 'videos'") {
      try table(Self.coco, .init(format: .msrvtt))
    }
  }

  @Test func charactersAreComposedUnlessAskedOtherwise() throws {
    let text = "a\te\u{301}"
    #expect(try table(text).clips[0].captions[0].unicodeScalars.count == 1)
    #expect(try table(text, .init(isNormalizing: false)).clips[0].captions[0].unicodeScalars.count == 2)
  }

  @Test(arguments: [
    ("", "list: there are no captions in it"),
    ("\n \n", "list: there are no captions in it"),
    ("some words\nmore\n", "list:1: this is no list of captions that is known"),
    ("a\tb\nc\n", "list:2: has 1 column, not a clip and a caption"),
    ("a\tb\tc\n", "list:1: has 3 columns, not a clip and a caption"),
    ("a\tb\n\tc\n", "list:2: names no clip"),
    ("a\tb\nc\t \n", "list:2: has an empty caption"),
    ("a\t" + String(repeating: "word ", count: 2001), "list:1: has a caption of more than 10000 bytes"),
    ("image,caption\n", "list: there are no captions in it"),
    ("image,caption\na,b,c\n", "list:2: has 3 columns, and the first line names 2; quote a field with a comma in it"),
    ("image,caption\na,\"b\n", "list:2: a quote is not closed"),
    ("image|comment_number|comment\na| 4   b\n", "list:2: has 2 columns, and the first line names 3; put a |"),
    ("image,caption,split\na,b,dev\n", "list:2: 'dev' is not a split"),
    ("image,caption,split\na,b,val\na,c,test\n", "list:3: the clip a is in the split valid too"),
    ("{\"images\": [\n{\"id\": 1,}]}", "list:2: is not valid JSON: a name in quotes is missing"),
    ("{\"images\": 3}", "list: has no list 'images'"),
    ("{\"images\": []}", "list: has no list 'annotations'"),
    ("{\"other\": []}", "list: this JSON has no captions in a form that is known"),
    ("{\"images\": [{\"id\": 1}], \"annotations\": []}", "list: images[0] has no 'file_name' that is a text"),
    ("{\"images\": [{\"id\": 1.5}], \"annotations\": []}", "images[0] has no 'id' that is a name or a whole number"),
    (
      #"{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}], "annotations": [{"image_id": 1, "caption": "c"}]}"#,
      "images[1] has the id 1, which another image has"
    ),
    (
      #"{"images": [{"id": 1, "file_name": "a"}], "annotations": [{"image_id": 1, "caption": "c"}, {"image_id": 2, "caption": "c"}]}"#,
      "annotations[1] is of 2, which is not among the images"
    ),
    (#"{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": []}"#, "list: the clip a.jpg has no caption"),
    (#"{"videos": [{"video_id": "v", "split": "dev"}], "sentences": []}"#, "videos[0] 'dev' is not a split"),
    (
      #"{"videos": [{"video_id": "v"}], "sentences": [{"video_id": "v"}]}"#,
      "sentences[0] has no 'caption' that is a text"
    ),
    (#"[{"caption": "x"}]"#, "list: result [0] has no 'image_id', 'video_id' or 'file'"),
    ("[3]", "list: result [0] has no 'image_id', 'video_id' or 'file'"),
    ("[]", "list: there are no captions in it"),
    ("{\"file\": \"a\", \"caption\": \"x\"}\n{\"file\": 3.5}\n", "list:2: has no 'file' that is a name"),
    ("{\"file\": \"a\", \"caption\": \"x\"}\n{\"file\"\n", "list:2: is not valid JSON"),
  ])
  func faults(_ text: String, _ message: String) {
    expectUnrollError(.badData, mentions: message) { try table(text) }
  }

  @Test func problemsAreToldTogether() throws {
    try temporaryFolder { folder in
      let url = folder.appending(path: "list.tsv")
      try Data("b\tc\na\nd\t\n".utf8).write(to: url)
      var notes: [String] = []
      expectUnrollError(.badData, mentions: "there are 2 problems in the data") {
        try CaptionTable(contentsOf: url) { notes.append($0) }
      }
      #expect(notes.count == 2 && notes[1].contains(":3: has an empty caption"))
      var problems = DataProblems()
      #expect(try CaptionTable.read(url, .init(format: .tsv), &problems).clips.map(\.name) == ["b"])
      #expect(problems.all.count == 2)
      expectUnrollError(.noInput, mentions: "cannot be opened") {
        try CaptionTable(contentsOf: folder.appending(path: "none")) { _ in }
      }
    }
  }

  @Test func realLists() throws {
    guard let shared = sharedFolder() else { return }
    let flickr = try CaptionTable(contentsOf: shared.appending(path: "data/flickr8k-800/captions.csv")) { _ in }
    #expect(flickr.format == .csv && flickr.clips.count == 800 && flickr.clips.allSatisfy { $0.captions.count == 5 })
    let grid = try CaptionTable(contentsOf: shared.appending(path: "data/grid-s1/sentences.tsv")) { _ in }
    #expect(grid.format == .tsv && grid.clips.count == 900 && grid.clips.allSatisfy { $0.captions.count == 1 })
  }
}
