internal import ArgumentParser
internal import Catalogue
internal import Federated
internal import NeuralNet

/// One name of the catalogue, with its parameters, defaults and source.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe one dataset, model, layer, partition, attack, aggregator, parameter, profile or quirk.")

  @Argument(help: "Its name in a manifest, or one of its other names.")
  var name: String

  func run() throws {
    var found = false
    for family in Describe.families {
      guard let member = family.member(name) else { continue }
      found = true
      try describe(member, of: family)
    }
    for parameter in CellParameters.all where parameter.name == name || parameter.aliases.contains(name) {
      found = true
      Output.say("\(parameter.name) (parameter of a cell): \(parameter.summary)")
      Output.say("  \(parameter.type.description)")
      if !parameter.aliases.isEmpty { Output.say("  also: \(parameter.aliases.joined(separator: ", "))") }
      if let value = CellParameters.defaults[parameter.name], value != .null {
        Output.say("  default: \(value.canonicalJSON)")
      }
    }
    for quirk in Quirk.allCases where quirk.rawValue == name {
      found = true
      Output.say("\(name) (quirk of the published code): \(quirk.summary)")
    }
    if name == "official-code" || name == "paper" {
      found = true
      Output.say(
        name == "paper"
          ? """
          paper (profile): this project's reading of the papers, without the published code's quirks.
            SkyMask's choice between one and two clusters (clusters: auto) is this project's own, not the paper's rule.
          """
          : "official-code (profile): the published SkyMask code, commit 01d5d08, with all its quirks:")
      if name == "official-code" {
        for quirk in Quirk.allCases { Output.say("  \(quirk.rawValue): \(quirk.summary)") }
      }
    }
    if !found { throw CommandError.notInCatalogue(name, nearest: Suggestion.nearest(to: name, among: Describe.known)) }
  }

  private func describe(_ member: any Component.Type, of family: Family) throws {
    Output.say("\(member.name) (\(family.name)): \(member.summary)")
    if !member.source.isEmpty { Output.say("  source: \(member.source)") }
    if !member.departures.isEmpty { Output.say("  departs from it: \(member.departures)") }
    if !member.aliases.isEmpty { Output.say("  also: \(member.aliases.joined(separator: ", "))") }
    let defaults = try member.defaults()
    for parameter in member.parameters {
      let value = defaults[parameter.name] ?? .null
      let told = value == .null ? "none" : value.canonicalJSON
      Output.say("  \(parameter.name): \(parameter.summary)")
      Output.say("      \(parameter.type.description); default \(told)")
    }
  }

  /// Those of a cell's parameters, and what a list of layers is made of.
  static let families = CellParameters.families + [LayerKinds.family]

  private static var known: [String] {
    families.flatMap(\.names) + CellParameters.all.map(\.name) + Quirk.allCases.map(\.rawValue)
      + ["official-code", "paper"]
  }
}
