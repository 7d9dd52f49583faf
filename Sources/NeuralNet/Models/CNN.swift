internal import Catalogue

/// Two convolutions and two linear layers: the published SkyMask code's network for Fashion-MNIST.
///
/// 139,960 parameters on 1×28×28 and 10 classes.
package struct CNN: Model {
  package static let name = "cnn"
  package static let summary =
    "conv 30 3×3, ReLU, max pool 2, conv 50 3×3, ReLU, max pool 2, linear 100, ReLU, linear C"
  package static let source = "the published SkyMask code, commit 01d5d08"

  package init() {}

  package func layers(input: [Int], classes: Int) throws -> [any Layer] {
    [
      Conv(out: 30, kernel: 3), ReLU(), MaxPool(size: 2, stride: 2),
      Conv(out: 50, kernel: 3), ReLU(), MaxPool(size: 2, stride: 2),
      Flatten(), Linear(out: 100), ReLU(), Linear(out: classes),
    ]
  }
}
