/// A part of a training step that can be timed by itself.
package struct Piece: Sendable, Hashable {
  /// The layer with its shapes, and what of it is done.
  package let name: String
  /// Useful floating-point operations for the whole batch, padding not counted; 0 for what only moves numbers.
  package let operations: Int
}

extension Product {
  /// The passes taken apart into oneDNN's operations, in the order in which `forward` and `backward` run them.
  fileprivate func trace(forward: Bool, _ around: (Piece, () throws -> Void) throws -> Void) throws {
    if !forward, output.needsFinish {
      try around(Piece(name: "\(name), gradients summed and masked", operations: 0)) { output.finishGradient() }
    }
    for primitive in forward ? primitives[..<forwardCount] : primitives[forwardCount...] {
      try around(Piece(name: primitive.name, operations: primitive.operations)) { try primitive.execute() }
    }
  }
}

extension Graph {
  /// A forward pass, the loss and a backward pass, piece by piece; `around` is to run each piece once.
  func trace(
    _ mode: BatchNormMode, loss: @escaping () -> Void, _ around: (Piece, () throws -> Void) throws -> Void
  ) throws {
    for plan in plans {
      if let product = plan as? Product {
        try product.trace(forward: true, around)
      } else {
        try around(Piece(name: plan.name, operations: plan.operations.forward)) { try plan.forward(mode) }
      }
    }
    try around(Piece(name: "loss", operations: 0), loss)
    for plan in plans.reversed() {
      if let product = plan as? Product {
        try product.trace(forward: false, around)
      } else {
        let piece = Piece(name: "\(plan.name), backward", operations: plan.operations.backward)
        try around(piece) { try plan.backward(mode) }
      }
    }
  }
}
