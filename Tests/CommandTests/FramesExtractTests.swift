import Diagnostics
import Foundation
import TestSupport
import Testing
import VideoIO
import Workbench

/// `unroll frames extract`. That pixels and times are right is tested with the reader; here, that what was asked for is
/// read, named and written.
struct FramesExtractTests {
  /// A folder with `clip.mp4`: a second, 10 frames.
  private func withClip(_ body: (URL) throws -> Void) throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", testPicture, in: folder)
      try body(folder)
    }
  }

  private func extract(_ options: String, in folder: URL) throws -> Outcome {
    try runShell("unroll frames extract clip.mp4 \(options)", folder: folder)
  }

  private func names(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Expects `extract --out out` to write these files and no others, to print their names, and both in this order.
  private func expect(
    _ options: String, writes names: [String], in folder: URL, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let out = folder.appending(path: "out")
    defer { try? FileManager.default.removeItem(at: out) }
    let outcome = try extract("--out out \(options)", in: folder)
    expectSuccess(outcome, sourceLocation: sourceLocation)
    let files = names.map { "\($0).png" }
    let found = try self.names(out)
    #expect(found == files, "\(options)", sourceLocation: sourceLocation)
    #expect(outcome.lines == files.map { "out/\($0)" }, "\(options)", sourceLocation: sourceLocation)
  }

  /// `000004-0.400000` for 4.
  private func name(_ index: Int) -> String { "00000\(index)-0.\(index)00000" }

  @Test func framesAreNamedByNumberAndTime() throws {
    try withClip { folder in
      for (options, indexes) in [
        ("", Array(0..<10)), ("--every 4", [0, 4, 8]), ("--interval 0.26", [0, 3, 5, 8]),
        ("--rate 5", [0, 2, 4, 6, 8]),
        ("--rate 10000/2000", [0, 2, 4, 6, 8]), ("--rate 2.5", [0, 4, 8]), ("--count 2", [2, 7]),
        ("--index 1,7", [1, 7]),
        ("--to 0.35 --rate 5", [0, 2]),
      ] {
        try expect(options, writes: indexes.map(name), in: folder)
      }
      // The numbers of the times in the list: the reading begins near the first.
      try expect(
        "--at 0:0.65,.7,0.99", writes: ["000000-0.600000", "000001-0.700000", "000002-0.900000"], in: folder)
      try expect("--from 0.55 --to 0.8", writes: ["000000-0.600000", "000001-0.700000"], in: folder)
      try expect("--from 0.5 --every 3", writes: ["000000-0.500000", "000003-0.800000"], in: folder)
    }
  }

  @Test func framesThatAreTakenAgainKeepTheirOrder() throws {
    try withClip { folder in
      try expect(
        "--rate 20 --to 0.2",
        writes: ["000000-0.000000", "000000-0.000000r000001", "000001-0.100000", "000001-0.100000r000001"], in: folder)
      try expect(
        "--index 3,3,3", writes: ["000003-0.300000", "000003-0.300000r000001", "000003-0.300000r000002"], in: folder)
      try expect("--at 0.3,0.31", writes: ["000000-0.300000", "000001-0.300000"], in: folder)
      try expect(
        "--count 12 --to 0.05",
        writes: ["000000-0.000000"] + (1..<12).map { "000000-0.000000r0000" + ($0 < 10 ? "0\($0)" : "\($0)") },
        in: folder)
    }
  }

  @Test func picturesAreTransformed() throws {
    let cases: [(String, FrameTransform)] = [
      ("", FrameTransform()),
      ("--size 31x47", FrameTransform(size: PixelSize(31, 47))),
      ("--size 40x40 --fit pad --scaling area", FrameTransform(size: PixelSize(40, 40), fit: .pad, scaling: .area)),
      (
        "--size 40x40 --fit crop --scaling bicubic",
        FrameTransform(size: PixelSize(40, 40), fit: .crop, scaling: .bicubic)
      ),
      (
        "--crop 33x20+7+11 --mirror",
        FrameTransform(crop: PixelRectangle(x: 7, y: 11, width: 33, height: 20), isMirrored: true)
      ),
      ("--gray --size 48x32", FrameTransform(size: PixelSize(48, 32), format: .gray)),
    ]
    try withClip { folder in
      for (options, transform) in cases {
        expectSuccess(try extract("--out out --index 6 \(options)", in: folder))
        let expected = try FrameReader(folder.appending(path: "clip.mp4")).frame(at: 6, as: transform).pixels
        let picture = try FrameReader(folder.appending(path: "out/000006-0.600000.png"))
          .frame(at: 0, as: FrameTransform(format: transform.format)).pixels
        #expect(picture == expected, "\(options)")
      }
    }
  }

  @Test func picturesAreThoseOfFFmpeg() throws {
    try withClip { folder in
      expectSuccess(try extract("--out out --index 3 --size 48x32", in: folder))
      let outcome = try runShell(
        """
        ffmpeg -v error -i clip.mp4 -vf 'select=eq(n\\,3),scale=48:32:flags=bilinear,format=rgb24' -f rawvideo a.raw &&
        ffmpeg -v error -i out/000003-0.300000.png -f rawvideo -pix_fmt rgb24 b.raw && cmp a.raw b.raw && wc -c < a.raw
        """, folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines == ["\(48 * 32 * 3)"])
    }
  }

  @Test func theKeysOfJSONAreDocumented() throws {
    try withClip { folder in
      let outcome = try extract("--json --every 3 --out 'a b/out'", in: folder)
      expectSuccess(outcome)
      let objects = try expectDocumentedKeys(outcome, "frames extract")
      #expect(objects.map { $0["index"] } == [0, 3, 6, 9])
      #expect(objects.map { $0["seconds"] } == [0.0, 0.3, 0.6, 0.9])
      #expect(objects.map { $0["key"] } == [true, false, false, false])
      #expect(objects[1]["file"] == "a b/out/000003-0.300000.png" && objects[1]["damaged"] == false)
      #expect(objects[1]["ticks"] == 3072 && objects[1]["time_base"] == "1/10240")
      #expect(try names(folder.appending(path: "a b/out")).count == 4)
    }
  }

  @Test func standardInput() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.ts", testPicture, in: folder)
      let outcome = try runShell("cat clip.ts | unroll frames extract - --out out --every 5", folder: folder)
      expectSuccess(outcome)
      #expect(outcome.lines.count == 2)
      expectFailure(
        try runShell("cat clip.ts | unroll frames extract - --out out --count 2", folder: folder), .usage,
        mentions: "standard input: frames can be spread evenly only over a file")
    }
  }

  // MARK: Places

  @Test func filesOfTheSameNameAreReplaced() throws {
    try withClip { folder in
      expectSuccess(try extract("--out out --index 1 --gray", in: folder))
      try write("mine\n", "out/mine.txt", folder)
      let file = folder.appending(path: "out/000001-0.100000.png")
      let first = try Data(contentsOf: file)
      expectSuccess(try extract("--out out --index 1", in: folder))
      #expect(try Data(contentsOf: file) != first)
      #expect(try names(folder.appending(path: "out")) == ["000001-0.100000.png", "mine.txt"])
    }
  }

  @Test func thingsInTheWay() throws {
    try withClip { folder in
      try write("", "taken", folder)
      expectFailure(
        try extract("--out taken", in: folder), .cannotCreate, mentions: "taken: the folder cannot be created; ")
      expectFailure(
        try extract("--out taken/below", in: folder), .cannotCreate, mentions: "taken/below: the folder cannot")
      let inTheWay = folder.appending(path: "out/000002-0.200000.png")
      try FileManager.default.createDirectory(at: inTheWay, withIntermediateDirectories: true)
      let outcome = try extract("--out out", in: folder)
      #expect(outcome.status == UnrollError.Kind.cannotCreate.exitStatus)
      #expect(outcome.errors.hasPrefix("unroll: out/000002-0.200000.png: cannot create the file: is a directory; "))
      #expect(outcome.lines.count == 2)
      #expect(try names(folder.appending(path: "out")).count == 3)
    }
  }

  @Test func nothingIsMadeForWhatIsNoVideo() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.mp4", "-f lavfi -i sine=duration=0.2", in: folder)
      expectFailure(try extract("--out out", in: folder), .badData, mentions: "clip.mp4: holds sound and no video")
      #expect(try names(folder) == ["clip.mp4"])
    }
  }

  // MARK: Mistakes

  @Test func mistakesOnTheCommandLine() throws {
    try withClip { folder in
      let cases = [
        ("", "missing expected argument '--out <folder>'"),
        ("--out out --every 0", "every 0th frame cannot be taken; choose a number above 0"),
        ("--out out --count 0", "0 frames cannot be spread evenly; choose a number from 1 to "),
        ("--out out --interval 0", "the time between frames is not above zero"),
        ("--out out --rate 2000001", "the time between frames is not above zero"),
        ("--out out --rate 0", "'0' is invalid for '--rate"),
        ("--out out --rate 25/0", "'25/0' is invalid for '--rate"),
        ("--out out --rate 1/2/3", "'1/2/3' is invalid for '--rate"),
        ("--out out --rate fast", "'fast' is invalid for '--rate"),
        ("--out out --at 2,1", "the times are not ascending; sort them"),
        ("--out out --at 1,,2", "'1,,2' is invalid for '--at"),
        ("--out out --index 3,1", "the indexes are not ascending; sort them"),
        ("--out out --index=-1", "an index is below 0"),
        ("--out out --index 1.5", "'1.5' is invalid for '--index"),
        ("--out out --every 2 --rate 5", "only one of --every, --rate, "),
        ("--out out --size 0x5", "'0x5' is invalid for '--size <WxH>'"),
        ("--out out --size 5", "'5' is invalid for '--size"),
        ("--out out --size 100000x100000", "'100000x100000' is invalid for '--size"),
        ("--out out --crop 10x10", "'10x10' is invalid for '--crop <WxH+X+Y>'"),
        ("--out out --crop 10x10+0+-1", "is invalid for '--crop"),
        ("--out out --fit pad", "the option --fit needs --size"),
        ("--out out --size 5x5 --fit zoom", "'zoom'"),
        ("--out out --scaling nearest", "'nearest'"),
      ]
      for (options, message) in cases {
        expectFailure(try extract(options, in: folder), .usage, mentions: message, "see 'unroll frames extract --help'")
      }
      #expect(try names(folder) == ["clip.mp4"])
    }
  }

  @Test func framesThatAreNotThere() throws {
    try withClip { folder in
      expectFailure(
        try extract("--out out --index 10", in: folder), .usage,
        mentions: "clip.mp4: there is no frame 10; the last one is 9")
      expectFailure(
        try extract("--out out --at 1", in: folder), .usage,
        mentions: "clip.mp4: nothing is shown at 1.000000 s; the video ends at 1.000000 s")
      expectFailure(
        try extract("--out out --from 3", in: folder), .usage, mentions: "clip.mp4: there are no frames in this range")
      expectFailure(
        try extract("--out out --crop 10x10+90+0", in: folder), .usage,
        mentions: "clip.mp4: the crop 10x10+90+0 does not lie in the frame of 96x64 pixels")
    }
  }

  @Test func damageIsReported() throws {
    guard let (videos, _) = try sharedVideos() else { return }
    try temporaryFolder { folder in
      let file = "decord__tests__test_data__corrupted.mp4"
      try FileManager.default.copyItem(at: videos.appending(path: file), to: folder.appending(path: "clip.mp4"))
      let outcome = try extract("--out out --size 32x18", in: folder)
      #expect(outcome.status == 0 && outcome.lines.count == 49)
      #expect(outcome.errors.hasPrefix("unroll: warning: clip.mp4: ") && outcome.errors.contains("1 lost packet"))
      expectSuccess(try extract("--out out --size 32x18 --quiet", in: folder))
      let strict = try extract("--out strict --size 32x18 --strict", in: folder)
      #expect(strict.status == UnrollError.Kind.badData.exitStatus)
      #expect(strict.errors.hasPrefix("unroll: clip.mp4: the video is damaged: "))
    }
  }

  @Test func interruptedAtAnIdlePipe() throws {
    try temporaryFolder { folder in
      try makeVideo("clip.ts", testPicture, in: folder)
      let outcome = try runShell(
        "{ cat clip.ts; sleep 3; } | timeout --preserve-status -s INT 1 unroll frames extract - --out out",
        folder: folder)
      #expect(outcome.status == UnrollError.Kind.interrupted.exitStatus)
      #expect(try names(folder.appending(path: "out")).allSatisfy { $0.hasSuffix(".png") })
    }
  }
}
