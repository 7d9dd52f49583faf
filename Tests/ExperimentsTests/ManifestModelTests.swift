import Testing

@testable import Experiments

@Suite struct ManifestModelTests {
  @Test func aShapeErrorIsToldAtItsLayer() {
    #expect(
      complaint(
        """
        name: t
        defaults:
          model:
            layers:
              - {conv: 8}
              - max-pool: {size: 20}
              - conv: {out: 4, kernel: 5}
              - linear

        """) == """
          m.yaml:7:9: error: convolution2 cannot take an input of 8×1×1: it needs channels × height × width of at least 5
              7 |       - conv: {out: 4, kernel: 5}
                |         ^
                in the cell: dataset fashion-mnist, attack none, aggregator fedavg, clients 100, byzantine 20
          """)
  }

  @Test func aModelThatIsNotForTheDataIsRefusedBeforeAnythingRuns() {
    #expect(
      complaint("name: t\ndefaults: {dataset: synthetic-features, model: resnet20}\n").hasPrefix(
        "m.yaml:2:48: error: convolution1 cannot take an input of 60: "))
  }

  @Test func aMisspeltLayerIsFound() {
    #expect(
      complaint("name: t\ndefaults: {model: {layers: [rleu, linear]}}\n").hasPrefix(
        """
        m.yaml:2:29: error: unknown layer 'rleu'
            2 | defaults: {model: {layers: [rleu, linear]}}
              |                             ^~~~
              did you mean 'relu'?
        """))
    #expect(
      complaint("name: t\ndefaults: {model: {layers: [{conv: {uot: 3}}, linear]}}\n").contains(
        "error: 'conv' has no parameter 'uot'"))
  }

  @Test func hiddenLayersMayBeAListAlone() throws {
    let short = try manifest("name: t\ndefaults: {model: {mlp: [100, 50]}}\n").cells { _ in nil }
    let long = try manifest("name: t\ndefaults: {model: {mlp: {hidden: [100, 50]}}}\n").cells { _ in nil }
    #expect(short.map(\.key) == long.map(\.key))
    #expect(short.first?.parameters["model"]?.canonicalJSON == #"{"mlp":{"hidden":[100,50]}}"#)
  }
}
