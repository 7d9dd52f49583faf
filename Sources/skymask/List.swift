internal import ArgumentParser
internal import Catalogue
internal import Federated

/// The names that a manifest can use.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the datasets, models, layers, partitions, attacks and aggregators, or one of these families.")

  @Argument(help: "A family: dataset, model, layer, partition, attack, aggregator; or parameter, quirk.")
  var family: String?

  func run() throws {
    let others = ["parameter", "quirk"]
    let known = Describe.families.map(\.name) + others
    // The plural is as good.
    let wanted = family.map { known.contains($0) ? $0 : String($0.hasSuffix("s") ? $0.dropLast() : $0[...]) }
    if let family, let wanted, !known.contains(wanted) { throw CommandError.unknownName(family, known: known) }
    for family in Describe.families where wanted == nil || wanted == family.name {
      section(family.name + "s", family.members.map { ($0.name, $0.summary) })
    }
    if wanted == "parameter" { section("parameters", CellParameters.all.map { ($0.name, $0.summary) }) }
    if wanted == "quirk" { section("quirks", Quirk.allCases.map { ($0.rawValue, $0.summary) }) }
    if wanted == nil { Output.say("skymask describe NAME tells more; list parameter and list quirk give the rest.") }
  }

  private func section(_ title: String, _ rows: [(name: String, summary: String)]) {
    Output.say(title)
    let width = rows.map(\.name.count).max() ?? 0
    for row in rows {
      Output.say("  " + row.name + String(repeating: " ", count: width - row.name.count + 2) + row.summary)
    }
    Output.say("")
  }
}
