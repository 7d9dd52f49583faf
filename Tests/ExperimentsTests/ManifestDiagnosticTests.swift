import Catalogue
import Federated
import Testing

@testable import Experiments

/// Exact texts. The list of a family's names is taken from the family, since it grows.
@Suite struct ManifestDiagnosticTests {
  private let attacks = "known: " + Attacks.family.names.joined(separator: ", ")
  private let parameters = """
    known: dataset, model, partition, bias, clients, clients_per_round, byzantine, assumed_byzantine, attack, …
    """

  /// The message lines alone: `3:11: 'rounds' must be …`.
  private func messages(_ text: String) -> [String] {
    complaint(text).split(separator: "\n").map(String.init).filter { $0.contains(": error: ") }.map {
      $0.replacing("m.yaml:", with: "").replacing("error: ", with: "")
    }
  }

  /// A line of settings under `defaults`.
  private func defaults(_ setting: String) -> String { complaint("name: t\ndefaults:\n  \(setting)\n") }

  @Test func anUnknownAttackIsAnErrorNotNone() {
    #expect(
      complaint("name: t\ngrid:\n  attack: [mix-max, none]\n") == """
        m.yaml:3:12: error: unknown attack 'mix-max'
            3 |   attack: [mix-max, none]
              |            ^~~~~~~
              did you mean 'min-max'?  \(attacks)
        """)
    #expect(
      complaint("name: t\ngrid:\n  attack: [sybil]\n") == """
        m.yaml:3:12: error: unknown attack 'sybil'
            3 |   attack: [sybil]
              |            ^~~~~
              \(attacks)
        """)
  }

  @Test func aMisspeltParameterIsAnErrorNotTheDefault() {
    #expect(
      defaults("batchsize: 3") == """
        m.yaml:3:3: error: unknown parameter 'batchsize'
            3 |   batchsize: 3
              |   ^~~~~~~~~
              did you mean 'batch_size'?  \(parameters)
        """)
    #expect(defaults("nworker: 3").hasSuffix("\n      did you mean 'nworkers'?  \(parameters)"))
    #expect(defaults("zzz: 3").hasSuffix("\n      \(parameters)"))
  }

  @Test func aMisspeltParameterOfAComponentIsAnErrorNotTheDefault() {
    #expect(
      defaults("aggregator: {skymask: {treshold: 0.4}}").hasPrefix(
        """
        m.yaml:3:26: error: 'skymask' has no parameter 'treshold'
            3 |   aggregator: {skymask: {treshold: 0.4}}
              |                          ^~~~~~~~
              did you mean 'threshold'?  known: 
        """))
    #expect(
      defaults("aggregator.treshold: 0.4").hasPrefix(
        """
        m.yaml:3:3: error: unknown parameter 'aggregator.treshold'
            3 |   aggregator.treshold: 0.4
              |   ^~~~~~~~~~~~~~~~~~~
              did you mean 'aggregator.threshold'?  known: 
        """))
    #expect(
      defaults("attack: {none: {x: 1}}") == """
        m.yaml:3:19: error: 'none' has no parameters, so none named 'x'
            3 |   attack: {none: {x: 1}}
              |                   ^
        """)
  }

  @Test func wrongTypesAndRangesAreToldAtOnce() {
    let text = """
      name: t
      defaults:
        rounds: many
        clients: 0
        bias: 1.5
        local_lr: 0
        gradient_clip: -1
        batch_size: 2.5
        clients_per_round: all
        byzantine:
        attack: [none]
        evaluate_every: {a: 1}
        seed: -1
      """
    #expect(
      messages(text) == [
        "3:11: 'rounds' must be a whole number from 1 to 10000000, but is 'many'",
        "4:12: 'clients' must be a whole number from 1 to 1000000, but is '0'",
        "5:9: 'bias' must be a number from 0 to 1, but is '1.5'",
        "6:13: 'local_lr' must be a number greater than 0, but is '0'",
        "7:18: 'gradient_clip' must be a number greater than 0, or none, but is '-1'",
        "8:15: 'batch_size' must be a whole number from 1 to 65536, but is '2.5'",
        "9:22: 'clients_per_round' must be a whole number from 1 to 1000000, or none, but is 'all'",
        "10:13: 'byzantine' must be a whole number from 0 to 999999, but is empty",
        "11:11: 'attack' must be the name of an attack, or a map of one name to its parameters, but is a list",
        "12:19: 'evaluate_every' must be a whole number from 1 to 10000000, but is a map",
        "13:9: 'seed' must be a whole number of at least 0, but is '-1'",
      ])
  }

  @Test(arguments: [
    ("rounds: 010", "a leading zero means octal to some YAML readers; write 10"),
    ("rounds: 0x1F", "hexadecimal is not read; write 31"),
    ("rounds: 1_000", "underscores are not read; write 1000"),
    ("rounds: 12:30:45", "some YAML readers take this for a number of base 60; write it without ':'"),
    ("rounds: \"32\"", "take the quotes away"),
    ("local_lr: .inf", "a number must be finite"),
    ("gradient_clip: 0x2", "hexadecimal is not read; write 2"),
  ])
  func numbersThatReadersDifferOnAreRefused(setting: String, hint: String) {
    #expect(defaults(setting).hasSuffix("\n      \(hint)"))
  }

  @Test(arguments: [("yes", "write true"), ("On", "write true"), ("no", "write false"), ("OFF", "write false")])
  func truthIsTrueOrFalseOnly(text: String, hint: String) {
    let complaint = defaults("attack: {fang-trim: {partial: \(text)}}")
    #expect(
      complaint.hasPrefix("m.yaml:3:33: error: 'partial' of 'fang-trim' must be true or false, but is '\(text)'\n"))
    #expect(complaint.hasSuffix("\n      \(hint)"))
  }

  @Test func wordsOutOfAFewAreChecked() {
    #expect(
      defaults("loss: batchsoftmax") == """
        m.yaml:3:9: error: unknown value 'batchsoftmax' for 'loss'
            3 |   loss: batchsoftmax
              |         ^~~~~~~~~~~~
              did you mean 'batch-softmax'?  known: cross-entropy, batch-softmax
        """)
    #expect(
      defaults("record: [selection, selections]") == """
        m.yaml:3:23: error: unknown value 'selections' for an entry of 'record'
            3 |   record: [selection, selections]
              |                       ^~~~~~~~~~
              did you mean 'selection'?  known: selection, masks
        """)
    #expect(
      defaults("record: selection") == """
        m.yaml:3:11: error: 'record' must be a list, but is 'selection'
            3 |   record: selection
              |           ^~~~~~~~~
              write [selection]
        """)
  }

  @Test func aComponentIsANameOrAMapOfOneName() {
    #expect(
      defaults("attack: {none: {}, min-max: {}}") == """
        m.yaml:3:11: error: 'attack' must be the name of an attack, or a map of one name to its parameters, but this \
        map has 2 keys
            3 |   attack: {none: {}, min-max: {}}
              |           ^
              write {none: {…}}
        """)
    #expect(
      defaults("model: {cnn: 3}") == """
        m.yaml:3:16: error: the parameters of 'cnn' must be a map, but are '3'
            3 |   model: {cnn: 3}
              |                ^
              write {cnn: {parameter: value}}, or only cnn
        """)
    #expect(defaults("model: {mnn: {}}").hasPrefix("m.yaml:3:11: error: unknown model 'mnn'\n"))
  }

  @Test func aParameterIsGivenOnce() {
    #expect(
      defaults("{clients: 5, nworkers: 6}") == """
        m.yaml:3:16: error: 'nworkers' sets 'clients', which 'clients' on line 3 sets already
            3 |   {clients: 5, nworkers: 6}
              |                ^~~~~~~~
        """)
    #expect(
      defaults("{root.size: 3, root: {size: 4}}").hasPrefix(
        "m.yaml:3:25: error: 'root.size' is set already, on line 3\n"))
    #expect(
      defaults("{thres: 0.3, aggregator.threshold: 0.4, aggregator: skymask}").hasPrefix(
        "m.yaml:3:16: error: 'aggregator.threshold' sets 'aggregator.threshold', which 'thres' on line 3 sets already\n"
      ))
  }

  @Test func rootIsAMapOfItsParameters() {
    #expect(
      defaults("root: 5") == """
        m.yaml:3:9: error: 'root' must be a map, but is '5'
            3 |   root: 5
              |         ^
              its parameters: root.size, root.bias
        """)
    #expect(
      defaults("root: {sise: 5}") == """
        m.yaml:3:10: error: unknown parameter 'root.sise'
            3 |   root: {sise: 5}
              |          ^~~~
              did you mean 'root.size'?  known: root.size, root.bias
        """)
  }

  @Test func sectionsAreChecked() {
    #expect(
      complaint("name: t\nclients: 5\ndefalts: {}\n") == """
        m.yaml:2:1: error: unknown section 'clients'
            2 | clients: 5
              | ^~~~~~~
              'clients' is a parameter: put it under 'defaults' or 'grid'
        m.yaml:3:1: error: unknown section 'defalts'
            3 | defalts: {}
              | ^~~~~~~
              did you mean 'defaults'?  known: name, description, extends, defaults, grid, zip, exclude, override, add, \
        set, seeds, more_seeds, run, …
        """)
    #expect(
      complaint("- a\n").hasPrefix("m.yaml:1:1: error: a manifest must be a map of sections, but is a list\n"))
    #expect(complaint("---\n").hasPrefix("m.yaml:2:1: error: a manifest must be a map of sections, but is empty\n"))
    #expect(
      messages("name: t\ndefaults: 3\ngrid: [bias]\nrun: fast\n") == [
        "2:11: 'defaults' must be a map of parameters to values, but is '3'",
        "3:7: 'grid' must be a map of parameters to values, but is a list",
        "4:6: 'run' must be a map, but is 'fast'",
      ])
  }

  @Test func aForgottenSpaceIsTold() {
    #expect(
      complaint("name: t\ndefaults:\n  rounds:5\n") == """
        m.yaml:3:3: error: 'defaults' must be a map of parameters to values, but is 'rounds:5'
            3 |   rounds:5
              |   ^~~~~~~~
              between a key and its value stand a colon and a space
        """)
  }

  @Test func theNameIsAFolderName() {
    #expect(
      complaint("name: T one\n") == """
        m.yaml:1:7: error: 'name' must be at most 100 of the letters a-z, digits and '-', but is 'T one'
            1 | name: T one
              |       ^~~~~
              it names the folder under results/
        """)
    #expect(complaint("name: ../x\n").hasPrefix("m.yaml:1:7: error: 'name' must be"))
    #expect(
      complaint("description: x\n") == """
        m.yaml:1:1: error: a manifest needs a 'name'
            1 | description: x
              | ^
              write, say, name: my-sweep
        """)
  }
}
