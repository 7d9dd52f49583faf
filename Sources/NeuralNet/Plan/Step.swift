/// One call of a plan: what runs, what it touches and what it is worth.
package struct Step {
  let name: String
  /// Useful floating-point operations for each sample; 0 for what only moves numbers.
  let operations: Int
  /// What it reads or writes: the planner keeps that apart from what else is alive then.
  let buffers: [Buffer]
  let run: (Pass) -> Void

  init(_ name: String, operations: Int = 0, _ buffers: [Buffer], run: @escaping (Pass) -> Void) {
    (self.name, self.operations, self.buffers, self.run) = (name, operations, buffers, run)
  }
}
