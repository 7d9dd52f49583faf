internal import Catalogue
internal import Federated

/// A resolved parameter of a cell, as text.
package struct ExplainedParameter: Sendable, Equatable {
  /// A key of a manifest; a component's parameters have lines of their own, `aggregator.threshold`.
  package let name: String
  package let value: String
  /// Whether a manifest that says nothing of it would give the same.
  package let isDefault: Bool
}

extension KnownCell {
  /// Every parameter, in the order of the documentation.
  package func explained(labels: Labels) throws -> [ExplainedParameter] {
    var explained: [ExplainedParameter] = []
    for parameter in CellParameters.all {
      guard let value = parameters[parameter.name] else { continue }
      guard case .component(let family) = parameter.type, let chosen = Chosen(value) else {
        explained.append(
          ExplainedParameter(
            name: parameter.name, value: try labels.text(value), isDefault: isDefault(parameter.name, value)))
        continue
      }
      explained.append(
        ExplainedParameter(
          name: parameter.name, value: chosen.name, isDefault: isDefault(parameter.name, .string(chosen.name))))
      let defaults = try family.member(chosen.name)?.defaults() ?? [:]
      for (name, value) in chosen.parameters.sorted(by: { $0.key < $1.key }) {
        explained.append(
          ExplainedParameter(
            name: parameter.name + "." + name, value: try labels.text(value),
            isDefault: defaults[name]?.canonical == value.canonical))
      }
    }
    return explained
  }

  private func isDefault(_ name: String, _ value: Value) -> Bool {
    let dataset = parameters["dataset"].flatMap { Chosen($0) }.flatMap { Datasets.family.member($0.name) }
    let own: Value?
    switch name {
    case "model": own = (dataset as? any Dataset.Type).map { .string($0.defaultModel) }
    case "partition": own = (dataset as? any Dataset.Type).map { .string($0.defaultPartition) }
    case "assumed_byzantine", "data_seed": own = CellParameters.derived(name) { parameters[$0] }
    case "root.bias": own = (dataset as? any Dataset.Type).map { .number($0.defaultRootBias) }
    case "quirks":
      let all = parameters["profile"] == .string("official-code") ? Quirk.allCases.map(\.rawValue).sorted() : []
      own = .list(all.map(Value.string))
    default: own = CellParameters.defaults[name]
    }
    return own?.canonical == value.canonical
  }
}
