import Crypto
import Foundation
import NeuralNet
import Testing

@testable import Experiments
@testable import Federated

/// What must not change without `numericsVersion` being raised.
///
/// If a test here fails: undo the change of numbers, or raise `numericsVersion` in `NumericsVersion.swift`, so that old
/// results are not taken for new ones, and put the values that the message shows in place of those below.
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
    #expect(key == "9e6f1a9f39cb755009af310d9ed7f0a3854b86b20c1daf7c380b86a4cc87f13f", Self.advice)
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

  /// The SHA-256 of the cell's `rounds.csv` by the type of CPU and the instruction set that oneDNN uses there: its sums
  /// are ordered by that set's width and blocked by the caches.
  private static let digests = [
    "AuthenticAMD family 25 model 17, avx512_core_bf16":
      "cc30a28a427bb5e1ab46f1f12de9640dc2da8303a04e910665b2ac3cfddea0dc"
  ]

  /// The accuracy of the last round wherever the bits are not known.
  private static let accuracy = 0.92

  @Test func theBitsOfACellStay() async throws {
    let place = try TestFolder()
    try place.write(Self.manifest, to: "golden.yaml")
    try #require(try await place.skymask("run", "golden.yaml").code == 0)
    let last = try #require(Rows(try place.read("results/golden/rounds.csv")).column("test_accuracy").last)
    #expect(abs(try #require(Double(last)) - Self.accuracy) <= 0.02, Self.advice)
    let provenance = Rows(try place.read("results/golden/provenance.csv"))
    let cell = try #require(try place.cells(of: "golden", with: "rounds.csv").first)
    let digest = Self.hex(SHA256.hash(data: try place.bytes("\(cell)/rounds.csv")))
    let processor = "\(Self.processor), \(try #require(provenance.column("isa").first))"
    // Elsewhere the accuracy above has to do; to pin the bits there too, add the digest of this line to the table.
    guard let known = Self.digests[processor] else {
      print("no digest for \(processor) yet; here it is \(digest)")
      return
    }
    #expect(digest == known, Self.advice)
  }

  /// The type of this machine's CPU as Linux tells it; empty where it does not.
  private static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    func value(_ key: String) -> String {
      let line = text.split(separator: "\n").first {
        $0.split(separator: ":")[0].trimmingCharacters(in: .whitespaces) == key
      }
      return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
    return "\(value("vendor_id")) family \(value("cpu family")) model \(value("model"))"
  }

  /// The SHA-256 of whole numbers as little-endian 64-bit words.
  private static func digest(_ numbers: [Int]) -> String {
    hex(SHA256.hash(data: numbers.flatMap { number in withUnsafeBytes(of: Int64(number).littleEndian, Array.init) }))
  }

  private static func hex(_ digest: SHA256Digest) -> String {
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
