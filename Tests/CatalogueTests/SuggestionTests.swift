import Testing

@testable import Catalogue

@Suite struct SuggestionTests {
  @Test(arguments: [("aile", "alie"), ("krumm", "krum"), ("FEDAVG", "fedavg"), ("trimed-mean", "trimmed-mean")])
  func findsWhatWasMeant(name: String, meant: String) {
    #expect(Suggestion.nearest(to: name, among: ["alie", "dba", "krum", "fedavg", "trimmed-mean"]) == meant)
  }

  @Test func keepsSilentAboutFarNames() {
    #expect(Suggestion.nearest(to: "sybil", among: ["alie", "dba"]) == nil)
    #expect(Suggestion.nearest(to: "", among: ["alie"]) == nil)
  }

  @Test func tiesGoToTheFirst() {
    #expect(Suggestion.nearest(to: "cat", among: ["bat", "car"]) == "bat")
  }

  @Test func countsAnExchangeOfNeighboursOnce() {
    #expect(Suggestion.distance(Array("aile"), Array("alie")) == 1)
    #expect(Suggestion.distance(Array("kitten"), Array("sitting")) == 3)
    #expect(Suggestion.distance([], Array("abc")) == 3)
  }

  @Test func theHintLineCutsLongListsShort() {
    #expect(Suggestion.line(for: "aile", among: ["alie", "dba"]) == "did you mean 'alie'?  known: alie, dba")
    #expect(Suggestion.line(for: "sybil", among: ["alie", "dba"]) == "known: alie, dba")
    let names = (1...30).map { "rule-number-\($0)" }
    let line = Suggestion.line(for: "zzz", among: names)
    #expect(line == "known: " + names.prefix(6).joined(separator: ", ") + ", …")
  }

  @Test func otherSpellingsAreComparedButNotListed() {
    #expect(
      Suggestion.line(for: "nworker", among: ["clients"], spellings: ["nworkers"])
        == "did you mean 'nworkers'?  known: clients")
  }
}
