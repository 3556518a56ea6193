import Diagnostics
import TestSupport
import Testing
import TextIO
import Workbench

@Suite struct ModelDescriptionTests {
  private func error(_ yaml: String) throws -> UnrollError {
    try unrollError { _ = try TranslationDescription.read(yaml: yaml, path: "m.yaml") }
  }

  @Test func everyKeyReachesItsProperty() throws {
    let description = try TranslationDescription.read(yaml: fullDescription, path: "m.yaml")
    let side = { ModelLanguage(language: $0, level: .subword, vocabulary: "pieces.model", vocabularySize: 8000) }
    var provenance = ModelProvenance(
      recipe: "tatoeba-en-fr", seed: 1, steps: 20000, unroll: "0.1.0", date: "2026-11-21")
    provenance.data = [FileRecord(name: "train data.tsv.gz", bytes: 3, sha256: digestOfABC)]
    provenance.scores = [.init("valid_loss", 1.5), .init("test_bleu", 34.25)]
    var expected = TranslationDescription(
      model: ModelSection(), source: side("en"), target: side("fr"), provenance: provenance)
    expected.search.maximumSourceLength = 50
    expected.files = [
      FileRecord(name: "pieces.model", bytes: 3, sha256: digestOfABC),
      FileRecord(name: "weights.safetensors", bytes: 3, sha256: digestOfABC),
    ]
    #expect(description == expected)
  }

  @Test func writingGivesTheSameBytes() throws {
    let written = try TranslationDescription.read(yaml: fullDescription, path: "m.yaml").yaml()
    #expect(
      written.split(separator: "\n")
        == fullDescription.replacing("train data.tsv.gz", with: "\"train data.tsv.gz\"").split(separator: "\n"))
    #expect(try TranslationDescription.read(yaml: written, path: "m.yaml").yaml() == written)
  }

  @Test func aNewerFormatSaysSoBeforeAnythingElse() throws {
    let newer = try error("task: dance\nformat: 2\nunheard_of: 1\n")
    #expect(
      newer
        == UnrollError(.badData, file: "m.yaml", line: 2, "made by a newer unroll (format 2)", advice: "update unroll"))
    #expect(newer.description == "m.yaml:2: made by a newer unroll (format 2); update unroll")
  }

  @Test(
    arguments: [
      ("format: 1", "format: one", 1, "format: expected a whole number, found one", "give a whole number of 1 or more"),
      ("format: 1", "format: 0", 1, "format: 0 is out of range", "give a whole number of 1 or more"),
      ("format: 1\n", "", nil, "format: required key is missing", "add format at the top level"),
      ("cell: lstm", "cell: lsmt", 4, "model.cell: unknown value lsmt", "did you mean lstm?"),
      ("hidden_size:", "hiden_size:", 6, "model.hiden_size: unknown key", "did you mean hidden_size?"),
      (
        "language: en", "language: e/n", 23, "source.language: e/n cannot be used as a language code",
        "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"
      ),
      ("normalization: nfc", "normalization: nfd", 25, "source.normalization: unknown value nfd", "did you mean nfc?"),
      (
        "vocabulary: pieces.model", "vocabulary: ../pieces.model", 26,
        "source.vocabulary: ../pieces.model cannot be used as a file of a model folder",
        "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"
      ),
      (
        "vocabulary: pieces.model", "vocabulary: other.model", 26,
        "source.vocabulary: other.model is not listed under files",
        "the model folder is damaged: fetch or make it again"
      ),
      (
        "valid_loss: 1.5", "valid_loss: good", 60, "provenance.scores.valid_loss: expected a number, found good",
        "give a number from -1.7976931348623157e+308 to 1.7976931348623157e+308"
      ),
      (
        "- name: pieces.model", "- name: ../pieces.model", 65,
        "files.name: ../pieces.model cannot be used as a file of a model folder",
        "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"
      ),
      (
        "- name: pieces.model", "- name: /etc/passwd", 65,
        "files.name: /etc/passwd cannot be used as a file of a model folder",
        "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"
      ),
      (
        "- name: pieces.model", "- name: ..", 65, "files.name: .. cannot be used as a file of a model folder",
        "use letters, digits, dots, dashes and underscores, and begin with a letter or digit"
      ),
      ("- name: pieces.model", "- name: weights.safetensors", 64, "files: weights.safetensors is listed twice", nil),
      (
        "- name: weights.safetensors", "- name: weight.safetensors", 64, "files: weights.safetensors is not listed",
        "the model folder is damaged: fetch or make it again"
      ),
      (
        "  sha256: \(digestOfABC)\n- name: weights", "  sha256: abc\n- name: weights", 67,
        "files.sha256: expected a SHA-256 digest of 64 hexadecimal digits, found abc", nil
      ),
      (
        "- name: pieces.model\n  bytes: 3", "- name: pieces.model\n  bytes: -3", 66, "files.bytes: -3 is out of range",
        "give a whole number of 0 or more"
      ),
      (
        "- name: pieces.model\n  bytes: 3", "- name: pieces.model", 65, "files.bytes: required key is missing",
        "add bytes under files"
      ),
    ] as [(String, String, Int?, String, String?)])
  func aMistakeIsOneErrorWithItsLine(old: String, new: String, line: Int?, what: String, advice: String?) throws {
    #expect(fullDescription.contains(old))
    let error = try error(fullDescription.replacing(old, with: new, maxReplacements: 1))
    #expect(error == UnrollError(.badData, file: "m.yaml", line: line, what, advice: advice))
  }

  @Test func everyKeyMisspeltIsAnErrorOnItsLine() throws {
    let lines = fullDescription.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let free = ["valid_loss", "test_bleu"]
    for (index, line) in lines.enumerated() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].drop { $0 == " " || $0 == "-" }
      if free.contains(String(key)) { continue }
      var broken = lines
      broken[index].insert("x", at: key.startIndex)
      let error = try error(broken.joined(separator: "\n"))
      #expect(error.line == index + 1 && error.what.hasSuffix("x\(key): unknown key"), "\(error)")
      #expect(error.advice == "did you mean \(key)?")
    }
  }
}
