import Catalogue

/// Names cells of a list by what distinguishes them: the values of the parameters that differ between any two of them.
package struct CellNames: Sendable {
  private let columns: [String]
  private let labels: Labels

  /// Shown where nothing differs.
  private static let usual = ["attack", "aggregator"]

  /// - Parameter cells: the list, with any other cells that it must be distinguished from.
  package init(_ cells: [KnownCell], labels: Labels) {
    self.labels = labels
    let varying = KnownCell.columns.filter { column in
      guard let first = cells.first?.value(of: column) else { return cells.contains { $0.value(of: column) != nil } }
      return cells.contains { $0.value(of: column) != first }
    }
    columns = varying.isEmpty ? CellNames.usual : varying
  }

  /// `attack=none rounds=50`, in the order of the documentation.
  package func text(of cell: KnownCell) throws -> String {
    try columns.map { "\($0)=\(try cell.text(of: $0, labels))" }.joined(separator: " ")
  }
}
