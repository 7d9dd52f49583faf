package import Catalogue

/// A layer: what it does to one sample of shape [C, H, W] or [features], and everything that follows from it.
///
/// A member is one file with its parameters, its shape rule, its passes and its plain twin; one line in `LayerKinds`;
/// and one test file. The contract tests run over every member.
///
/// Contract: the same outline for the same shape; the compiled passes agree with the plain twin; neither pass allocates;
/// the passes touch no memory but the buffers that their steps name and the parameters.
package protocol Layer: Component {
  /// What its tensors and errors are called, such as `convolution`.
  static var label: String { get }
  /// Whether it has tensors; its label is then numbered, as in `convolution2`.
  static var hasTensors: Bool { get }
  /// The layers of each of its branches, which all start from its input.
  var branches: [[any Layer]] { get }
  /// The shape rule: what it gives for an input, and its tensors.
  ///
  /// - Parameters:
  ///   - branches: the output of each branch for that input.
  ///   - name: for errors.
  /// - Throws: `NetworkError.shape` when it cannot take such an input.
  func outline(_ input: [Int], branches: [[Int]], classes: Int, name: String) throws -> LayerOutline
  /// The leading part of an input that it reads; the layer before need not compute the rest.
  func part(of input: [Int]) -> [Int]
  /// Whether each number of the output depends on the number of the input in the same place alone.
  var isElementwise: Bool { get }
  /// Adds the steps of its passes to a plan.
  ///
  /// - Parameters:
  ///   - wanted: the leading part of the output that is read.
  ///   - next: the layers behind it; its result says how many of these it does along with its own work.
  func compile(
    _ placed: PlacedLayer, _ input: Activation, wanted: [Int], next: ArraySlice<PlacedLayer>, in plan: Plan
  ) -> (output: Activation, taken: Int)
  /// The plain twin: its definition, loop by loop, in double, and the way back.
  func plain(_ placed: PlacedLayer, _ x: PlainTensor, _ pass: PlainPass) -> (PlainTensor, PlainTensor.Pullback)
}

extension Layer {
  package static var hasTensors: Bool { false }
  package var branches: [[any Layer]] { [] }
  package var isElementwise: Bool { false }
  package func part(of input: [Int]) -> [Int] { input }
}

/// What a layer makes of an input of one shape.
package struct LayerOutline {
  package var output: [Int]
  package var tensors: [Draft] = []
  /// Multiplications and additions of one sample's forward pass; what only compares or moves numbers counts one for
  /// each. Without those of the branches.
  package var operations: Int
  /// Whether its output can be a model's logits.
  package var givesLogits = false

  /// A tensor before it has a place.
  package struct Draft {
    package var name: String
    package var shape: [Int]
    package var kind: ParameterLayout.Kind
    package var fanIn = 0
  }
}
