internal import Experiments
internal import Federated

/// Two experiments, cell by cell.
struct ExperimentComparison {
  private let a: Experiment
  private let b: Experiment

  init(_ a: Experiment, _ b: Experiment) { (self.a, self.b) = (a, b) }

  /// Tells how they differ; returns whether they are the same.
  func say() throws -> Bool {
    let names = CellNames(a.cells + b.cells, labels: try Labels(families: CellParameters.families))
    let inA = Set(a.cells.map(\.key))
    let inB = Dictionary(b.cells.map { ($0.key, $0) }) { first, _ in first }
    let onlyA = a.cells.filter { inB[$0.key] == nil }
    let onlyB = b.cells.filter { !inA.contains($0.key) }
    var differing: [(cell: KnownCell, how: String)] = []
    var same = 0
    for cell in a.cells where inB[cell.key] != nil {
      if let how = try difference(of: cell) { differing.append((cell, how)) } else { same += 1 }
    }
    try sayOnly(onlyA, in: a.name, names)
    try sayOnly(onlyB, in: b.name, names)
    if !differing.isEmpty { Output.say("in both, but not the same: \(differing.count)") }
    for (cell, how) in differing { Output.say("  \(try ExperimentComparison.row(cell, names))  (\(how))") }
    Output.say("the same in both: \(same)")
    return onlyA.isEmpty && onlyB.isEmpty && differing.isEmpty
  }

  private func sayOnly(_ cells: [KnownCell], in name: String, _ names: CellNames) throws {
    if !cells.isEmpty { Output.say("only in \(name): \(cells.count)") }
    for cell in cells { Output.say("  \(try ExperimentComparison.row(cell, names))") }
  }

  private func difference(of cell: KnownCell) throws -> String? {
    let first = try a.store.standing(of: cell.cell)
    let second = try b.store.standing(of: cell.cell)
    if case .finished(let one) = first, case .finished(let other) = second {
      let files = one.differingFiles(from: other)
      return files.isEmpty ? nil : files.joined(separator: ", ") + (files.count == 1 ? " differs" : " differ")
    }
    return first.word == second.word && first == .new ? nil : "\(first.word) in \(a.name), \(second.word) in \(b.name)"
  }

  private static func row(_ cell: KnownCell, _ names: CellNames) throws -> String {
    "\(cell.key.prefix(12))  \(try names.text(of: cell))"
  }
}
