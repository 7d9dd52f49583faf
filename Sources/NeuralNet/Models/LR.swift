internal import Catalogue

/// Logistic regression: one linear layer.
///
/// 3,372 parameters on the 561 features and 6 classes of HAR.
package struct LR: Model {
  package static let name = "lr"
  package static let aliases = ["LR"]
  package static let summary = "one linear layer"

  package init() {}

  package func layers(input: [Int], classes: Int) throws -> [any Layer] { [Flatten(), Linear(out: classes)] }
}
