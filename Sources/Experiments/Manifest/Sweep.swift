package import Catalogue
package import Federated
package import YAML

/// The cells of a manifest, resolved and valid; only their keys wait for the data.
package struct Sweep: Sendable {
  package let name: String
  /// What is odd but no error.
  package let warnings: [Diagnostic]
  /// Where a message points to that no line is to blame for.
  let nameMark: Mark
  var resolved: [ResolvedCell]

  package var count: Int { resolved.count }

  /// The cells with their keys, in the order of the manifest.
  ///
  /// - Parameter digest: the digest of a data set's content, given the cell's `dataset` value; nil for data that its
  ///   parameters and the seed make. Asked once for each distinct value.
  package func cells(digest: (Value) throws -> String?) rethrows -> [Cell] {
    let index = Schema.index("dataset")
    var digests: [Piece: String?] = [:]
    return try resolved.map { cell in
      var dataDigest: String?
      if let dataset = cell.pieces[index] {
        if let known = digests[dataset] {
          dataDigest = known
        } else {
          dataDigest = try digest(dataset.value)
          digests[dataset] = .some(dataDigest)
        }
      }
      let key = Cell.key(parametersJSON: cell.parametersJSON, dataDigest: dataDigest)
      return Cell(parameters: cell.parameters, dataDigest: dataDigest, key: key)
    }
  }

  /// The keys whose values differ between cells, in the order of the documentation: parameters of the cell, each
  /// followed by the parameters of its components (`aggregator.threshold`) that differ between cells of one component.
  /// `assumed_byzantine` and `data_seed` are among them only where they part from `byzantine` and `seed`.
  ///
  /// `Cell.value(at:)` gives the value of each.
  package var varying: [String] {
    var keys: [String] = []
    for (index, parameter) in Schema.parameters.enumerated() {
      let pieces = distinct(index)
      guard let family = Schema.family(index) else {
        if pieces.count > 1, !follows(index) { keys.append(parameter.name) }
        continue
      }
      let members = pieces.map { $0.flatMap { $0.member.map { type(of: $0).name } } }
      if Set(members).count > 1 { keys.append(parameter.name) }
      var inner: [String] = []
      for member in family.members {
        let same = zip(pieces, members).compactMap { $0.1 == member.name ? $0.0 : nil }
        for parameter in member.parameters where Set(same.map { $0.parameters[parameter.name] }).count > 1 {
          let key = Path.component(index, parameter.name).key
          if !inner.contains(key) { inner.append(key) }
        }
      }
      keys += inner
    }
    return keys
  }

  /// Whether a parameter is, in every cell, only what follows from others.
  private func follows(_ index: Int) -> Bool {
    let name = Schema.parameters[index].name
    return resolved.allSatisfy { cell in
      let derived = CellParameters.derived(name) { cell.pieces[Schema.index($0)]?.value }
      return derived != nil && derived == cell.pieces[index]?.value
    }
  }

  /// The different pieces of a parameter, in the order of the cells; nil among them where a cell lacks it.
  private func distinct(_ index: Int) -> [Piece?] {
    var seen: Set<Piece?> = []
    var distinct: [Piece?] = []
    for cell in resolved {
      let piece = cell.pieces[index]
      // Most neighbours share it.
      if let last = distinct.last, last === piece { continue }
      if seen.insert(piece).inserted { distinct.append(piece) }
    }
    return distinct
  }

  /// A data set whose files are missing, and what to do about it.
  package struct MissingData: Sendable {
    /// The cells' `dataset`.
    package let dataset: Value
    package let diagnostic: Diagnostic
  }

  package func missingData(in folder: DataFolder) -> [MissingData] {
    distinct(Schema.index("dataset")).compactMap { piece in
      guard let piece, let dataset = piece.member as? any Dataset, let missing = dataset.missing(in: folder) else {
        return nil
      }
      return MissingData(
        dataset: piece.value, diagnostic: Diagnostic(at: piece.mark ?? nameMark, message: missing))
    }
  }

  /// The cells that a filter lets through.
  package func filtered(by filter: CellFilter) -> Sweep {
    var sweep = self
    sweep.resolved = resolved.filter(filter.accepts)
    return sweep
  }

  /// The cells that have one of these seeds.
  package func filtered(bySeeds seeds: [Int]) -> Sweep {
    let index = Schema.index("seed")
    let wanted = Set(seeds)
    var sweep = self
    sweep.resolved = resolved.filter { $0.pieces[index]?.value.asInt.map(wanted.contains) ?? false }
    return sweep
  }
}

extension Manifest {
  /// Expands and resolves the cells.
  ///
  /// - Throws: `Failure` with everything that is wrong with them.
  package func sweep() throws -> Sweep { try Expansion(self).sweep() }

  /// The same, refusing a product of axes and seeds that is larger than `most`.
  package func sweep(atMost most: Int) throws -> Sweep { try Expansion(self, mostCells: most).sweep() }

  /// The cells with their keys; `digest` as in `Sweep.cells`.
  package func cells(digest: (Value) throws -> String?) throws -> [Cell] { try sweep().cells(digest: digest) }
}
