import Federated
import Foundation
import Testing

@testable import Experiments

/// The file of one checkpoint.
struct CheckpointTests {
  private static let key = Toy.cell(7).key

  private static var small: Checkpoint {
    var memory = RuleMemory()
    memory.matrices["updates"] = Matrix(
      rows: 2, columns: 3, values: [1, -2, 0.5, .leastNonzeroMagnitude, -.infinity, 1e30])
    memory.matrices["none"] = Matrix(rows: 0, columns: 5, values: [])
    memory.numbers["scores"] = [0.1, -0.0, .infinity]
    memory.numbers["rounds"] = [4]
    var outcome = Outcome()
    outcome.divergedAt = 3
    outcome.remarks = [Outcome.Remark(text: "nobody is kept: ü", firstRound: 1, rounds: 2, isFallback: true)]
    var checkpoint = Checkpoint(
      state: SimulationState(round: 4, parameters: [0.25, -1, 7], memory: memory, outcome: outcome),
      rounds: Array("round,test_accuracy\n0,0.5\n".utf8),
      sideFiles: [.selection: Array("round,client\n".utf8), .masks: Array("round,root\n".utf8)])
    checkpoint.effort.attempts = 3
    checkpoint.effort.setupSeconds = 0.125
    checkpoint.effort.trainingSeconds = 17.5
    checkpoint.effort.peakMemoryBytes = 1 << 40
    return checkpoint
  }

