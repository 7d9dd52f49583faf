internal import ArgumentParser
internal import Catalogue
internal import Experiments

/// The cells and how far each is.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the cells of a manifest and what a run would do.")

  @OptionGroup var options: SweepOptions

  @Flag(help: "One JSON object a line: key, state, parameters.")
  var json = false

  func run() throws {
    let loaded = try options.load()
    var counts: [String: Int] = [:]
    for cell in try loaded.cells() {
      let state = try loaded.store.state(of: cell).word
      counts[state, default: 0] += 1
      if json {
        Output.say(
          .map(["key": .string(cell.key), "state": .string(state), "parameters": .map(cell.parameters)]))
      } else {
        let padding = String(repeating: " ", count: max(1, 12 - state.count))
        Output.say("\(cell.key.prefix(12))  \(state)\(padding)\(try loaded.label(cell))")
      }
    }
    if json { return }
    let told = CellState.words.compactMap { word in counts[word].map { "\($0) \(word)" } }
    Output.say("\(loaded.sweep.count) cells: " + told.joined(separator: ", "))
  }
}

extension CellState {
  static let words = ["finished", "unfinished", "new", "damaged"]

  var word: String {
    switch self {
    case .finished: "finished"
    case .partial: "unfinished"
    case .absent: "new"
    case .damaged: "damaged"
    }
  }
}
