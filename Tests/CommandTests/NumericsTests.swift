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
    let lists = try LabelBias().deal(
      pool: Array(0..<1000), labels: labels, classes: 10, clients: 20, bias: 0.5,
      random: RandomSource(seed: 7, stream: .partition))
    #expect(
      Self.digest(lists.flatMap { [$0.count] + $0 })
        == "09616f3d16e7765f16854aedac044c9e934a1c91aa1ce55049cf2120d40dd2ee", Self.advice)

    let network = try Network(LR(), input: [1, 8, 8], classes: 10, loss: .crossEntropy, batch: 4)
    let parameters = InitialParameters.make(network.layout, seed: 7)
    #expect(
      Self.digest(parameters.map { Int($0.bitPattern) })
        == "27ac2107bed0e7971a832d259b09232ee88ea11f619bc94b3ef835236c79f00d", Self.advice)
  }

  /// The SHA-256 of the `rounds.csv` of one cell for each model, on every CPU and every path.
  private static let digests = [
    "cnn": "ad637d18ce597ee99046df2becc5fc92c1757ecb22258343b387a362e0c641ee",
    "layers": "249ed8ee293e991061bed914579b8d35f32918a83c9bb56fcd710b68a5a1f862",
    "lr": "e9b69cbbe21aaa49f93f5f6b1c9b564b46b4b1d765e6e0ad9b5353018690b62e",
    "mlp": "1a8bd8326ff3954d2f901d397bddf21bdd15b8923e836a12f07c14927ffeb1cf",
    "resnet20": "d59fdca698b2be10708b46fb42d96d8d519c0dd0806392cbcabcf923df864b3b",
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
