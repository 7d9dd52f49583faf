extension Manifests {
  /// One small cell for each model, each with another rule and attack.
  static let golden = """
    name: golden
    defaults: {dataset: \(pictures), \(settings)}
    zip:
      - model:
          - cnn
          - resnet20
          - mlp
          - lr
          - {layers: [{conv: {out: 8}}, relu, {avg-pool: {size: 2}}, flatten, linear]}
        aggregator: [{skymask: {max_steps: 3}}, flame, krum, {fldetector: {window: 2, warm_up: 2}}, trimmed-mean]
        attack: [min-max, fang-krum, fang-krum, min-max, fang-trim]
    override:
      - {when: {model: resnet20}, set: {dataset: \(small), rounds: 2}}
      - {when: {model: lr}, set: {rounds: 8, local_epochs: 2}}

    """

  /// Every model that trains differently, every rule of the paper's comparison that computes much, each under an attack.
  ///
  /// `fldetector` rejects from round 5 on. With the plain functions in place of vectors it takes some seconds.
  static let paths = """
    name: paths
    defaults: {dataset: \(pictures), \(settings)}
    zip:
      - model:
          - cnn
          - cnn
          - resnet20
          - resnet20
          - mlp
          - mlp
          - lr
          - lr
          - &layers {layers: [{conv: {out: 8}}, batch-norm, relu, {max-pool: {size: 2}}, flatten, linear]}
          - *layers
        aggregator:
          - {skymask: {max_steps: 3}}
          - krum
          - {skymask: {max_steps: 2}}
          - flame
          - skymask
          - flame
          - &fldetector {fldetector: {window: 2, warm_up: 2}}
          - krum
          - *fldetector
          - krum
        attack: [min-max, fang-krum, fang-krum, min-max, min-max, fang-krum, min-max, fang-krum, fang-krum, min-max]
    override:
      - {when: {model: resnet20}, set: {dataset: \(small), rounds: 2}}
      - {when: {aggregator: fldetector}, set: {rounds: 8}}

    """

  /// What the cells of both share.
  private static let settings =
    "clients: 7, byzantine: 2, rounds: 3, evaluate_every: 1, batch_size: 16, local_lr: 0.1, root.size: 16"
  private static let pictures =
    "{synthetic-images: {height: 12, width: 12, train: 112, test: 40, noise: 0.3}}"

  /// Pictures for a deep network, whose convolutions go through Winograd's algorithm as those of larger ones do.
  private static let small = "{synthetic-images: {height: 8, width: 8, channels: 3, train: 86, test: 16, noise: 0.3}}"
}
