package import Catalogue

/// Linear layers with ReLU between them.
///
/// Two hidden layers of 200, the default, are the 2NN of McMahan et al., AISTATS 2017: 199,210 parameters on 784 inputs
/// and 10 classes.
package struct MLP: Model {
  package static let name = "mlp"
  package static let summary = "linear layers with ReLU between them"
  package static let source =
    "McMahan et al., Communication-efficient learning of deep networks from decentralized data, AISTATS 2017 (2NN)"
  package static let parameters = [
    Parameter("hidden", .list(.integer(1...1_000_000)), "outputs of each hidden layer")
  ]
  package static let shorthand: String? = "hidden"

  package var hidden = [200, 200]

  package init() {}

  package func layers(input: [Int], classes: Int) throws -> [any Layer] {
    [Flatten()] + hidden.flatMap { [Linear(out: $0), ReLU()] as [any Layer] } + [Linear(out: classes)]
  }
}
