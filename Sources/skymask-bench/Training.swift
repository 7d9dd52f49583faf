internal import ArgumentParser
internal import NeuralNet

/// Every kernel of a training step in its place, then whole steps, and an evaluation.
struct Training: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Each kernel of a training step of cnn, resnet20, mlp and lr, whole steps, and an evaluation.")

  @Option(help: "How many steps each kernel is timed in.")
  var steps = 60

  @Argument(help: "The models to measure: cnn, resnet20, mlp, lr; all of them by default.")
  var models: [String] = []

  func run() throws {
    let subjects = try Subject.named(models)
    print(
      """
      One thread, float32, CPU time, medians, \(InstructionSet.inUse.rawValue). The peak is that of this core's fused
      multiply-adds with these instructions, measured in turns with the rest. GFLOP/s count 2 for each multiply-add of a
      convolution or a linear layer that somebody needs: no padding, no result that a pool leaves out; where Winograd's
      algorithm does with fewer, those of direct convolution, so that a share may pass 100 %. A step is forward, loss,
      backward, clamp and SGD.
      """)
    for subject in subjects {
      try subject.check()
      try kernels(subject)
    }
    print("")
    for subject in subjects { try step(subject) }
    for subject in subjects where subject.name == "cnn" || subject.name == "resnet20" { try evaluation(subject) }
  }

  private func kernels(_ subject: Subject) throws {
    let network = try subject.network()
    let batch = try subject.fill(network, subject.batch, distinct: subject.batch)
    var pieces: [Piece] = []
    network.trace(batch) { piece, run in
      pieces.append(piece)
      run()
    }
    var peaks: [Double] = []
    var times = [[Double]](repeating: [], count: pieces.count)
    for _ in 0..<max(steps, 1) {
      peaks.append(Measure.burst())
      var at = 0
      network.trace(batch) { _, run in
        times[at].append(Measure.seconds(run))
        at += 1
      }
    }
    let medians = times.map(Measure.median)
    let peak = Measure.median(peaks)
    print("\n\(subject.name), batch \(subject.batch), peak \(Measure.fixed(peak, 1)) GFLOP/s")
    print("      ms  GFLOP/s  % of peak")
    for (piece, seconds) in zip(pieces, medians) {
      print(Training.line(piece.name, seconds, operations: piece.operations, peak: peak))
    }
    let total = medians.reduce(0, +)
    print(Training.line("all of it", total, operations: pieces.reduce(0) { $0 + $1.operations }, peak: peak))
  }

  private static func line(_ name: String, _ seconds: Double, operations: Int, peak: Double) -> String {
    let rate = Double(operations) / seconds / 1e9
    let speed = operations > 0 ? Measure.fixed(rate, 1) : "-"
    let share = operations > 0 ? Measure.fixed(100 * rate / peak, 1) : "-"
    return Measure.right(Measure.fixed(seconds * 1e3, 3), 8) + Measure.right(speed, 9) + Measure.right(share, 11)
      + "  " + name
  }

  private func step(_ subject: Subject) throws {
    let network = try subject.network()
    let batch = try subject.fill(network, subject.batch, distinct: subject.batch)
    let optimizer = SGD(learningRate: 1e-3, clip: 0.01)
    let (seconds, peak) = Measure.besidePeak { _ = network.trainStep(batch, optimizer) }
    let operations = network.operations(batch)
    print(
      Training.line(
        "\(subject.name), a training step of \(subject.batch)", seconds, operations: operations.step, peak: peak))
  }

  private func evaluation(_ subject: Subject) throws {
    let network = try subject.network()
    try subject.checkEvaluation(network, size: 250)
    let batch = try subject.fill(network, 250, distinct: 250)
    let (seconds, peak) = Measure.besidePeak { _ = network.evaluate(batch) }
    print(
      Training.line(
        "\(subject.name), evaluation of 10,000 images", 40 * seconds,
        operations: 40 * network.operations(batch).evaluation, peak: peak))
  }
}
