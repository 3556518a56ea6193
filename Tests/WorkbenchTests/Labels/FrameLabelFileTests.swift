import Diagnostics
import Foundation
import TestSupport
import Testing
import Workbench

/// Labels of frames as other programs write them.
@Suite struct FrameLabelFileTests {
  @Test(arguments: [
    "a\nb c\na\n", "a\nb c\na", "a\r\nb c\r\na\r\n\r\n",
    "index,seconds,label,probability\n0,0.0,a,1\n1,0.1,b c,1\n2,0.2,a,0.5\n", "label,x\na,1\n\"b c\",2\na,3",
    "{\"label\": \"a\"}\n{\"index\": 1, \"label\": \"b c\"}\n{\"label\": \"a\"}",
  ])
  func readsThreeLabels(_ text: String) throws {
    try temporaryFolder { folder in
      let file = folder.appending(path: "labels")
      try Data(text.utf8).write(to: file)
      #expect(try FrameLabelFile(contentsOf: file).labels == ["a", "b c", "a"])
    }
  }

  @Test func readsResultsOfMSTCN() throws {
    try temporaryFolder { folder in
      let file = folder.appending(path: "rgb-01-1")
      try Data("### Frame level recognition: ###\ncut cut peel  cut\n".utf8).write(to: file)
      #expect(try FrameLabelFile(contentsOf: file).labels == ["cut", "cut", "peel", "cut"])
    }
  }

  @Test func anEmptyFieldIsNoLabel() throws {
    try temporaryFolder { folder in
      let file = folder.appending(path: "labels.csv")
      try Data("index,label\n0,\n1,a\n".utf8).write(to: file)
      #expect(try FrameLabelFile(contentsOf: file).labels == [nil, "a"])
      try Data("{\"label\": null}\n{\"label\": \"a\"}\n".utf8).write(to: file)
      #expect(try FrameLabelFile(contentsOf: file).labels == [nil, "a"])
    }
  }

  @Test(arguments: [
    ("", "there are no labels in it"),
    ("\n\n", "there are no labels in it"),
    ("a\n\nb\n", "labels:2: this line has no label"),
    ("index,label\n0\n", "labels:2: has 1 column, and the label is in column 2"),
    ("index,label\n", "there are no labels in it"),
    ("{\"label\": \"a\"}\n{\n", "labels:2: is not valid JSON"),
    ("{\"name\": \"a\"}\n", "labels:1: has no 'label'"),
    ("{\"labels\": [\"a\"]}\n", "labels:1: has several labels; these measures are for one label a frame"),
    ("### Frame level recognition: ###\n", "there are no labels in it"),
  ])
  func faults(_ text: String, _ message: String) throws {
    try temporaryFolder { folder in
      let file = folder.appending(path: "labels")
      try Data(text.utf8).write(to: file)
      expectUnrollError(.badData, mentions: message) { try FrameLabelFile(contentsOf: file) }
    }
  }
}
