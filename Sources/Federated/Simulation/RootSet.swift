/// The samples that the server holds, and what is left for the clients.
package struct RootSet: Sendable {
  /// Indices of the training samples that are the server's.
  package let indices: [Int]
  /// The other training samples, ascending.
  package let pool: [Int]

  /// Takes `size` samples in random order: ⌊size·bias⌋ of class 1, the rest evenly of the others.
  ///
  /// The remainder of that division is spread too: of R samples, the k-th of the m other classes gets
  /// ⌊(k+1)·R/m⌋ − ⌊k·R/m⌋.
  ///
  /// - Parameter random: numbers of (data_seed, stream `rootSet`).
  /// - Throws: `SimulationError.rootSetTooLarge`.
  package init(labels: [UInt8], classes: Int, size: Int, bias: Double, random: RandomSource) throws {
    let wanted = Self.counts(size: size, classes: classes, bias: bias)
    var (random, order) = (random, Array(labels.indices))
    random.shuffle(&order)
    var lacking = wanted
    var taken = [Bool](repeating: false, count: labels.count)
    indices = order.filter { sample in
      let label = Int(labels[sample])
      guard lacking[label] > 0 else { return false }
      lacking[label] -= 1
      taken[sample] = true
      return true
    }
    if let label = lacking.firstIndex(where: { $0 > 0 }) {
      throw SimulationError.rootSetTooLarge(
        label: label, wanted: wanted[label], available: wanted[label] - lacking[label])
    }
    pool = labels.indices.filter { !taken[$0] }
  }

  /// Takes a share of each owner's samples at random: ⌊share · count⌋ of them, one at least.
  ///
  /// - Parameters:
  ///   - owners: for each sample the number of its owner.
  ///   - roundsUp: whether it takes ⌈share · count⌉.
  ///   - random: numbers of (data_seed, stream `rootSet`).
  package init(owners: [Int], share: Double, roundsUp: Bool = false, random: RandomSource) {
    var (random, order) = (random, Array(owners.indices))
    random.shuffle(&order)
    var counts: [Int: Int] = [:]
    for owner in owners { counts[owner, default: 0] += 1 }
    var lacking = counts.mapValues { count in
      let exact = Double(count) * share
      return max(1, Int(roundsUp ? (exact - 1e-9).rounded(.up) : (exact + 1e-9).rounded(.down)))
    }
    var taken = [Bool](repeating: false, count: owners.count)
    indices = order.filter { sample in
      guard let left = lacking[owners[sample]], left > 0 else { return false }
      lacking[owners[sample]] = left - 1
      taken[sample] = true
      return true
    }
    pool = owners.indices.filter { !taken[$0] }
  }

  /// How many samples of each class a root set has.
  package static func counts(size: Int, classes: Int, bias: Double) -> [Int] {
    precondition(classes > 1, "a root set of \(classes) classes")
    // 0.29·100 is a hair below 29 in binary; such a hair must not cost a sample.
    let biased = min(size, Int((Double(size) * bias + 1e-9).rounded(.down)))
    let (rest, others) = (size - biased, classes - 1)
    return (0..<classes).map { label in
      if label == 1 { return biased }
      let k = label == 0 ? 0 : label - 1
      return (k + 1) * rest / others - k * rest / others
    }
  }
}
