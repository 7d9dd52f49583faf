internal import Catalogue
internal import YAML

/// Counts the cells in which a parameter has no effect and is therefore dropped, as HAR's own partition drops `bias`.
///
/// Where it is an axis, the values of the axis make equal cells there, which are one.
struct MeaninglessAxes {
  private struct Count {
    /// The data sets and partitions that make it so.
    var names: [String] = []
    var combinations = 0
    var cells = 0
  }

  /// By index of the parameter.
  private var counts: [Int: Count] = [:]

  private static let deciding = ["dataset", "partition"].map(Schema.index)

  /// - Parameters:
  ///   - combinations: how many combinations of the manifest's values, seeds among them, the cell is.
  ///   - cells: how many of them are not equal to cells that were there before.
  mutating func note(_ cell: ResolvedCell, became meaningful: ResolvedCell, combinations: Int, cells: Int) {
    for index in cell.pieces.indices where cell.pieces[index] != nil && meaningful.pieces[index] == nil {
      var count = counts[index] ?? Count()
      let members = MeaninglessAxes.deciding.compactMap { cell.pieces[$0]?.member }
      let name = members.map { type(of: $0).name }.joined(separator: " with partition ")
      if !count.names.contains(name) { count.names.append(name) }
      count.combinations += combinations
      count.cells += cells
      counts[index] = count
    }
  }

  /// A warning for each parameter of an axis that was dropped from some cells.
  func report(_ axes: [Manifest.Axis], _ diagnostics: Diagnostics) {
    for axis in axes {
      for case .parameter(let index) in axis.paths {
        guard let count = counts[index] else { continue }
        diagnostics.warning(
          at: axis.mark,
          "'\(Schema.parameters[index].name)' has no effect in \(count.combinations) of the combinations, which make"
            + " \(count.cells) different \(count.cells == 1 ? "cell" : "cells")",
          hint: "those of dataset \(count.names.joined(separator: ", "))")
      }
    }
  }
}
