internal import Experiments

/// By what and where the cells were computed, and what it took.
struct ProvenanceSection: Equatable {
  struct Row: Equatable {
    let cells: Int
    /// As many as `names`.
    let texts: [String]
    let time: String
    let memory: String
  }

  static let columns = ["version", "commit", "host", "cpu", "isa"]
  let names = ["version", "commit", "host", "CPU", "instructions"]
  let rows: [Row]
  /// Such as `2 h 5 min of computing in all, at most 101 MiB in a process; 1 cell went on from a checkpoint`.
  let total: String
  /// Nil where all cells were computed alike.
  let warning: String?

  /// Nil for no finished cell.
  ///
  /// - Parameter provenance: the content of `provenance.csv`.
  init?(_ provenance: CSVTable) throws {
    if provenance.rows.isEmpty { return nil }
    let told = try ProvenanceSection.columns.map { try provenance.column($0, of: "provenance.csv") }
    let seconds = try ["setup_seconds", "training_seconds"].map { try provenance.column($0, of: "provenance.csv") }
    let memory = try provenance.column("peak_memory_bytes", of: "provenance.csv")
    let attempts = try provenance.column("attempts", of: "provenance.csv")
    var groups: [(texts: [String], cells: Int, seconds: Double, memory: Double)] = []
    for row in provenance.rows {
      let texts = told.map { row[$0] }
      let place = groups.firstIndex { $0.texts == texts } ?? groups.count
      if place == groups.count { groups.append((texts, 0, 0, 0)) }
      groups[place].cells += 1
      // Empty where it is not known.
      groups[place].seconds += seconds.reduce(0) { $0 + (Double(row[$1]) ?? 0) }
      groups[place].memory = max(groups[place].memory, Double(row[memory]) ?? 0)
    }
    rows = groups.map { group in
      Row(
        cells: group.cells, texts: group.texts.map { $0.isEmpty ? "–" : $0 },
        time: PageNumber.duration(group.seconds), memory: PageNumber.memory(group.memory))
    }
    let all = PageNumber.duration(groups.reduce(0) { $0 + $1.seconds })
    let resumed = provenance.rows.count { (Int($0[attempts]) ?? 1) > 1 }
    total =
      "\(all) of computing in all, at most \(PageNumber.memory(groups.map(\.memory).max() ?? 0)) in a process"
      + (resumed == 0 ? "" : "; \(resumed == 1 ? "1 cell" : "\(resumed) cells") went on from a checkpoint")
    // The bytes do not depend on the CPU or its instructions.
    let versions = ProvenanceSection.columns.firstIndex(of: "version") ?? 0
    warning =
      Set(groups.map { $0.texts[versions] }).count > 1
      ? "The cells were computed with different versions: numbers may differ from those of one version." : nil
  }
}
