import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO
import Workbench

/// Labels between times, and how they come to be labels of frames.
@Suite struct SpanTableTests {
  private func inFolder(_ body: (LabelFolder) throws -> Void) throws {
    try temporaryFolder { url in
      let folder = LabelFolder(url)
      for clip in ["a.mp4", "b, c.mp4", "sub/d.mp4"] { try folder.write(clip, "") }
      try body(folder)
    }
  }

  private func load(_ folder: LabelFolder, _ table: String, outside: String? = nil) throws -> LabelledClips {
    try folder.write("spans.csv", table)
    return try SpanTable.load(folder.url.appending(path: "spans.csv"), outside: outside) { _ in }
  }

  /// Frames ten a second.
  private func times(_ count: Int) -> [Timestamp] {
    (0..<count).map { Timestamp(ticks: Int64($0), timeBase: TimeBase(1, 10)) }
  }

  @Test func columnsQuotesAndClockTimes() throws {
    try inFolder { folder in
      let clips = try load(
        folder,
        #"""
        split,label,video,start,end,note
        train,wave,a.mp4,0:00.1,0.3,x
        train,"nod, ""twice""",a.mp4,0.3,0.5,
        valid,wave,"b, c.mp4",0,1:00,
        test,wave,sub/d.mp4,0.05,0.1,"two
        lines"
        """#)
      #expect(clips.labels.names == ["nod, \"twice\"", "wave"])
      #expect(
        clips.train.map(\.name) == ["a"] && clips.valid.map(\.name) == ["b, c"] && clips.test.map(\.name) == ["sub/d"])
      // Half-open: the frame at 0.3 s has the second label, that at 0.5 s none.
      #expect(try clips.train[0].aligned(to: times(6)).ids == [-1, 1, 1, 0, 0, -1])
      #expect(try clips.valid[0].aligned(to: times(3)).ids == [1, 1, 1])
      #expect(try clips.test[0].aligned(to: times(2)).ids == [-1, -1])
      #expect(clips.files.map(\.name) == ["spans.csv", "videos"])
    }
  }

  @Test func timesAreComparedToTheMicrosecond() throws {
    try inFolder { folder in
      // What ffprobe prints for the frames at 1/30 and 2/30 s.
      let clips = try load(folder, "video,start,end,label\na.mp4,0.033333,0.066667,x\n")
      let times = (0..<4).map { Timestamp(ticks: Int64($0), timeBase: TimeBase(1, 30)) }
      #expect(try clips.train[0].aligned(to: times).ids == [-1, 0, -1, -1])
    }
  }

  @Test func framesOutsideMayHaveALabel() throws {
    try inFolder { folder in
      let clips = try load(folder, "video,start,end,label\na.mp4,0.1,0.2,x\n", outside: "nothing")
      #expect(clips.labels.names == ["nothing", "x"])
      #expect(try clips.train[0].aligned(to: times(3)).ids == [0, 1, 0])
    }
  }

  @Test func overlapsAreForSeveralLabelsOnly() throws {
    try inFolder { folder in
      let clip = try load(folder, "video,start,end,label\na.mp4,0,0.2,x\na.mp4,0.1,0.3,y\n").train[0]
      expectUnrollError(.badData, mentions: "a.mp4: two labels overlap at 0.100000 s") {
        try clip.aligned(to: times(3))
      }
      #expect(try clip.aligned(to: times(4), isMultiLabel: true).several == [[0], [0, 1], [1], []])
    }
  }

  @Test func aTableASplit() throws {
    try inFolder { folder in
      try folder.write("train.csv", "video,start,end,label\na.mp4,0,1,x\n")
      try folder.write("test.csv", "video,start,end,label\nsub/d.mp4,0,1,x\n")
      func load() throws -> LabelledClips {
        try SpanTable.load(
          folder.url.appending(path: "train.csv"), test: folder.url.appending(path: "test.csv")
        ) { _ in }
      }
      let clips = try load()
      #expect(clips.train.map(\.name) == ["a"] && clips.valid.isEmpty && clips.test.map(\.name) == ["sub/d"])
      try folder.write("test.csv", "video,start,end,label\nsub/d.mp4,0,1,z\n")
      expectUnrollError(.badData, mentions: "test.csv:2: no video to learn from has the label 'z'") { try load() }
      try folder.write("test.csv", "video,start,end,label\na.mp4,0,1,x\n")
      expectUnrollError(.badData, mentions: "a is in train and in test") { try load() }
    }
  }

  @Test(arguments: [
    (
      "video,start,label\na.mp4,0,x",
      "spans.csv:1: the first line does not name the columns video, start, end and label"
    ),
    ("", "spans.csv: the first line does not name the columns"),
    ("video,start,end,label\n", "spans.csv: there is no row in it"),
    ("video,start,end,label\na.mp4,0,1", "spans.csv:2: has 3 columns, and the first line names 4"),
    ("video,start,end,label\na.mp4,zero,1,x", "spans.csv:2: 'zero' is not a time"),
    ("video,start,end,label\na.mp4,1,1,x", "spans.csv:2: ends at or before its start"),
    ("video,start,end,label\na.mp4,0,1,", "spans.csv:2: has no label"),
    ("video,start,end,label\n,0,1,x", "spans.csv:2: names no video"),
    ("video,start,end,label\nno.mp4,0,1,x", "spans.csv:2: there is no video no.mp4"),
    ("video,start,end,label,split\na.mp4,0,1,x,dev", "spans.csv:2: 'dev' is not a split"),
    ("video,start,end,label,split\na.mp4,0,1,x,test", "no row is to learn from"),
    ("video,start,end,label\na.mp4,0,1,\"x", "spans.csv:2: a quote is not closed"),
    ("video,start,end,label\na.mp4,0,1,\"x\"y", "spans.csv:2: text follows a closing quote"),
    ("video,start,end,label\na.mp4,0,1,x\"y\"", "spans.csv:2: a quote stands inside a field without quotes"),
  ])
  func faults(_ table: String, _ message: String) throws {
    try inFolder { folder in
      expectUnrollError(.badData, mentions: message) { try load(folder, table) }
    }
  }

  @Test func fieldsAreQuotedWhereTheyMustBe() {
    #expect(CSVReader.field("plain text") == "plain text")
    #expect(CSVReader.field("a,b") == "\"a,b\"")
    #expect(CSVReader.field("say \"no\"") == "\"say \"\"no\"\"\"")
    #expect(CSVReader.field("a\r\nb") == "\"a\r\nb\"")
  }
}
