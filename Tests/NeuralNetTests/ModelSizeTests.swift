import Testing

@testable import NeuralNet

@Suite struct ModelSizeTests {
  @Test func countsWhatTheModelsDocumentationSays() throws {
    #expect(try ModelSize(CNN(), input: [1, 28, 28], classes: 10).parameters == 139_960)
    #expect(try ModelSize(ResNet20(), input: [3, 32, 32], classes: 10).parameters == 272_474 + 1_568)
    #expect(try ModelSize(LR(), input: [561], classes: 6) == ModelSize(parameters: 3_372, forwardOperations: 6_732))
  }

  @Test func countsTheOperationsOfAConvolution() throws {
    // 30 × 26² outputs of 9 products, 50 × 11² of 270, 1250 to 100 to 10; ReLU and pools one for each output.
    let convolutions = 2 * 30 * 676 * 9 + 2 * 50 * 121 * 270
    let linear = 2 * 1250 * 100 + 2 * 100 * 10
    let others = 30 * 676 + 30 * 169 + 50 * 121 + 50 * 25 + 100
    #expect(
      try ModelSize(CNN(), input: [1, 28, 28], classes: 10).forwardOperations == convolutions + linear + others)
  }

  @Test func refusesSamplesOfTheWrongShape() {
    #expect(throws: NetworkError.self) { try ModelSize(CNN(), input: [561], classes: 6) }
  }
}
