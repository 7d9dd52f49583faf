package import Catalogue

/// One simulation of a sweep: every parameter resolved, nothing left to default.
package struct Cell: Sendable, Hashable {
  /// Flat manifest keys (`root.size`, not a nested map) in canonical form. A component is its name, or a map of its
  /// name to all its parameters. A parameter that the cell's components make meaningless is absent.
  package let parameters: [String: Value]
  /// SHA-256, 64 hex digits, of canonical JSON of the parameters, the data digest and `numericsVersion`.
  package let key: String
}
