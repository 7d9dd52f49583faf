import Crypto
import Foundation
import NeuralNet
import Testing

@testable import Experiments
@testable import Federated

/// What must not change without `numericsVersion` being raised.
///
/// If a test here fails: undo the change of numbers, or raise `numericsVersion` in `NumericsVersion.swift`, so that old
/// results are not taken for new ones, and put the values that the message shows in place of those below. To see them:
/// `swift test -c release --filter NumericsTests`.
struct NumericsTests {
  private static let advice: Comment =
    "numbers changed: raise numericsVersion (now \(numericsVersion)) and put the new value into this test"

  private static let manifest = """
    name: golden
    defaults:
      dataset: {synthetic-images: {height: 8, width: 8, train: 600, test: 200, noise: 0.3}}
      model: lr
      clients: 5
      byzantine: 1
      rounds: 40
      evaluate_every: 10
      local_epochs: 2
      local_lr: 0.6
      gradient_clip: 0.05
      root.size: 50

    """

  @Test func theKeyOfACellStays() async throws {
    let place = try TestFolder()
    try place.write(Self.manifest, to: "golden.yaml")
    let plan = try await place.skymask("plan", "golden.yaml", "--json")
    let key = try #require(plan.out.firstMatch(of: /"key":"([0-9a-f]*)"/)).output.1
    #expect(key == "9688893003ed7c9cbb9fd897e9b76ec63be130bbe493ada2dba10ad6202cc8d8", Self.advice)
  }

  @Test func whatIsDrawnStays() throws {
    var shuffled = Array(0..<1000)
    var random = RandomSource(seed: 7, stream: .shuffle, round: 3, client: 2)
    random.shuffle(&shuffled)
    #expect(
      Self.digest(shuffled)
        == "b53f37c835cb43a4966f1a8264f005cd74e36349fb3761535d76ce300c205998", Self.advice)

    let labels = (0..<1000).map { UInt8($0 % 10) }
    let lists = try LabelBias().lists(
      of: Deal(labels: labels, pool: Array(0..<1000), classes: 10, clients: 20, bias: 0.5, seed: 7))
    #expect(
      Self.digest(lists.flatMap { [$0.count] + $0 })
        == "8e25afb375f6ac23293779a4dd65e1e0c91c78aaec3cdc0efcd37b1ac2ffb4bc", Self.advice)

    let network = try Network(LR(), input: [1, 8, 8], classes: 10, loss: .crossEntropy, batch: 4)
    let parameters = InitialParameters.make(network.layout, seed: 7)
    #expect(
      Self.digest(parameters.map { Int($0.bitPattern) })
        == "27ac2107bed0e7971a832d259b09232ee88ea11f619bc94b3ef835236c79f00d", Self.advice)
  }

  /// The SHA-256 of the `rounds.csv` of one cell for each model, on every CPU and every path.
  private static let digests = [
    "cnn": "f3c32112ba6ffe21caf7e67689d61be03bd377db75ce527089f74902b3fd90d7",
    "layers": "563e1b3775456757fa9bbaf807a05f831cf537634ca07b69fd17668a24473e69",
    "lr": "a4db1a692a2ee3b5c54f693b135287174e0a68744e2c56c854005e593b62f875",
    "mlp": "352e83ad2f22f84790ebd6c7c98b889cbe7260ab3864c840483583935b1b3ce9",
    "resnet20": "96fb513ec33e27c558f5caaee2f557b198b43a391f48f77ac211191fc353eff4",
  ]

  @Test(arguments: InstructionSet.available)
  func theBitsOfEveryModelStay(path: InstructionSet) async throws {
    let place = try TestFolder()
    try place.write(Manifests.golden, to: "golden.yaml")
    let ended = try await place.skymask(
      "run", "golden.yaml", "--jobs", "2", environment: ["SKYMASK_ISA": path.rawValue])
    try #require(ended.code == 0, "\(ended.err)")
    var digests: [String: String] = [:]
    for cell in try place.cells(of: "golden", with: "rounds.csv") {
      let text = try place.read("\(cell)/cell.json")
      let model = try #require(text.firstMatch(of: /"model":(?:"|\{")([a-z0-9]*)/))
      digests[String(model.output.1)] = Self.hex(SHA256.hash(data: try place.bytes("\(cell)/rounds.csv")))
    }
    let lines = digests.sorted { $0.key < $1.key }.map { "    \"\($0.key)\": \"\($0.value)\"," }
    #expect(
      digests == Self.digests,
      "\(path): numbers changed: raise numericsVersion (now \(numericsVersion)) and put these into this test:\n\(lines.joined(separator: "\n"))"
    )
  }

  /// The SHA-256 of whole numbers as little-endian 64-bit words.
  private static func digest(_ numbers: [Int]) -> String {
    hex(SHA256.hash(data: numbers.flatMap { number in withUnsafeBytes(of: Int64(number).littleEndian, Array.init) }))
  }

  private static func hex(_ digest: SHA256Digest) -> String {
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