  private static func bytes(of checkpoint: Checkpoint) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try checkpoint.write(key: key) { bytes += $0 }
    return bytes
  }

  private static func read(_ bytes: [UInt8], key: String = key) throws -> Checkpoint {
    try Checkpoint(key: key, fileSize: bytes.count) { offset, count in
      Array(bytes.dropFirst(offset).prefix(count))
    }
  }

  private static func damage(of bytes: [UInt8], key: String = key) -> String? {
    do {
      _ = try read(bytes, key: key)
      return nil
    } catch {
      return (error as? CheckpointDamage)?.reason ?? "threw \(error)"
    }
  }

  @Test func isReadAsItWasWritten() throws {
    let bytes = try Self.bytes(of: Self.small)
    #expect(try Self.read(bytes) == Self.small)
    var bare = Checkpoint(state: SimulationState(round: 0, parameters: []), rounds: [])
    #expect(try Self.read(Self.bytes(of: bare)) == bare)
    bare.sideFiles[.selection] = []
    #expect(try Self.read(Self.bytes(of: bare)) == bare)
  }

  /// A model that blew up is part of a state too.
  @Test func keepsTheBitsOfWhatIsNoNumber() throws {
    var checkpoint = Self.small
    checkpoint.state.parameters = [.nan, -.nan, Float(bitPattern: 0x7fc0_1234), .signalingNaN, -0.0]
    let again = try Self.read(Self.bytes(of: checkpoint))
    #expect(again.state.parameters.map(\.bitPattern) == checkpoint.state.parameters.map(\.bitPattern))
  }

  /// Longer than the pieces that it is written and read in.
  @Test func isReadAsItWasWrittenWhereItIsLong() throws {
    var checkpoint = Self.small
    checkpoint.state.parameters = (0..<700_001).map { Float($0) * 0.37 }
    checkpoint.sideFiles[.masks] = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes = try Self.bytes(of: checkpoint)
    #expect(bytes.count > 5_800_000)
    #expect(try Self.read(bytes) == checkpoint)
  }

  @Test func equalStatesAreEqualBytes() throws {
    var other = Self.small
    // Dictionaries made in another order.
    other.state.memory = RuleMemory()
    for (name, matrix) in Self.small.state.memory.matrices.sorted(by: { $0.key < $1.key }) {
      other.state.memory.matrices[name] = matrix
    }
    for (name, numbers) in Self.small.state.memory.numbers.sorted(by: { $0.key < $1.key }) {
      other.state.memory.numbers[name] = numbers
    }
    #expect(try Self.bytes(of: other) == Self.bytes(of: Self.small))
  }

  @Test func isNotBelievedWhenItIsCutAnywhere() throws {
    let bytes = try Self.bytes(of: Self.small)
    for length in bytes.indices {
      let reason = Self.damage(of: Array(bytes.prefix(length)))
      let expected =
        length < CheckpointHeader.size ? "it has only \(length) bytes" : "it has \(length) bytes, not \(bytes.count)"
      #expect(reason == expected)
    }
    #expect(Self.damage(of: bytes + [0]) == "it has \(bytes.count + 1) bytes, not \(bytes.count)")
  }

  @Test func isNotBelievedWhenAnyByteIsFlipped() throws {
    let bytes = try Self.bytes(of: Self.small)
    var reasons: Set<String> = []
    for index in bytes.indices {
      for mask: UInt8 in [1, 0x80, 0xff] {
        var changed = bytes
        changed[index] ^= mask
        let reason = Self.damage(of: changed)
        #expect(reason != nil && reason?.hasPrefix("threw") == false, "byte \(index): \(reason ?? "believed")")
        reasons.insert(reason ?? "")
      }
    }
    #expect(
      reasons == [
        "it does not begin as a checkpoint", "its header does not have its SHA-256", "it ends too early",
        "it is longer than what it holds", "it does not have its SHA-256", "a count is below 0",
        "a matrix has another size", "a text is not UTF-8", "it has a file of an unknown name",
      ])
  }

  @Test func isNotBelievedWhenStretchesOfItAreSwapped() throws {
    let bytes = try Self.bytes(of: Self.small)
    for first in stride(from: 0, to: bytes.count - 32, by: 8) {
      var changed = bytes
      changed.replaceSubrange(
        first..<(first + 16), with: bytes[(first + 8)..<(first + 16)] + bytes[first..<(first + 8)])
      if changed != bytes { #expect(Self.damage(of: changed) != nil, "byte \(first)") }
    }
  }

  @Test func isThatOfItsCellAlone() throws {
    let bytes = try Self.bytes(of: Self.small)
    #expect(Self.damage(of: bytes, key: Toy.cell(8).key) == "it is that of another cell")
  }

  /// A digest proves no count right: a bug of a writer must not take all memory either.
  @Test(arguments: [Int.max, 1 << 40, 1000, -1])
  func takesNoMemoryForACountThatCannotBe(_ count: Int) throws {
    var bytes: [UInt8] = []
    let size = CheckpointHeader.size + 5 * 8 + 32
    var encoder = CheckpointEncoder { bytes += $0 }
    try encoder.putAlone(CheckpointHeader(key: Self.key, round: 1, fileSize: size).bytes)
    try encoder.put(1)
    try encoder.put(0.0)
    try encoder.put(0.0)
    try encoder.put(0)
    try encoder.put(count)
    try encoder.finish()
    #expect(bytes.count == size)
    #expect(Self.damage(of: bytes) == (count < 0 ? "a count is below 0" : "it ends too early"))
  }

  @Test func isWrittenInPieces() throws {
    var checkpoint = Self.small
    checkpoint.state.memory.matrices["updates"] = Matrix(rows: 100, columns: 10_000)
    var sizes: [Int] = []
    try checkpoint.write(key: Self.key) { sizes.append($0.count) }
    #expect(sizes.reduce(0, +) > 4_000_000)
    #expect((sizes.max() ?? .max) <= 1 << 20)
  }
}

struct CheckpointPaceTests {
  private let start = ContinuousClock.now

  @Test func isDueAfterTheInterval() {
    let pace = CheckpointPace(everySeconds: 60, from: start)
    #expect(!pace.isDue(at: start + .seconds(59)))
    #expect(pace.isDue(at: start + .seconds(60)))
  }

  @Test func countsFromTheEndOfTheLast() {
    var pace = CheckpointPace(everySeconds: 60, from: start)
    pace.wrote(from: start + .seconds(70), to: start + .seconds(71))
    #expect(!pace.isDue(at: start + .seconds(130)))
    #expect(pace.isDue(at: start + .seconds(131)))
  }

  @Test func slowCheckpointsTakeLessThanTwoPercent() {
    var pace = CheckpointPace(everySeconds: 1, from: start)
    pace.wrote(from: start + .seconds(1), to: start + .seconds(4))
    #expect(!pace.isDue(at: start + .seconds(153)))
    #expect(pace.isDue(at: start + .seconds(154)))
  }
}
