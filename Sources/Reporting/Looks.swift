package import Experiments

/// The looks of lines by the value that they show: a rule has one colour in every picture of a sweep, whatever else a
/// picture leaves out.
package struct Looks: Sendable, Equatable {
  /// By parameter and value.
  private var places: [String: [String: Int]] = [:]

  /// - Parameter plan: a `summary.csv` with a row for each group of cells that the manifest asks for, finished or not.
  package init(plan: CSVTable) {
    for (column, parameter) in plan.header.prefix(while: { $0 != "n" }).enumerated() {
      var known: [String: Int] = [:]
      for row in plan.rows where known[row[column]] == nil { known[row[column]] = known.count }
      places[parameter] = known
    }
  }

  /// The number of a line's style, for `LineStyle`; that of no other value where the plan has this one.
  func place(of value: String, in parameter: String) -> Int {
    let known = places[parameter] ?? [:]
    return known[value] ?? known.count
  }
}
