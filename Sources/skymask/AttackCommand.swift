internal import ArgumentParser
internal import Catalogue
internal import Experiments
internal import Federated

/// One attack on updates from elsewhere.
struct AttackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attack", abstract: "Apply one attack to updates in an NPY file.",
    discussion: """
      An update is a client's parameters before minus after local training; the first --byzantine rows are the \
      malicious clients' own honest ones. Writes what the server receives: as many rows, or under the quirk \
      added-attackers the crafted ones in front of all.

        skymask attack min-max --updates U.npy --byzantine 4 --out V.npy
      """)

  @Argument(help: "The attack: skymask list attack.") var name: String
  @Option(
    help: ArgumentHelp("The updates: clients × parameters, or rounds × clients × parameters.", valueName: "U.npy"))
  var updates: String
  @Option(help: "The number of malicious clients.") var byzantine: Int
  @Option(help: ArgumentHelp("A parameter of the attack; may be given again.", valueName: "key=value"))
  var set: [String] = []
  @Option(help: "What the attack knows: all, benign or own.") var knowledge: String?
  @Option(help: "paper or official-code.") var profile = "paper"
  @Option(help: ArgumentHelp("Quirks of the published code, by name.", valueName: "a,b")) var quirks: String?
  @Option(help: ArgumentHelp("The server's update, for attack-sees-root.", valueName: "R.npy")) var rootUpdate: String?
  @Option(help: "The seed of the attack's random numbers.") var seed: UInt64 = 1
  @Option(help: "Every uniform draw is this number, to compare with a run whose draws are known.")
  var constantDraw: Double?
  @Option(help: ArgumentHelp("Where to write what the server receives.", valueName: "V.npy")) var out: String

  func run() throws {
    let settings = set + (knowledge.map { ["knowledge=\($0)"] } ?? [])
    guard let member = try ComponentText.read(name, settings, of: Attacks.family, option: "--set") as? any Attack else {
      preconditionFailure("the family of attacks holds something else")
    }
    var work = AttackOnUpdates(attack: member)
    work.byzantine = byzantine
    work.quirks = try Set<Quirk>(profile: profile, names: quirks)
    work.seed = seed
    work.constantDraw = constantDraw
    work.rootUpdate = try rootUpdate.flatMap { try ArrayFiles.vectors($0).first }
    let (rounds, isStacked) = try ArrayFiles.rounds(updates)
    let received = try work.received(rounds)
    let (rows, columns) = (received[0].rows, received[0].columns)
    try ArrayFiles.write(
      NPY(
        shape: isStacked ? [received.count, rows, columns] : [rows, columns],
        floats: Array(received.map(\.values).joined())),
      to: out)
    Output.say(
      .map(["attack": .string(type(of: member).name), "rows": .integer(rows), "byzantine": .integer(byzantine)]))
  }
}
