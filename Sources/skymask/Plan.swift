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
      let state = try loaded.store.word(for: cell)
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
    let told = ResultStore.words.compactMap { word in counts[word].map { "\($0) \(word)" } }
    Output.say("\(loaded.sweep.count) cells: " + told.joined(separator: ", "))
  }
}

extension ResultStore {
  static let words = ["finished", "unfinished", "new", "failed", "damaged"]

  /// How far a cell is, one of `words`.
  func word(for cell: Cell) throws -> String {
    switch try state(of: cell) {
    case .finished: "finished"
    case .partial: try failure(of: cell) == nil ? "unfinished" : "failed"
    case .absent: try failure(of: cell) == nil ? "new" : "failed"
    case .damaged: "damaged"
    }
  }
}
