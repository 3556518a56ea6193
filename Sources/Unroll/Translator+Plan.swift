import SequenceModels
import TextIO
import Workbench

extension Translator {
  /// The most units of a text that is not split; it bounds memory.
  private var longestText: Int { max(1000, search.maximumLength) }

  /// What stands between the translations of sentences that had no blank between them.
  var separator: String {
    ["zh", "ja", "yue", "th", "lo", "km", "my"].contains(targetLanguage.prefix(while: { $0 != "-" })) ? "" : " "
  }

  /// How a text goes to the model.
  func plan(_ text: String, prefix: String, _ options: TranslationOptions) -> TextPlan {
    guard text.contains(where: { !$0.isWhitespace }) else { return .blank }
    let units = { (text: String) in self.model.vocabularies.source.encode(text).count }
    // Which sentence of the text each sentence of a prefix belongs to is not known.
    guard options.splitsSentences, prefixSplitter.split(prefix).sentences.count < 2 else {
      return TextPlan(whole: text, longest: longestText, units: units)
    }
    let usual = model.vocabularies.source is CharacterVocabulary ? 250 : 50
    let longest = options.maximumSourceLength ?? search.maximumSourceLength ?? usual
    return TextPlan(text, splitter, longest: longest, units: units)
  }

  /// The candidates of all sentences of all plans. A prefix and alternatives are for the first sentence of each.
  func candidates(
    _ plans: [TextPlan], _ prefixes: [[Int]], _ search: SearchOptions, _ replacesUnknown: Bool, keepsAttention: Bool
  ) throws -> [[[TextCandidate]]] {
    let find = { (sentences: [String], prefixes: [[Int]], search: SearchOptions) in
      try self.model.translate(
        sentences, prefixes: prefixes, options: search, replacesUnknown: replacesUnknown,
        keepsAttention: keepsAttention)
    }
    var rest = search
    if search.alternatives > 0 { (rest.alternatives, rest.nBest) = (0, 1) }
    let isAlike = rest == search
    let firsts = plans.flatMap { $0.split.sentences.prefix(isAlike ? .max : 1) }
    let forced =
      prefixes.isEmpty
      ? []
      : zip(plans, prefixes).flatMap { plan, prefix in
        plan.split.sentences.prefix(isAlike ? .max : 1).indices.map { $0 == 0 ? prefix : [] }
      }
    var found = try find(firsts, forced, search)[...]
    var others = isAlike ? [] : try find(plans.flatMap { $0.split.sentences.dropFirst() }, [], rest)[...]
    return plans.map { plan in
      let count = plan.split.sentences.count
      let own = found.prefix(isAlike ? count : min(count, 1))
      found = found.dropFirst(own.count)
      let behind = others.prefix(count - own.count)
      others = others.dropFirst(behind.count)
      return Array(own) + behind
    }
  }
}
