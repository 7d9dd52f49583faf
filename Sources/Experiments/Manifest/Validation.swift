internal import Catalogue
internal import Federated
internal import NeuralNet
internal import YAML

/// What can be wrong between the parameters of a cell.
struct Validation {
  private let diagnostics: Diagnostics
  private let fallback: Mark
  private var objections: [Objection] = []
  private var indices: [ObjectionKey: Int] = [:]
  /// What models have against data sets, worked out once for each pair.
  private var misfits: [ModelKey: ModelObjection?] = [:]

  /// Why a component cannot serve, or serves for little, with the first cell that shows it and the number of cells.
  private struct Objection {
    let mark: Mark
    let text: String
    let isWarning: Bool
    let cell: String
    var cells: Int
  }

  private struct ModelKey: Hashable {
    let model: ObjectIdentifier
    let dataset: ObjectIdentifier
  }

  private struct ObjectionKey: Hashable {
    let file: String
    let line: Int
    let column: Int
    let member: String
    let isWarning: Bool
  }

  private enum Index {
    static let dataset = Schema.index("dataset")
    static let model = Schema.index("model")
    static let partition = Schema.index("partition")
    static let clients = Schema.index("clients")
    static let clientsPerRound = Schema.index("clients_per_round")
    static let byzantine = Schema.index("byzantine")
    static let assumedByzantine = Schema.index("assumed_byzantine")
    static let attack = Schema.index("attack")
    static let aggregator = Schema.index("aggregator")
    static let rounds = Schema.index("rounds")
    static let rootSize = Schema.index("root.size")
    static let rootBias = Schema.index("root.bias")
  }

  init(_ diagnostics: Diagnostics, fallback: Mark) {
    self.diagnostics = diagnostics
    self.fallback = fallback
  }

  mutating func check(_ cell: ResolvedCell) {
    guard let clientsPiece = cell.pieces[Index.clients], let clients = clientsPiece.value.asInt,
      let byzantinePiece = cell.pieces[Index.byzantine], let byzantine = byzantinePiece.value.asInt,
      let assumedPiece = cell.pieces[Index.assumedByzantine], let assumed = assumedPiece.value.asInt
    else { return }
    let perRound = cell.pieces[Index.clientsPerRound]?.value.asInt
    var isSound = true
    func refuse(_ mark: Mark?, _ message: String) {
      diagnostics.error(at: mark ?? clientsPiece.mark ?? fallback, message)
      isSound = false
    }
    if byzantine >= clients {
      refuse(byzantinePiece.mark, "'byzantine' is \(byzantine), but must be less than 'clients', which is \(clients)")
    } else if assumed >= clients {
      refuse(
        assumedPiece.mark, "'assumed_byzantine' is \(assumed), but must be less than 'clients', which is \(clients)")
    }
    if let perRound, perRound > clients {
      let mark = cell.pieces[Index.clientsPerRound]?.mark
      refuse(mark, "'clients_per_round' is \(perRound), but 'clients' is only \(clients)")
    }
    guard isSound else { return }
    let participants = perRound ?? clients
    if let piece = cell.pieces[Index.aggregator], let rule = piece.member as? any Aggregator {
      if let objection = rule.objection(clients: participants, byzantine: assumed) {
        note(objection, by: piece, in: cell)
      } else if let rounds = cell.pieces[Index.rounds]?.value.asInt,
        let reservation = rule.reservation(rounds: rounds, clients: clients, participants: participants)
      {
        note(reservation, by: piece, in: cell, isWarning: true)
      }
    }
    if let piece = cell.pieces[Index.attack], let attack = piece.member as? any Attack,
      let dataset = cell.pieces[Index.dataset]?.member as? any Dataset,
      let objection = attack.objection(
        clients: clients, byzantine: byzantine, inputShape: dataset.inputShape, classes: dataset.classes)
    {
      note(objection, by: piece, in: cell)
    } else if byzantine == 0, let piece = cell.pieces[Index.attack], piece.member is NoAttack == false {
      note("'byzantine' is 0, so no client carries out this attack", by: piece, in: cell, isWarning: true)
    }
    checkRoot(of: cell)
    if let piece = cell.pieces[Index.partition], let partition = piece.member as? any Partition,
      let data = cell.pieces[Index.dataset], let dataset = data.member as? any Dataset,
      let objection = partition.objection(clients: clients, ownership: dataset.ownership)
    {
      // A data set's own partition is written nowhere.
      note(objection, by: piece, at: piece.mark ?? clientsPiece.mark ?? data.mark, in: cell)
    }
    checkModel(of: cell)
  }

