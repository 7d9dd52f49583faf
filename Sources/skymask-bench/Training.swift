internal import ArgumentParser
internal import NeuralNet

/// Training steps and evaluation: time, useful GFLOP/s and their share of the peak.
struct Training: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Training steps of cnn, resnet20 and lr, and an evaluation of 10,000 images, on one thread.")

  @Argument(help: "The models to measure: cnn, resnet20, lr; all of them by default.")
  var models: [String] = []

  func run() throws {
    let subjects = try Subject.named(models)
    print(
      """
      One thread, float32, CPU time; medians. A step is forward, loss, backward, clamp and SGD; GFLOP/s count the useful
      multiply-adds of convolutions and linear layers (2 each; backward twice the forward, less the first layer's
      gradient by data), not padding.
      """)
    try KernelChecks.all()
    for subject in subjects {
      try subject.check()
      let (seconds, peak) = try stepSeconds(subject)
      let operations = try Operations.step(subject.model, input: subject.input, classes: subject.classes)
      let rate = Double(operations) * Double(subject.batch) / seconds / 1e9
      print(
        "\(subject.name) step, batch \(subject.batch): \(Measure.fixed(seconds * 1e3, 3)) ms, "
          + "\(Measure.fixed(rate, 1)) GFLOP/s, \(Measure.fixed(100 * rate / peak, 1)) % of the peak of "
          + "\(Measure.fixed(peak, 1)) GFLOP/s   (aim \(subject.aim))")
    }
    for subject in subjects where subject.name == "cnn" {
      print(
        "\(subject.name) evaluation of 10,000 images: \(Measure.fixed(try evaluationSeconds(subject), 3)) s   (aim 0.5 s)"
      )
    }
  }

  private func stepSeconds(_ subject: Subject) throws -> (seconds: Double, peak: Double) {
    let network = try subject.network()
    let batch = try subject.fill(network, subject.batch, distinct: subject.batch)
    let optimizer = SGD(learningRate: 1e-3, clip: 0.01)
    return try Measure.besidePeak { _ = try network.trainStep(batch, optimizer) }
  }

  private func evaluationSeconds(_ subject: Subject) throws -> Double {
    let network = try subject.network()
    try subject.checkEvaluation(network, size: 250)
    let batch = try subject.fill(network, 250, distinct: 250)
    return try 40 * Measure.besidePeak { _ = try network.evaluate(batch) }.seconds
  }
}
