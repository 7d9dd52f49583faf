import CAllocations
import Catalogue
import Foundation
import NeuralNet
import TestSupport
import Testing

/// What every layer promises.
@Suite(.serialized) struct LayerContractTests {
  /// Each member as its defaults make it, between a convolution and the last linear layer.
  static let examples = [3, 17].flatMap { batch in
    LayerKinds.all.map { type in
      LayerExample(
        "\(type.name), \(batch) samples", input: [3, 6, 6], [Conv(out: 4, kernel: 3, padding: 1), type.init()],
        batch: batch)
    }
  }

  @Test(arguments: examples) func lossAndGradientAreTheTwins(example: LayerExample) throws {
    for loss in Loss.allCases { try example.checkLossAndGradient(loss) }
  }

  @Test(arguments: examples) func evaluationIsTheTwins(example: LayerExample) throws { try example.checkEvaluation() }

  @Test(arguments: examples) func everyInstructionSetAndRunGivesTheSameBits(example: LayerExample) throws {
    try example.checkInstructionSets()
  }

  @Test(arguments: examples) func aStepAllocatesNothing(example: LayerExample) throws {
    try #require(allocations_can_be_counted() == 1)
    let made = try example.make(.crossEntropy)
    let optimizer = SGD(learningRate: 0.1, clip: 0.01)
    _ = made.network.trainStep(made.batch, optimizer)
    _ = made.network.evaluate(made.batch)
    allocations_start()
    for _ in 0..<4 {
      _ = made.network.trainStep(made.batch, optimizer)
      _ = made.network.evaluate(made.batch)
    }
    let count = allocations_stop()
    #if DEBUG
      // Unoptimised Swift boxes what the release build keeps in registers: as much with more layers.
      #expect(count <= 64)
    #else
      #expect(count == 0)
    #endif
  }

  private func outline(_ layer: any Layer, _ input: [Int]) throws -> LayerOutline {
    try layer.outline(input, branches: layer.branches.map { _ in input }, classes: 4, name: "layer")
  }

  @Test func theSameShapeGivesTheSameOutline() throws {
    for type in LayerKinds.all {
      let first = try outline(type.init(), [4, 7, 6]), second = try outline(type.init(), [4, 7, 6])
      #expect(first.output == second.output, "\(type.name)")
      #expect(first.tensors.map(\.name) == second.tensors.map(\.name), "\(type.name)")
      #expect(first.tensors.map(\.shape) == second.tensors.map(\.shape), "\(type.name)")
      #expect(first.operations == second.operations, "\(type.name)")
      #expect(first.givesLogits == second.givesLogits, "\(type.name)")
      #expect(!first.output.isEmpty && first.output.allSatisfy { $0 > 0 }, "\(type.name)")
      #expect(first.operations >= 0, "\(type.name)")
      #expect(type.hasTensors == !first.tensors.isEmpty, "\(type.name)")
    }
  }

  /// The layer before may leave out what is not read, so the rest must give the same output.
  @Test func thePartThatIsReadIsWithinTheInputAndEnough() throws {
    for type in LayerKinds.all {
      for input in [[4, 6, 6], [4, 7, 5], [1, 9, 8]] {
        let layer = type.init()
        let part = layer.part(of: input)
        #expect(part.count == input.count && part[0] == input[0], "\(type.name)")
        #expect(zip(part, input).allSatisfy { $0 > 0 && $0 <= $1 }, "\(type.name)")
        if part != input { #expect(try outline(layer, part).output == outline(layer, input).output, "\(type.name)") }
      }
    }
  }

  @Test func parametersComeBackFromTheManifest() throws {
    for type in LayerKinds.all {
      let again = try type.make(try type.init().parameterValues())
      #expect(try again.parameterValues() == type.defaults(), "\(type.name)")
      #expect(!type.summary.isEmpty && !type.label.isEmpty)
    }
  }

  private func names(in folder: String) throws -> [String] {
    let root = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
    return try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(".swift".count)) }.sorted()
  }

  /// A file of the folder is a member or one of the family's own; each member has its tests.
  @Test func familyListsEveryFileOfTheFolder() throws {
    let own = ["Layer", "LayerKinds", "ListedLayer", "Pool"]
    let members = LayerKinds.all.map { "\($0)" }
    // A member split by topic is still one.
    let types = Set(try names(in: "Sources/NeuralNet/Layers").map { $0.prefix { $0 != "+" } })
    #expect(types.sorted() == (own + members).sorted().map { $0[...] })
    #expect(
      try names(in: "Tests/NeuralNetTests/Layers") == (["LayerContractTests"] + members.map { $0 + "Tests" }).sorted())
  }
}