  /// Whether every class has a sample in the root set.
  private mutating func checkRoot(of cell: ResolvedCell) {
    guard let data = cell.pieces[Index.dataset], let dataset = data.member as? any Dataset,
      type(of: dataset).rootShare == nil,
      let size = cell.pieces[Index.rootSize], let count = size.value.asInt,
      let bias = cell.pieces[Index.rootBias], let share = bias.value.asDouble
    else { return }
    let classes = dataset.classes
    guard classes > 1 else { return }
    let missing = RootSet.counts(size: count, classes: classes, bias: share).count { $0 == 0 }
    guard missing > 0 else { return }
    note(
      "the root set has no sample of \(missing) of the \(classes) classes: root.size is \(size.json) and root.bias"
        + " \(bias.json)", by: data, at: bias.mark ?? size.mark ?? data.mark, in: cell, isWarning: true)
  }

  /// Whether the model can take the data set's samples.
  private mutating func checkModel(of cell: ResolvedCell) {
    guard let piece = cell.pieces[Index.model], let model = piece.member as? any Model,
      let data = cell.pieces[Index.dataset], let dataset = data.member as? any Dataset
    else { return }
    let key = ModelKey(model: ObjectIdentifier(piece), dataset: ObjectIdentifier(data))
    let misfit = misfits[key] ?? model.objection(input: dataset.inputShape, classes: dataset.classes)
    misfits[key] = .some(misfit)
    guard let misfit else { return }
    // The entry of a list of layers says more than the list.
    let entry = misfit.layer.flatMap { piece.node?.listed($0)?.mark }
    note(misfit.text, by: piece, at: entry ?? piece.mark ?? data.mark, in: cell)
  }

  private mutating func note(
    _ text: String, by piece: Piece, at place: Mark? = nil, in cell: ResolvedCell, isWarning: Bool = false
  ) {
    let mark = place ?? piece.mark ?? fallback
    let key = ObjectionKey(
      file: mark.source.name, line: mark.line, column: mark.column, member: piece.json, isWarning: isWarning)
    if let index = indices[key] {
      objections[index].cells += 1
      return
    }
    indices[key] = objections.count
    let told = [Index.dataset, Index.attack, Index.aggregator, Index.clients, Index.byzantine].compactMap { index in
      cell.pieces[index].map { piece in
        let value = piece.member.map { type(of: $0).name } ?? piece.json
        return "\(Schema.parameters[index].name) \(value)"
      }
    }
    objections.append(
      Objection(mark: mark, text: text, isWarning: isWarning, cell: told.joined(separator: ", "), cells: 1))
  }

  /// Tells each objection once, at the entry of the component, however many cells meet it.
  func report() {
    for objection in objections {
      let count = objection.cells == 1 ? "in the cell" : "in \(objection.cells) cells, the first"
      let hint = "\(count): \(objection.cell)"
      if objection.isWarning {
        diagnostics.warning(at: objection.mark, objection.text, hint: hint)
      } else {
        diagnostics.error(at: objection.mark, objection.text, hint: hint)
      }
    }
  }
}

extension Node {
  /// An entry of the list that a component's only parameter is, written as `{layers: […]}` or `{layers: {layers: […]}}`.
  fileprivate func listed(_ index: Int) -> Node? {
    guard let content = mapping?.first?.value, let list = content.sequence ?? content.mapping?.first?.value.sequence,
      list.indices.contains(index)
    else { return nil }
    return list[index]
  }
}
