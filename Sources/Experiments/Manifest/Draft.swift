internal import Catalogue
internal import Federated

/// A cell in the making: for each parameter the setting that counts so far.
struct Draft {
  /// Where a setting comes from; a later layer beats an earlier one.
  enum Layer: Int, Comparable {
    case builtIn, defaults, grid, override, fixed

    static func < (a: Layer, b: Layer) -> Bool { a.rawValue < b.rawValue }
  }

  struct Layered {
    let setting: Setting
    let layer: Layer
  }

  /// By index of `CellParameters.all`; nil where the data set decides.
  private(set) var slots: [Layered?]
  /// Settings of parameters of components, at most one per path.
  private(set) var dotted: [Layered] = []

  /// The defaults of `CellParameters`.
  static let builtIn: Draft = {
    var draft = Draft(slots: Array(repeating: nil, count: Schema.parameters.count))
    for (index, parameter) in Schema.parameters.enumerated() {
      guard let value = CellParameters.defaults[parameter.name] else { continue }
      draft.apply(Setting(.parameter(index), value.canonical, nil), .builtIn)
    }
    return draft
  }()

  private init(slots: [Layered?]) { self.slots = slots }

  /// Takes a setting unless a later layer has set the same; within a layer the last one counts.
  mutating func apply(_ setting: Setting, _ layer: Layer) {
    switch setting.path {
    case .parameter(let index):
      if let old = slots[index], old.layer > layer { return }
      slots[index] = Layered(setting: setting, layer: layer)
    case .component:
      if let at = dotted.firstIndex(where: { $0.setting.path == setting.path }) {
        if dotted[at].layer <= layer { dotted[at] = Layered(setting: setting, layer: layer) }
      } else {
        dotted.append(Layered(setting: setting, layer: layer))
      }
    }
  }

  mutating func apply(_ settings: [Setting], _ layer: Layer) {
    for setting in settings { apply(setting, layer) }
  }
}
