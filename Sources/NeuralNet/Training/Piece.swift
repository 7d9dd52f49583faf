/// A part of a training step that can be timed by itself.
package struct Piece: Sendable, Hashable {
  /// The layer with its shapes, and what of it is done.
  package let name: String
  /// Useful floating-point operations for the whole batch; 0 for what only moves numbers.
  package let operations: Int
}
