import Catalogue
import NeuralNet
import Testing

/// The models that a manifest puts together: `layers` and `mlp`.
struct ListedModelTests {
  private func model(_ name: String, _ parameters: [String: Value]) throws -> any Model {
    try #require(try Models.family.make(Chosen(name, parameters)) as? any Model)
  }

  /// Layers as a manifest writes them out.
  private static func written(_ layers: [any Layer]) throws -> [String] {
    try layers.map { try Chosen(type(of: $0).name, $0.parameterValues()).value.canonicalJSON }
  }

  private static let small: Value = .list([
    .map(["conv": .map(["out": .integer(4), "padding": .integer(1)])]), .string("batch-norm"), .string("relu"),
    .map(["max-pool": .map(["size": .integer(2)])]),
    .map(["residual": .map(["main": .list([.map(["conv": .map(["out": .integer(4), "kernel": .integer(1)])])])])]),
    .map(["avg-pool": .map(["size": .integer(3), "stride": .integer(1)])]), .string("flatten"),
    .map(["linear": .map(["out": .integer(7)])]), .string("linear"),
  ])

  @Test func aListGivesItsLayersInOrder() throws {
    let layers = try model("layers", ["layers": Self.small]).layers(input: [1, 8, 8], classes: 5)
    #expect(
      try Self.written(layers)
        == Self.written([
          Conv(out: 4, kernel: 3, stride: 1, padding: 1, bias: true), BatchNorm(), ReLU(),
          MaxPool(),
          Residual(main: [Conv(out: 4, kernel: 1, stride: 1, padding: 0, bias: true)], shortcut: []),
          AveragePool(size: 3, stride: 1), Flatten(), Linear(out: 7), Linear(),
        ]))
  }

  /// The key of a cell must not depend on whether a default was written down.
  @Test func listsThatMeanTheSameHaveTheSameParameters() throws {
    let short = try model("layers", ["layers": .list([.map(["conv": .map(["out": .integer(4)])]), .string("linear")])])
    let long = try model(
      "layers",
      [
        "layers": .list([
          .map([
            "conv": .map([
              "out": .integer(4), "kernel": .integer(3), "stride": .integer(1), "padding": .integer(0),
              "bias": .bool(true),
            ])
          ]), .map(["linear": .map(["out": .null])]),
        ])
      ])
    #expect(try short.parameterValues() == long.parameterValues())
    let other = try model("layers", ["layers": .list([.map(["conv": .map(["out": .integer(5)])]), .string("linear")])])
    #expect(try short.parameterValues() != other.parameterValues())
  }

  @Test func aListCanSpellOutTheCNN() throws {
    let spelled = try model(
      "layers",
      [
        "layers": .list([
          .map(["conv": .map(["out": .integer(30)])]), .string("relu"), .string("max-pool"),
          .map(["conv": .map(["out": .integer(50)])]), .string("relu"), .string("max-pool"), .string("flatten"),
          .map(["linear": .map(["out": .integer(100)])]), .string("relu"), .string("linear"),
        ])
      ])
    let size = try ModelSize(spelled, input: [1, 28, 28], classes: 10)
    #expect(try size == ModelSize(CNN(), input: [1, 28, 28], classes: 10))
    let layout = try Network(spelled, input: [1, 28, 28], classes: 10, loss: .crossEntropy).layout
    #expect(try layout == Network(CNN(), input: [1, 28, 28], classes: 10, loss: .crossEntropy).layout)
  }

  @Test func theFirstLayerThatDoesNotFitIsNamed() throws {
    let model = try model("layers", ["layers": Self.small])
    #expect(model.objection(input: [1, 8, 8], classes: 5) == nil)
    // 3×3 after the pool of 2 leaves nothing to average 3×3 over when the side was 4.
    let objection = model.objection(input: [1, 4, 4], classes: 5)
    #expect(objection?.layer == 5)
    #expect(
      objection?.text == "pool cannot take an input of 4×2×2: it needs channels × height × width of at least 3")
    #expect(model.objection(input: [561], classes: 5)?.layer == 0)
  }

  @Test func theModelMustEndInALinearLayerOfTheClasses() throws {
    let open = try model("layers", ["layers": .list([.map(["linear": .map(["out": .integer(7)])])])])
    let objection = open.objection(input: [9], classes: 5)
    #expect(objection?.layer == nil)
    #expect(objection?.text == "the model's end cannot take an input of 7: it needs a linear layer of 5 as the last")
    #expect(open.objection(input: [9], classes: 7) == nil)
  }

  @Test func mlpIsMcMahans2NNByDefault() throws {
    let network = try Network(MLP(), input: [1, 28, 28], classes: 10, loss: .crossEntropy)
    #expect(network.layout.count == 199_210)
    let layers = try model("mlp", ["hidden": .list([.integer(3)])]).layers(input: [4], classes: 2)
    #expect(try Self.written(layers) == Self.written([Flatten(), Linear(out: 3), ReLU(), Linear(out: 2)]))
  }
}
