import Testing

@testable import Federated
@testable import NeuralNet

@Suite struct InitialParametersTests {
  private let layout = ParameterLayout(tensors: [
    .init(name: "conv.weight", shape: [25, 4, 2, 2], kind: .weight, offset: 0, fanIn: 16),
    .init(name: "conv.bias", shape: [25], kind: .vector, offset: 400, fanIn: 16),
    .init(name: "norm.scale", shape: [3], kind: .batchNormScale, offset: 425, fanIn: 0),
    .init(name: "norm.shift", shape: [3], kind: .vector, offset: 428, fanIn: 0),
    .init(name: "norm.mean", shape: [3], kind: .runningMean, offset: 431, fanIn: 0),
    .init(name: "norm.variance", shape: [3], kind: .runningVariance, offset: 434, fanIn: 0),
  ])

  @Test func weightsAndBiasesFillTheirRange() {
    let drawn = InitialParameters.make(layout, seed: 1).prefix(425)
    // ±1/√16; the mean of 425 such numbers has a deviation of 0.25/√3/√425 = 0.007.
    #expect(drawn.allSatisfy { abs($0) <= 0.25 })
    #expect(drawn.contains { $0 > 0.24 } && drawn.contains { $0 < -0.24 })
    #expect(abs(drawn.reduce(0, +) / 425) < 0.028)
    #expect(Set(drawn).count > 420)
  }

  @Test func eachTensorHasNumbersOfItsOwn() {
    let drawn = InitialParameters.make(layout, seed: 1)
    #expect(Array(drawn[0..<25]) != Array(drawn[400..<425]))
    let wider = ParameterLayout(
      tensors: [.init(name: "weight", shape: [500], kind: .weight, offset: 0, fanIn: 4)]
        + [.init(name: "bias", shape: [25], kind: .vector, offset: 500, fanIn: 16)])
    // A longer tensor in front changes no other.
    #expect(Array(InitialParameters.make(wider, seed: 1)[500..<525]) == Array(drawn[400..<425]))
  }

  @Test func batchNormStartsAsTheIdentity() {
    #expect(Array(InitialParameters.make(layout, seed: 1).suffix(12)) == [1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1])
  }

  @Test func dependOnTheSeedAlone() {
    let first = InitialParameters.make(layout, seed: 1)
    #expect(InitialParameters.make(layout, seed: 1) == first)
    #expect(InitialParameters.make(layout, seed: 2) != first)
  }
}
