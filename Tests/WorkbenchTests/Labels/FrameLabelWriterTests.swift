import Foundation
import TestSupport
import Testing
import VideoIO
import Workbench

/// Labelled frames as text.
@Suite struct FrameLabelWriterTests {
  /// Frames of a base of 1/1000 s.
  private func frame(_ index: Int, _ time: Int64, _ label: String, duration: Int64 = 40, probability: Float = 0.5)
    -> LabelledFrame
  {
    let base = TimeBase(1, 1000)
    return LabelledFrame(
      index: index, time: Timestamp(ticks: time, timeBase: base), duration: Timestamp(ticks: duration, timeBase: base),
      label: label, probability: probability)
  }

  private func text(
    _ format: LabelFormat, _ frames: [LabelledFrame], isMultiLabel: Bool = false, background: Set<String> = []
  ) -> String {
    var writer = FrameLabelWriter(format, isMultiLabel: isMultiLabel, background: background)
    return writer.header + frames.map { writer.add($0) }.joined() + writer.finish()
  }

  @Test func commaSeparated() {
    #expect(
      text(.csv, [frame(0, 0, "plain"), frame(1, 40, "a, \"b\"", probability: 1), frame(2, -80, "c")]) == #"""
        index,seconds,label,probability
        0,0.000000,plain,0.500000
        1,0.040000,"a, ""b""",1.000000
        2,-0.080000,c,0.500000

        """#)
  }

  @Test func jsonLines() {
    #expect(
      text(.jsonl, [frame(0, 0, "a \"b\""), frame(1, 40, "c", probability: 0.9)]) == """
        {"index":0,"seconds":0.0,"label":"a \\"b\\"","probability":0.5}
        {"index":1,"seconds":0.04,"label":"c","probability":0.9}

        """)
  }

  @Test func aLabelALine() {
    #expect(text(.mstcn, [frame(0, 0, "a"), frame(1, 40, "a b")]) == "a\na b\n")
  }

  @Test func segmentsAsSubtitles() {
    // A rate that varies: a segment ends where the next begins, the last with its last frame.
    let frames = [
      frame(0, 0, "a"), frame(1, 40, "a"), frame(2, 500, "<b> & c"), frame(3, 3_599_999, "a"), frame(4, 3_723_004, "a"),
    ]
    #expect(
      text(.vtt, frames) == """
        WEBVTT

        00:00:00.000 --> 00:00:00.500
        a

        00:00:00.500 --> 00:59:59.999
        &lt;b&gt; &amp; c

        00:59:59.999 --> 01:02:03.044
        a


        """)
    #expect(
      text(.srt, frames, background: ["a"]) == """
        1
        00:00:00,500 --> 00:59:59,999
        <b> & c


        """)
    #expect(text(.srt, frames).hasSuffix("3\n00:59:59,999 --> 01:02:03,044\na\n\n"))
  }

  @Test func subtitlesComeWhenTheirSegmentEnds() {
    var writer = FrameLabelWriter(.vtt)
    #expect(writer.add(frame(0, 0, "a")) == "")
    #expect(writer.add(frame(1, 40, "a")) == "")
    #expect(writer.add(frame(2, 80, "b")) == "00:00:00.000 --> 00:00:00.080\na\n\n")
    #expect(writer.finish() == "00:00:00.080 --> 00:00:00.120\nb\n\n")
    #expect(writer.finish() == "")
  }

  @Test func timesThatSubtitlesCannotHave() {
    // Before zero, without a duration, and of no length.
    #expect(
      text(.srt, [frame(0, -80, "a"), frame(1, -40, "b", duration: 0)])
        == "1\n00:00:00,000 --> 00:00:00,001\na\n\n2\n00:00:00,000 --> 00:00:00,001\nb\n\n")
    // The last frame lasts as long as the one before.
    #expect(
      text(.srt, [frame(0, 0, "a", duration: 0), frame(1, 40, "a", duration: 0)])
        == "1\n00:00:00,000 --> 00:00:00,080\na\n\n")
    #expect(text(.vtt, []) == "WEBVTT\n\n")
  }

  @Test func severalLabelsAFrame() {
    let base = TimeBase(1, 10)
    let frames = [(0, ["a", "b"], [0.6, 0.9]), (1, [], []), (2, ["b"], [0.75])].map { index, labels, probabilities in
      LabelledFrame(
        index: index, time: Timestamp(ticks: Int64(index), timeBase: base),
        duration: Timestamp(ticks: 1, timeBase: base),
        labels: labels, probabilities: probabilities.map { Float($0) })
    }
    #expect(
      text(.csv, frames, isMultiLabel: true)
        == "index,seconds,label,probability\n0,0.000000,a|b,0.900000\n1,0.100000,,\n2,0.200000,b,0.750000\n")
    #expect(
      text(.jsonl, frames, isMultiLabel: true) == """
        {"index":0,"seconds":0.0,"labels":["a","b"],"probabilities":[0.6,0.9]}
        {"index":1,"seconds":0.1,"labels":[],"probabilities":[]}
        {"index":2,"seconds":0.2,"labels":["b"],"probabilities":[0.75]}

        """)
    #expect(
      text(.vtt, frames, isMultiLabel: true)
        == "WEBVTT\n\n00:00:00.000 --> 00:00:00.100\na\nb\n\n00:00:00.200 --> 00:00:00.300\nb\n\n")
    #expect(text(.mstcn, frames, isMultiLabel: true) == "a|b\n\nb\n")
  }

  @Test func whatIsWrittenIsReadBack() throws {
    let labels = ["a", "say \"no\"", "b, c", "a"]
    let frames = labels.enumerated().map { frame($0, Int64($0) * 40, $1) }
    try temporaryFolder { folder in
      for format in [LabelFormat.csv, .jsonl, .mstcn] {
        let file = folder.appending(path: "labels.\(format.fileExtension)")
        try Data(text(format, frames).utf8).write(to: file)
        #expect(try FrameLabelFile(contentsOf: file).labels == labels)
      }
    }
  }

  @Test func ffmpegReadsTheSubtitles() throws {
    try temporaryFolder { folder in
      let frames = [frame(0, 0, "first"), frame(1, 1500, "second"), frame(2, 2500, "third")]
      for format in [LabelFormat.vtt, .srt] {
        try Data(text(format, frames).utf8).write(to: folder.appending(path: "labels.\(format.rawValue)"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
          "ffprobe", "-v", "error", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0",
          "labels.\(format.rawValue)",
        ]
        process.currentDirectoryURL = folder
        let output = Pipe.unshared()
        process.standardOutput = output
        try process.start()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
          .split(separator: "\n").map { $0.split(separator: ",").compactMap { Double($0) } }
        process.waitUntilExit()
        #expect(lines == [[0, 1.5], [1.5, 1], [2.5, 0.04]])
      }
    }
  }
}
