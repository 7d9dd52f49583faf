internal import Federated

/// Makes inputs out of others; those that went a new way are made use of again.
struct Mutator {
  private static let largest = 1 << 16
  /// What stands in manifests and is dangerous when it stands elsewhere.
  private static let tokens: [[UInt8]] =
    [
      "name: ", "extends: ", "defaults: ", "grid: ", "zip: ", "exclude: ", "override: ", "add: ", "seeds: ", "run: ",
      "report: ", "description: ", "when: ", "set: ", "attack: ", "aggregator: ", "dataset: ", "model: ", "profile: ",
      "rounds: ", "clients: ", "byzantine: ", "bias: ", "quirks: ", "record: ", "root.size: ", "root: ", "local_lr: ",
      "evaluate_every: ", "min-max", "krum", "skymask", "none", "null", "~", "true", "yes", "0", "-1", "1e308",
      "1e-400",
      ".inf", ".nan", "0x10", "0o17", "9223372036854775807", "9223372036854775808", "1-5", "1-1000000", "\"\\u0000\"",
      "&a ", "*a", "<<: *a", "!!binary ", "!x ", "--- ", "...\n", "%YAML 1.1\n", "# ", "|\n", ">-\n", "? ", ": ", "- ",
      "[", "]", "{", "}", ", ", "\n", "\r\n", "\t", "  ", "\u{FEFF}", "\u{85}", "\u{2028}", "'", "\"", "@", "`", "é",
      "😀",
    ].map { Array($0.utf8) } + [[0], [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5]]

  private var pool: [[UInt8]]
  private var seen: Set<String> = []

  init(corpus: [[UInt8]]) { pool = corpus }

  /// Inputs that each went a way of their own.
  var ways: Int { seen.count }

  mutating func note(_ input: [UInt8], outcome: String) {
    if seen.insert(outcome).inserted, pool.count < 5000 { pool.append(input) }
  }

  /// Input number `number` of a seed; it depends on what was noted before, too.
  func input(_ number: Int, seed: UInt64) -> [UInt8] {
    var random = RandomSource(seed: seed, stream: .shuffle, round: number)
    var bytes = pool[random.integer(below: pool.count)]
    for _ in 0...random.integer(below: 5) { mutate(&bytes, &random) }
    return Array(bytes.prefix(Mutator.largest))
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout RandomSource) {
    let at = random.integer(below: bytes.count + 1)
    let rest = bytes.count - at
    // Mostly short, now and then long.
    let span = min(rest, random.integer(below: random.integer(below: 8) == 0 ? rest + 1 : min(rest, 16) + 1))
    switch random.integer(below: 10) {
    case 0 where rest > 0: bytes[at] ^= 1 << UInt8(random.integer(below: 8))
    case 1 where rest > 0: bytes[at] = UInt8(random.integer(below: 256))
    case 2: bytes.removeSubrange(at..<(at + span))
    case 3: bytes.insert(contentsOf: bytes[at..<(at + span)], at: random.integer(below: bytes.count + 1))
    case 4, 5: bytes.insert(contentsOf: Mutator.tokens[random.integer(below: Mutator.tokens.count)], at: at)
    case 6: bytes.replaceSubrange(at..<(at + span), with: Mutator.tokens[random.integer(below: Mutator.tokens.count)])
    case 7:
      let other = pool[random.integer(below: pool.count)]
      let from = random.integer(below: other.count + 1)
      bytes.insert(contentsOf: other[from..<min(other.count, from + 1 + random.integer(below: 200))], at: at)
    case 8:
      let piece = Array(bytes[at..<(at + min(span, 40))])
      let times = 1 << random.integer(below: 10)
      bytes.insert(contentsOf: repeatElement(piece, count: times).joined(), at: at)
    default: bytes.removeSubrange(at...)
    }
  }
}
