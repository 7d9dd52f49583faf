internal import Catalogue
internal import Federated
internal import NeuralNet
internal import YAML

/// Fills what drafts leave open: components with all their parameters, and what one parameter says about another.
///
/// Works out each component and each list of quirks once, however many cells have it.
final class Resolver {
  private let diagnostics: Diagnostics
  private var components: [ComponentKey: Piece?] = [:]
  private var quirkLists: [[Piece?]: Piece] = [:]
  /// The pieces of names that no manifest gives, such as a data set's own model.
  private var named: [String: Setting] = [:]
  /// The pieces of values that no manifest gives and no component has.
  private var derivedPieces: [Value: Piece] = [:]
  /// Every setting is kept, so that no identifier is given out again.
  private var kept: [Setting] = []

  private struct ComponentKey: Hashable {
    let component: ObjectIdentifier
    let dotted: [ObjectIdentifier]
  }

  private enum Index {
    static let dataset = Schema.index("dataset")
    static let model = Schema.index("model")
    static let partition = Schema.index("partition")
    static let clients = Schema.index("clients")
    static let clientsPerRound = Schema.index("clients_per_round")
    static let byzantine = Schema.index("byzantine")
    static let assumedByzantine = Schema.index("assumed_byzantine")
    static let loss = Schema.index("loss")
    static let profile = Schema.index("profile")
    static let quirks = Schema.index("quirks")
    static let bias = Schema.index("bias")
    static let rootSize = Schema.index("root.size")
    static let rootBias = Schema.index("root.bias")
    static let seed = Schema.index("seed")
    static let dataSeed = Schema.index("data_seed")
  }

  init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// Every parameter's piece; nil, with a diagnostic, when a component cannot be made.
  func resolve(_ draft: Draft) -> ResolvedCell? {
    var pieces = [Piece?](repeating: nil, count: draft.slots.count)
    guard let dataset = component(Index.dataset, draft, or: nil) else { return nil }
    pieces[Index.dataset] = dataset
    let datasetType = dataset.member.flatMap { type(of: $0) as? any Dataset.Type }
    for (index, slot) in draft.slots.enumerated() where index != Index.dataset {
      if Schema.family(index) == nil {
        pieces[index] = slot?.setting.piece
        if slot == nil, index == Index.rootBias, let datasetType {
          pieces[index] = derived(.number(datasetType.defaultRootBias))
        }
        continue
      }
      let ownChoice: String? =
        switch index {
        case Index.model: datasetType?.defaultModel
        case Index.partition: datasetType?.defaultPartition
        default: nil
        }
      guard let component = component(index, draft, or: ownChoice) else { return nil }
      pieces[index] = component
    }
    fill(&pieces)
    return ResolvedCell(pieces: pieces)
  }

  /// The values that follow from others.
  private func fill(_ pieces: inout [Piece?]) {
    if pieces[Index.assumedByzantine]?.value == .null {
      let share = CellParameters.derived("assumed_byzantine") { pieces[Schema.index($0)]?.value }
      let byzantine = pieces[Index.byzantine]
      pieces[Index.assumedByzantine] = share == byzantine?.value ? byzantine : share.map(derived)
    }
    if let perRound = pieces[Index.clientsPerRound], perRound.value == pieces[Index.clients]?.value {
      pieces[Index.clientsPerRound] = Resolver.none
    }
    let quirks = quirks(profile: pieces[Index.profile], given: pieces[Index.quirks])
    pieces[Index.quirks] = quirks
    if quirks.value.asList?.contains(.string(Quirk.batchSoftmax.rawValue)) == true {
      pieces[Index.loss] = Resolver.batchSoftmax
    }
    seed(&pieces)
  }

  private func derived(_ value: Value) -> Piece {
    if let known = derivedPieces[value] { return known }
    let piece = Piece(value.canonical, mark: nil)
    derivedPieces[value] = piece
    return piece
  }

  private static let none = Piece(.null, mark: nil)
  private static let batchSoftmax = Piece(.string(Loss.batchSoftmax.rawValue), mark: nil)

  private func seed(_ pieces: inout [Piece?]) {
    if pieces[Index.dataSeed]?.value == .null { pieces[Index.dataSeed] = pieces[Index.seed] }
  }

