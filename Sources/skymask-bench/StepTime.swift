internal import ArgumentParser
internal import NeuralNet

/// The time of a training step as one number, for scripts.
struct StepTime: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "The median milliseconds of a training step on one thread, and nothing else.")

  @Option(help: "Samples of a step; the model's usual number by default.")
  var batch: Int?

  @Option(help: "About how long to measure.")
  var seconds = 2.0

  @Argument(help: "cnn, resnet20, mlp or lr.")
  var model: String

  func run() throws {
    guard let subject = try Subject.named([model]).first else { return }
    let network = try subject.network()
    let size = batch ?? subject.batch
    let batch = try subject.fill(network, size, distinct: size)
    let optimizer = SGD(learningRate: 1e-3, clip: 0.01)
    for _ in 0..<3 { _ = network.trainStep(batch, optimizer) }
    var times: [Double] = []
    repeat {
      times.append(Measure.seconds { _ = network.trainStep(batch, optimizer) })
    } while times.reduce(0, +) < seconds
    print(Measure.fixed(Measure.median(times) * 1e3, 4))
  }
}
