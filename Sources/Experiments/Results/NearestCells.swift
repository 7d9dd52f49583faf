internal import Catalogue

/// Finds for each new cell the known one that differs from it in the fewest parameters.
///
/// A cell is a row of small numbers, one for each parameter that varies at all. Cells that differ in one parameter are
/// found by a table of all rows without it; only for those that differ in several a walk over the known cells is made,
/// and what it finds (the set of parameters) is then looked for in the same way in all the others.
struct NearestCells {
  private struct Row {
    let cell: KnownCell
    /// For each column the number of its value.
    var values: [Int32]
    /// The sum of `weight` over the columns.
    var sum: UInt64 = 0
  }

  private let new: [Row]
  private let known: [Row]
  private let labels: Labels
  /// Names of the columns that vary: of `KnownCell.columns`.
  private let columns: [String]

  /// Sets of several parameters that are looked for at most.
  private static let mostSets = 64
  /// Known cells that differ from a new one in the same parameter and are compared more closely.
  private static let mostCandidates = 64

  /// - Parameter known: in the order of preference between equally near ones.
  init(to new: [KnownCell], among known: [KnownCell], labels: Labels) throws {
    self.labels = labels
    guard !new.isEmpty, !known.isEmpty else {
      (self.new, self.known, columns) = ([], [], [])
      return
    }
    let all = new + known
    var columns: [String] = []
    var values = [[Int32]](repeating: [], count: all.count)
    for name in KnownCell.columns {
      var numbers: [Value?: Int32] = [:]
      var column: [Int32] = []
      column.reserveCapacity(all.count)
      for cell in all {
        let value = cell.value(of: name)
        let number = numbers[value] ?? Int32(numbers.count)
        numbers[value] = number
        column.append(number)
      }
      guard numbers.count > 1 else { continue }
      columns.append(name)
      for row in column.indices { values[row].append(column[row]) }
    }
    let rows = zip(all, values).map { cell, values in
      var row = Row(cell: cell, values: values)
      for (column, value) in values.enumerated() { row.sum &+= NearestCells.weight(column, value) }
      return row
    }
    self.new = Array(rows.prefix(new.count))
    self.known = Array(rows.dropFirst(new.count))
    self.columns = columns
  }

  /// By the keys of the new cells; nothing for one that is unlike all known cells, or while nothing is known.
  func reasons() throws -> [String: PlanChanges.Reason] {
    var found = [Int?](repeating: nil, count: new.count)
    var open = Array(new.indices)
    var costs = [Int](repeating: .max, count: new.count)
    for column in columns.indices { match([column], open, &found, &costs) }
    open = open.filter { found[$0] == nil }
    for _ in 0..<NearestCells.mostSets {
      guard let first = open.first, let nearest = nearest(to: new[first]) else { break }
      let set = columns.indices.filter { known[nearest].values[$0] != new[first].values[$0] }
      match(set, open, &found, &costs)
      open = open.filter { found[$0] == nil }
    }
    var reasons: [String: PlanChanges.Reason] = [:]
    for (row, match) in zip(new, found) {
      guard let match else { continue }
      reasons[row.cell.key] = PlanChanges.Reason(
        differences: try row.cell.differences(from: known[match].cell, labels: labels),
        against: known[match].cell.key)
    }
    return reasons
  }

  /// Looks for known cells that equal a new one but for the columns of `set`, and keeps the cheapest.
  private func match(_ set: [Int], _ open: [Int], _ found: inout [Int?], _ costs: inout [Int]) {
    func sum(_ row: Row) -> UInt64 { set.reduce(row.sum) { $0 &- NearestCells.weight($1, row.values[$1]) } }
    var places: [UInt64: [Int]] = [:]
    for (index, row) in known.enumerated() { places[sum(row), default: []].append(index) }
    for index in open {
      for candidate in (places[sum(new[index])] ?? []).prefix(NearestCells.mostCandidates) {
        let (a, b) = (known[candidate], new[index])
        // Sums may be equal by chance.
        guard columns.indices.allSatisfy({ set.contains($0) || a.values[$0] == b.values[$0] }) else { continue }
        let cost = set.reduce(0) { $0 + self.cost(a.cell, b.cell, column: $1) }
        let isBetter = cost < costs[index] || (cost == costs[index] && candidate < found[index] ?? .max)
        if isBetter { (found[index], costs[index]) = (candidate, cost) }
      }
    }
  }

  /// The first of the known cells with the fewest differing columns; nil when none has a column in common.
  private func nearest(to row: Row) -> Int? {
    var best: (index: Int, count: Int)?
    for (index, other) in known.enumerated() {
      var count = 0
      for column in columns.indices where other.values[column] != row.values[column] { count += 1 }
      if count < best?.count ?? columns.count { best = (index, count) }
    }
    return best?.index
  }

  /// A parameter costs 1, that of a component too; another component costs more than all its parameters.
  private func cost(_ a: KnownCell, _ b: KnownCell, column: Int) -> Int {
    guard let (first, second) = b.components(columns[column], before: a) else { return 1 }
    guard first.name == second.name else { return 100 }
    return Set(first.parameters.keys).union(second.parameters.keys).count {
      first.parameters[$0] != second.parameters[$0]
    }
  }

  /// A number for a value of a column that is unlike those of all others (SplitMix64's mixing).
  private static func weight(_ column: Int, _ value: Int32) -> UInt64 {
    var z = (UInt64(column) << 32 | UInt64(UInt32(bitPattern: value))) &* 0x9E37_79B9_7F4A_7C15 &+ 0x9E37_79B9
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
