/// The sweeps of the torture, each without its name.
enum Manifests {
  private static let common = """
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      clients: 5
      byzantine: 1
      local_epochs: 1
      root.size: 20

    """

  /// Two cells that are done in a moment, for deaths and errors at every call.
  static let short =
    common + """
        rounds: 4
        evaluate_every: 2
        record: [selection]
      grid:
        aggregator: [fedavg, krum]
      run: {retries: 0}

      """

  /// One cell that writes checkpoints.
  static func checkpointed(rounds: Int) -> String {
    common + """
        rounds: \(rounds)
        evaluate_every: \(rounds / 4)
        aggregator: fldetector
      run: {retries: 0, checkpoint_every: 0.02s}

      """
  }

  /// Twelve cells with all that a rule and an attack remember, for kills.
  static func long(rounds: Int) -> String {
    common + """
        rounds: \(rounds)
        evaluate_every: \(max(1, rounds / 20))
      grid:
        attack: [none, min-max]
        aggregator: [fedavg, fldetector, trimmed-mean]
      seeds: [1, 2]
      run: {checkpoint_every: 0.3s}

      """
  }
}
