import Catalogue
import Testing

@testable import Experiments

@Suite struct EstimatorTests {
  private static let sweep = """
    name: t
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      clients: 5
      byzantine: 1
    grid:
      attack: [none, label-flip]
      rounds: [100, 200]
    seeds: [1, 2]
    """

  /// One network of 320 operations, which is that of the sweep, though under another name.
  private static let speed = MachineSpeed(
    networks: [
      "some": .init(
        forwardOperations: 320, parameters: 170, secondsPerStep: 1e-6, secondsPerSample: 1e-6,
        secondsPerEvaluatedSample: 1e-6)
    ], secondsPerValue: 1e-9, secondsPerProduct: 1e-9, secondsPerComparison: 1e-9, secondsPerMask: 1e-8,
    secondsPerDraw: 1e-8)

  private func cells(_ text: String = sweep) throws -> [Cell] { try manifest(text).cells { _ in nil } }

  private func provenance(seconds: Double, memory: Int? = nil) -> Provenance {
    var provenance = Provenance()
    provenance.setupSeconds = seconds / 4
    provenance.trainingSeconds = seconds * 3 / 4
    provenance.peakMemoryBytes = memory
    return provenance
  }

  @Test func memoryIsDataAndThreeRowsForEachClientAndTheProgram() throws {
    let estimate = Estimator(finished: [], speed: Self.speed).estimate(try cells()[0])
    // 300 samples of 16 bytes; lr has 16·10 + 10 parameters.
    #expect(estimate.memoryBytes == 300 * 16 + 3 * 5 * 170 * 4 + 200_000_000)
    #expect(estimate.checkpointBytes == 2 * (170 * 4 + 21 * 150))
  }

  @Test func moreRoundsTakeMoreTimeAndDisk() throws {
    let cells = try cells()
    let estimator = Estimator(finished: [], speed: Self.speed)
    let (short, long) = (estimator.estimate(cells[0]), estimator.estimate(cells[2]))
    #expect(long.seconds > 1.3 * short.seconds && long.seconds < 2 * short.seconds)
    // Four blocks and one for rounds.csv of 21 rows or two for that of 41, and the exported rows.
    #expect(short.diskBytes == 5 * 4096 + 21 * 300)
    #expect(long.diskBytes == 6 * 4096 + 41 * 300)
  }

  @Test func theSelectionTakesDiskForEachRoundAndClient() throws {
    let plain = try cells()[0]
    let recording = Cell(
      parameters: plain.parameters.merging(["record": .list([.string("selection")])]) { $1 }, dataDigest: nil)
    let estimator = Estimator(finished: [], speed: Self.speed)
    #expect(estimator.estimate(recording).diskBytes == estimator.estimate(plain).diskBytes + 5 * 4096)
  }

  @Test func aCellThatDiffersInTheSeedAloneTakesWhatTheOtherTook() throws {
    let cells = try cells()
    let estimate = Estimator(
      finished: [
        (cells[0], provenance(seconds: 40, memory: 123_456_789)), (cells[2], provenance(seconds: 1000, memory: 1)),
      ], speed: Self.speed
    ).estimate(cells[1])
    #expect(abs(estimate.seconds - 40) < 1e-9)
    #expect(estimate.memoryBytes == 123_456_789)
  }

  @Test func theNearestFinishedCellsDecideByTheirMedian() throws {
    let cells = try cells()
    let prior = cells.map { Estimator(finished: [], speed: Self.speed).estimate($0).seconds }
    // Of the attack none: rounds 100 took 3 and 5 times their prior; of label-flip one took 100 times.
    let finished = [
      (cells[4], provenance(seconds: 100 * prior[4])), (cells[0], provenance(seconds: 5 * prior[0])),
      (cells[1], provenance(seconds: 3 * prior[1])),
    ]
    let estimator = Estimator(finished: finished, speed: Self.speed)
    #expect(abs(estimator.estimate(cells[2]).seconds / prior[2] - 4) < 1e-9)
    #expect(abs(estimator.estimate(cells[6]).seconds / prior[6] - 100) < 1e-9)
    // Another model has only the median of all to go by.
    let other = Cell(parameters: cells[0].parameters.merging(["model": .string("cnn")]) { $1 }, dataDigest: nil)
    let unmeasured = Estimator(finished: [], speed: Self.speed).estimate(other).seconds
    #expect(abs(estimator.estimate(other).seconds / unmeasured - 5) < 1e-9)
    let backwards = Estimator(finished: finished.reversed(), speed: Self.speed)
    for cell in cells { #expect(estimator.estimate(cell) == backwards.estimate(cell)) }
  }

  @Test func otherCellsNeverLowerTheMemory() throws {
    let cells = try cells()
    let prior = Estimator(finished: [], speed: Self.speed).estimate(cells[2]).memoryBytes
    let small = Estimator(finished: [(cells[0], provenance(seconds: 1, memory: 1000))], speed: Self.speed)
    #expect(small.estimate(cells[2]).memoryBytes == prior)
    let double = Estimator(
      finished: [
        (
          cells[0],
          provenance(seconds: 1, memory: 2 * Estimator(finished: [], speed: Self.speed).estimate(cells[0]).memoryBytes)
        )
      ], speed: Self.speed)
    #expect(double.estimate(cells[2]).memoryBytes == 2 * prior)
  }

  @Test func aResultThatSaysNothingChangesNothing() throws {
    let cells = try cells()
    let silent = Estimator(finished: [(cells[0], Provenance())], speed: Self.speed)
    for cell in cells { #expect(silent.estimate(cell) == Estimator(finished: [], speed: Self.speed).estimate(cell)) }
  }

  @Test func aModelThatCannotTakeTheSamplesIsNoCrash() throws {
    var parameters = try cells()[0].parameters
    parameters["model"] = .string("cnn")
    let estimate = Estimator(finished: [], speed: Self.speed).estimate(Cell(parameters: parameters, dataDigest: nil))
    #expect(estimate.memoryBytes == 200_000_000)
  }
}
