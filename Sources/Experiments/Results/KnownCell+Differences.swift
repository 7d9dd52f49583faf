internal import Catalogue
internal import Federated

/// A parameter that differs between two cells, its values as text.
package struct CellDifference: Sendable, Hashable {
  /// A key of a manifest, `aggregator.threshold` too; or `data` or `numericsVersion`.
  package let parameter: String
  package let before: String
  package let now: String
}

extension KnownCell {
  /// What two cells can differ in: the parameters, the data's digest, the version of the numerics.
  static let columns = CellParameters.all.map(\.name) + [data, numerics]

  private static let data = "data"
  private static let numerics = "numericsVersion"

  /// The value of a column, nil where there is none. What a parameter only takes from another is no value of its own.
  func value(of column: String) -> Value? {
    switch column {
    case KnownCell.data: return dataDigest.map(Value.string)
    case KnownCell.numerics: return .integer(numericsVersion)
    default:
      let value = parameters[column]
      if let derived = CellParameters.derived(column, from: { parameters[$0] }), derived == value { return nil }
      return value
    }
  }

  /// How `self` differs from a cell that was there before, in the order of `columns`; nothing for equal cells.
  package func differences(from before: KnownCell, labels: Labels) throws -> [CellDifference] {
    var differences: [CellDifference] = []
    for column in KnownCell.columns where value(of: column) != before.value(of: column) {
      guard let (old, new) = components(column, before: before), old.name == new.name else {
        differences.append(
          CellDifference(
            parameter: column, before: try before.text(of: column, labels), now: try text(of: column, labels)))
        continue
      }
      for name in Set(old.parameters.keys).union(new.parameters.keys).sorted()
      where old.parameters[name] != new.parameters[name] {
        differences.append(
          CellDifference(
            parameter: column + "." + name, before: try labels.text(old.parameters[name]),
            now: try labels.text(new.parameters[name])))
      }
    }
    return differences
  }

  /// The two values of a column that holds components; nil for any other.
  func components(_ column: String, before: KnownCell) -> (before: Chosen, now: Chosen)? {
    guard CellParameters.families.contains(where: { $0.name == column }),
      let old = before.parameters[column].flatMap({ Chosen($0) }), let new = parameters[column].flatMap({ Chosen($0) })
    else { return nil }
    return (old, new)
  }

  func text(of column: String, _ labels: Labels) throws -> String {
    switch column {
    case KnownCell.data: dataDigest.map { String($0.prefix(12)) } ?? "none"
    case KnownCell.numerics: String(numericsVersion)
    default: try labels.text(parameters[column], of: column)
    }
  }
}
