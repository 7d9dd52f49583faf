import Catalogue
import Federated
import Testing

@testable import Experiments

@Suite struct MachineSpeedTests {
  private static let network = MachineSpeed.Network(
    forwardOperations: 1000, parameters: 100, secondsPerStep: 1e-5, secondsPerSample: 1e-6,
    secondsPerEvaluatedSample: 4e-7)

  private static let speed = MachineSpeed(
    networks: ["some": network], secondsPerValue: 1e-9, secondsPerProduct: 1e-10, secondsPerComparison: 1e-9,
    secondsPerMask: 1e-8, secondsPerDraw: 1e-8)

  private func cell(_ attack: String = "none", _ aggregator: String = "fedavg") throws -> Cell {
    let text = """
      name: t
      defaults:
        dataset: {synthetic-images: {height: 4, width: 4, train: 220, test: 100}}
        model: lr
        clients: 10
        byzantine: 2
        rounds: 1000
        batch_size: 32
        local_epochs: 1
        root.size: 20
        attack: \(attack)
        aggregator: \(aggregator)
      """
    return try #require(try manifest(text).cells { _ in nil }.first)
  }

  private func seconds(_ cell: Cell) -> Double { Estimator(finished: [], speed: Self.speed).estimate(cell).seconds }

  @Test func aMeasuredNetworkIsTakenAsItIs() throws {
    let workload = try Workload(dataset: .string("synthetic-images"), model: .string("lr"))
    var speed = Self.speed
    var own = Self.network
    own.secondsPerSample = 7
    speed.networks[workload.network] = own
    #expect(speed.network(of: workload) == own)
  }

  @Test func anotherNetworkFollowsFromTheNearestInProportion() throws {
    let workload = try Workload(dataset: .string("synthetic-images"), model: .string("lr"))
    var speed = Self.speed
    speed.networks["far"] = .init(
      forwardOperations: 1_000_000_000, parameters: 1, secondsPerStep: 1, secondsPerSample: 1,
      secondsPerEvaluatedSample: 1)
    let network = try #require(speed.network(of: workload))
    let ratio = Double(workload.forwardOperations) / 1000
    #expect(abs(network.secondsPerSample / (1e-6 * ratio) - 1) < 1e-12)
    #expect(abs(network.secondsPerEvaluatedSample / (4e-7 * ratio) - 1) < 1e-12)
    #expect(abs(network.secondsPerStep / (1e-5 * Double(workload.parameters) / 100) - 1) < 1e-12)
  }

  @Test func aSmallBatchTakesAWholeGroupOfSamples() throws {
    let workload = try Workload(dataset: .string("synthetic-images"), model: .string("lr"))
    let speed = try #require(CellSpeed(Self.speed, workload))
    #expect(speed.pass(samples: 0, batch: 32) == 0)
    let values = Double(workload.inputShape.reduce(1, *)) * 3e-9
    #expect(abs(speed.pass(samples: 33, batch: 32) - speed.pass(samples: 48, batch: 32) + 15 * values) < 1e-12)
  }

  @Test func whatMakesNoSenseIsNotPlausible() {
    #expect(Self.speed.isPlausible)
    #expect(!MachineSpeed().isPlausible)
    var speed = Self.speed
    speed.secondsPerMask = .infinity
    #expect(!speed.isPlausible)
    speed = Self.speed
    speed.networks["some"]?.secondsPerSample = 0
    #expect(!speed.isPlausible)
  }

  @Test func trainingMasksTakesStepsOnTheRootSet() throws {
    let steps =
      try seconds(cell("none", "{skymask: {max_steps: 20}}")) - seconds(cell("none", "{skymask: {max_steps: 10}}"))
    let network = try #require(
      Self.speed.network(
        of: try Workload(
          dataset: cell().parameters["dataset"] ?? .null, model: .string("lr"))))
    // Ten steps of 32 places for 20 samples in each of 1000 rounds are the least of it.
    #expect(steps > 10 * 32 * 1000 * network.secondsPerSample)
  }

  @Test func anAttackThatSearchesTakesTime() throws {
    let honest = try seconds(cell())
    #expect(try seconds(cell("{adaptive: {sweeps: 20}}")) > seconds(cell("adaptive")))
    for attack in ["adaptive", "fang-krum", "min-max", "{lie-backdoor: {size: 2}}", "{scaling: {size: 2}}"] {
      #expect(try seconds(cell(attack)) > honest)
    }
  }

  /// Every rule takes longer for more clients, and every attack and rule counts only what can be.
  @Test func everyMemberCountsItsWork() throws {
    let (few, many) = (
      RoundSize(clients: 20, byzantine: 4, parameters: 1000), RoundSize(clients: 40, byzantine: 4, parameters: 1000)
    )
    for attack in Attacks.all {
      for rule in Aggregators.all {
        let opponents = try Opponents(attack: .string(attack.name), aggregator: .string(rule.name))
        let (less, more) = (opponents.work(few), opponents.work(many))
        #expect(less.values > 0 && more.values > less.values, "\(attack.name) \(rule.name)")
        for count in [
          less.products, less.comparisons, less.masks, less.draws, less.rootPasses, less.attackerPasses,
        ] { #expect(count >= 0 && count.isFinite) }
      }
    }
  }
}
