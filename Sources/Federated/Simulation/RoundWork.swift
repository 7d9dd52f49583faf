package import Catalogue
package import NeuralNet

/// What a rule or an attack does in one round, counted, so that its time can be estimated on any machine.
///
/// The counts are those of the algorithm for updates that are all finite; an estimate needs no more.
package struct RoundWork: Sendable, Equatable {
  /// Values of updates that are read, copied or summed.
  package var values = 0.0
  /// Multiply-adds of the products of all pairs of updates.
  package var products = 0.0
  /// Comparisons of values of the same coordinate.
  package var comparisons = 0.0
  /// Masks that are moved, each once for every step.
  package var masks = 0.0
  /// Random numbers that are drawn and used, one for a coordinate.
  package var draws = 0.0
  /// Forward and backward passes of the whole root set as one batch.
  package var rootPasses = 0.0
  /// Passes of training over the samples of each malicious client, beyond its honest training.
  package var attackerPasses = 0.0

  package init(
    values: Double = 0, products: Double = 0, comparisons: Double = 0, masks: Double = 0, draws: Double = 0,
    rootPasses: Double = 0, attackerPasses: Double = 0
  ) {
    (self.values, self.products, self.comparisons) = (values, products, comparisons)
    (self.masks, self.draws) = (masks, draws)
    (self.rootPasses, self.attackerPasses) = (rootPasses, attackerPasses)
  }

  package static func + (one: RoundWork, other: RoundWork) -> RoundWork {
    RoundWork(
      values: one.values + other.values, products: one.products + other.products,
      comparisons: one.comparisons + other.comparisons, masks: one.masks + other.masks, draws: one.draws + other.draws,
      rootPasses: one.rootPasses + other.rootPasses, attackerPasses: one.attackerPasses + other.attackerPasses)
  }
}

/// What the work of a round depends on.
package struct RoundSize: Sendable, Equatable {
  /// Updates that are received, n.
  package let clients: Double
  /// Malicious clients among them, f.
  package let byzantine: Double
  /// Length of an update, d.
  package let parameters: Double

  package init(clients: Double, byzantine: Double, parameters: Double) {
    (self.clients, self.byzantine, self.parameters) = (clients, byzantine, parameters)
  }

  /// Values of all updates, n · d.
  package var values: Double { clients * parameters }
  /// Multiply-adds of all pairs of updates, n² · d.
  package var products: Double { clients * clients * parameters }
  /// Comparisons that sort every coordinate by a network, n · log² n · d.
  package var comparisons: Double {
    let doublings = Double(Int.bitWidth - Int(min(clients, 1e9)).leadingZeroBitCount)
    return clients * doublings * doublings * parameters
  }
}

/// The attack and the rule of a cell, for what their rounds take.
package struct Opponents: Sendable {
  private let attack: any Attack
  private let aggregator: any Aggregator

  /// - Parameters:
  ///   - attack: the cell's value: a name, or a map of the name to its parameters.
  ///   - aggregator: likewise.
  /// - Throws: `SimulationError`, `CatalogueError`.
  package init(attack: Value, aggregator: Value) throws {
    let reader = CellReader(["attack": attack, "aggregator": aggregator])
    self.attack = try reader.component("attack", of: Attacks.family)
    self.aggregator = try reader.component("aggregator", of: Aggregators.family)
  }

  /// What both do in a round.
  package func work(_ size: RoundSize) -> RoundWork {
    aggregator.work(size) + (size.byzantine > 0 ? attack.work(size) : RoundWork())
  }

  /// Whether the server trains on the root set each round.
  package func trainsServer(_ size: RoundSize) -> Bool {
    type(of: aggregator).needsRootUpdate || (size.byzantine > 0 && attack.needsRootUpdate)
  }

  /// How often an evaluation takes the test set: once more for a backdoor, and for one under a softmax over the batch once
  /// for every tenth of it that bears the trigger.
  package func evaluations(inputShape: [Int], loss: Loss) -> Double {
    if attack.backdoor(inputShape: inputShape) == nil { return 1 }
    return loss == .batchSoftmax ? 11 : 2
  }
}
