/// How a plan differs from what was planned or computed before: which cells are new, and why.
package struct PlanChanges: Sendable {
  /// The known cell that a new one is nearest to.
  package struct Reason: Sendable, Equatable {
    package let differences: [CellDifference]
    /// The key of the known cell.
    package let against: String
  }

  /// For each cell of the plan that no run knew, by its key, how it differs from the nearest that one did; a cell that
  /// is unlike all of them is absent.
  package private(set) var reasons: [String: Reason] = [:]
  /// Cells of the plan that no run has planned or begun.
  package private(set) var unknown: Set<String> = []
  /// Cells that a run planned or began and that the plan has no more, those of the last plan in its order first.
  package let dropped: [String]
  /// Those of `dropped` that have files.
  package let droppedWithFiles: Int

  /// - Parameters:
  ///   - cells: the plan.
  ///   - asked: the keys of all cells that are asked for, of which the plan may be a part; nil where they are not known,
  ///     and then nothing counts as dropped.
  ///   - store: where the last plan and the cells on the disk are.
  ///   - labels: how components are written.
  package init(of cells: [Cell], asked: Set<String>?, in store: ResultStore, labels: Labels) throws {
    let planned = Dictionary(cells.map { ($0.key, $0) }) { first, _ in first }
    let present = try store.presentKeys()
    var seen: Set<String> = []
    var gone: [KnownCell] = []
    var kept: [KnownCell] = []
    var dropped: [String] = []
    func note(_ key: String, _ read: () throws -> KnownCell?) rethrows {
      guard seen.insert(key).inserted else { return }
      if let cell = planned[key] {
        kept.append(KnownCell(cell))
        return
      }
      let isDropped = asked.map { !$0.contains(key) } ?? false
      if isDropped { dropped.append(key) }
      guard let cell = try read() else { return }
      if isDropped { gone.append(cell) } else { kept.append(cell) }
    }
    for (key, line) in try store.lastPlan() { note(key) { KnownCell(json: Array(line)) } }
    for key in present.subtracting(seen).sorted() { try note(key) { try store.knownCell(key: key) } }
    self.dropped = dropped
    droppedWithFiles = dropped.count { present.contains($0) }
    let new = cells.filter { !seen.contains($0.key) }
    unknown = Set(new.map(\.key))
    // What was given up explains better than what is still there.
    reasons = try NearestCells(to: new.map { KnownCell($0) }, among: gone + kept, labels: labels).reasons()
  }
}