  /// The same cell with another seed; `draft` tells whether the data follow it.
  func cell(_ cell: ResolvedCell, seed: Piece, of draft: Draft) -> ResolvedCell {
    var cell = cell
    cell.pieces[Index.seed] = seed
    if draft.slots[Index.dataSeed]?.setting.value == .null { cell.pieces[Index.dataSeed] = seed }
    return cell
  }

  /// The cell without what its components make meaningless, so that equal cells are one.
  func meaningful(_ cell: ResolvedCell) -> ResolvedCell {
    var cell = cell
    if let partition = cell.pieces[Index.partition]?.member as? any Partition, !type(of: partition).usesBias {
      cell.pieces[Index.bias] = nil
    }
    if let dataset = cell.pieces[Index.dataset]?.member as? any Dataset, type(of: dataset).rootShare != nil {
      cell.pieces[Index.rootSize] = nil
      cell.pieces[Index.rootBias] = nil
    }
    return cell
  }

  private func quirks(profile: Piece?, given: Piece?) -> Piece {
    let cacheKey = [profile, given]
    if let known = quirkLists[cacheKey] { return known }
    var names = Set(given?.value.asList?.compactMap(\.asString) ?? [])
    if profile?.value == .string("official-code") { names.formUnion(Quirk.allCases.map(\.rawValue)) }
    let piece = Piece(.list(names.sorted().map(Value.string)), mark: given?.mark ?? profile?.mark)
    quirkLists[cacheKey] = piece
    return piece
  }

  private func component(_ index: Int, _ draft: Draft, or ownChoice: String?) -> Piece? {
    guard let family = Schema.family(index) else { return nil }
    let chosen: Draft.Layered
    if let given = draft.slots[index] {
      chosen = given
    } else {
      guard let name = ownChoice else { return nil }
      let setting = named["\(index) \(name)"] ?? Setting(.parameter(index), .string(name), nil)
      named["\(index) \(name)"] = setting
      chosen = Draft.Layered(setting: setting, layer: .builtIn)
    }
    let dotted = draft.dotted.isEmpty ? [] : draft.dotted.filter { $0.setting.path.index == index }
    let key = ComponentKey(
      component: ObjectIdentifier(chosen.setting), dotted: dotted.map { ObjectIdentifier($0.setting) })
    if let known = components[key] { return known }
    let piece = make(chosen, dotted, family)
    components[key] = .some(piece)
    kept.append(chosen.setting)
    kept += dotted.map(\.setting)
    return piece
  }

  private func make(_ layered: Draft.Layered, _ dotted: [Draft.Layered], _ family: Family) -> Piece? {
    let setting = layered.setting
    guard var chosen = Chosen(setting.value), let type = family.member(chosen.name) else {
      preconditionFailure("\(setting.value.canonicalJSON) was read as \(family.article) \(family.name), but is none")
    }
    let explicit = chosen.parameters
    var reached: [Path] = []
    for reaching in dotted {
      guard case .component(_, let spelled) = reaching.setting.path, let parameter = type.parameter(spelled),
        let mark = reaching.setting.mark
      else { continue }
      if explicit[parameter.name] != nil {
        if reaching.layer < layered.layer { continue }
        // An axis entry says what it is; only the command line may then say otherwise.
        let isStronger = reaching.layer > layered.layer && (reaching.layer == .fixed || layered.layer < .grid)
        guard isStronger else {
          let line = setting.mark.map { " on \($0.told(from: mark))" } ?? ""
          diagnostics.error(
            at: mark,
            "'\(reaching.setting.path.key)' is set here, but the \(family.name) '\(type.name)'\(line) gives it too")
          return nil
        }
      }
      guard let value = reaching.setting.value(for: type) else {
        if let node = reaching.setting.node {
          let subject = "'\(parameter.name)' of '\(type.name)'"
          _ = ValueReader(diagnostics: diagnostics).read(node, parameter.type, subject)
        }
        return nil
      }
      chosen.parameters[parameter.name] = value
      reached.append(reaching.setting.path)
    }
    do {
      let member = try type.make(chosen.parameters)
      let parameters = try member.parameterValues()
      return Piece(
        Chosen(type.name, parameters).value, mark: setting.mark, node: setting.node, member: member,
        parameters: parameters,
        reached: reached)
    } catch {
      if let mark = setting.mark ?? dotted.first?.setting.mark {
        diagnostics.error(at: mark, "the \(family.name) '\(type.name)' cannot be made: \(error)")
        return nil
      }
      preconditionFailure("the defaults of '\(type.name)' cannot be made: \(error)")
    }
  }
}
