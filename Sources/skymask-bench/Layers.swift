internal import ArgumentParser
internal import NeuralNet

/// Each piece of a training step by itself, in its place in the step.
struct Layers: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Each layer of a training step of cnn and resnet20: time, useful GFLOP/s and their share of the peak.")

  @Option(help: "How many steps each piece is timed in.")
  var steps = 40

  @Argument(help: "The models to measure; cnn and resnet20 by default.")
  var models: [String] = []

  func run() throws {
    let subjects = try Subject.named(models.isEmpty ? ["cnn", "resnet20"] : models)
    print(
      """
      One thread, float32, CPU time; medians of \(steps) steps; a piece is timed in its place in the step, with the
      caches as the pieces before it leave them. Useful operations: 2 for each multiply-add, padding not counted; pools
      one for each number of a window; batch norm 6 a number, 7 with a sum, backward 12. Changes of layout and masks
      count none.
      """)
    try KernelChecks.all()
    for subject in subjects {
      try subject.check()
      try report(subject)
    }
  }

  private func report(_ subject: Subject) throws {
    let network = try subject.network()
    let batch = try subject.fill(network, subject.batch, distinct: subject.batch)
    var pieces: [Piece] = []
    try network.trace(batch) { piece, run in
      pieces.append(piece)
      try run()
    }
    var peaks: [Double] = []
    var times = [[Double]](repeating: [], count: pieces.count)
    for _ in 0..<max(steps, 1) {
      peaks.append(Measure.burst())
      var at = 0
      try network.trace(batch) { _, run in
        times[at].append(try Measure.seconds(run))
        at += 1
      }
    }
    let medians = times.map(Measure.median)
    let peak = Measure.median(peaks)
    print("\n\(subject.name), batch \(subject.batch), peak \(Measure.fixed(peak, 1)) GFLOP/s")
    print("      ms  GFLOP/s  % of peak")
    for (piece, seconds) in zip(pieces, medians) {
      print(Layers.line(piece.name, seconds, operations: piece.operations, peak: peak))
    }
    let total = medians.reduce(0, +)
    print(Layers.line("all of it", total, operations: pieces.reduce(0) { $0 + $1.operations }, peak: peak))
  }

  private static func line(_ name: String, _ seconds: Double, operations: Int, peak: Double) -> String {
    let rate = Double(operations) / seconds / 1e9
    let speed = operations > 0 ? Measure.fixed(rate, 1) : "-"
    let share = operations > 0 ? Measure.fixed(100 * rate / peak, 1) : "-"
    return Measure.right(Measure.fixed(seconds * 1e3, 3), 8) + Measure.right(speed, 9) + Measure.right(share, 11)
      + "  " + name
  }
}
