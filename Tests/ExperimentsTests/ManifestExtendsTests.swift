import Foundation
import Testing
import YAML

@testable import Experiments

@Suite struct ManifestExtendsTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "extends-\(UUID().uuidString)")

  /// Writes the files and loads the one called `top.yaml`.
  private func load(_ files: [String: String]) throws -> Manifest {
    for (name, text) in files {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return try Manifest.load(path: folder.appending(path: "top.yaml").path)
  }

  private func complaint(_ files: [String: String]) -> String {
    do {
      return "no error: \(try load(files).sweep().count) cells"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }

  @Test func mapsMergeAndListsReplace() throws {
    let manifest = try load([
      "base.yaml": """
      name: base
      description: from the base
      defaults: {rounds: 10, batch_size: 8}
      grid: {bias: [0.1, 0.5], attack: [none, min-max]}
      seeds: [1, 2, 3]
      run: {jobs: 3, retries: 0}
      """,
      "top.yaml": """
      name: top
      extends: [base.yaml]
      defaults: {rounds: 20}
      grid: {attack: [label-flip]}
      seeds: [7]
      run: {jobs: 1}
      """,
    ])
    #expect(manifest.name == "top")
    #expect(manifest.description == "from the base")
    #expect((manifest.run.jobs, manifest.run.retries) == (1, 0))
    #expect(
      try lines(of: manifest, ["bias", "attack", "rounds", "batch_size", "seed"]) == [
        "0.1 label-flip 20 8 7", "0.5 label-flip 20 8 7",
      ])
  }

  @Test func aParameterIsReplacedHoweverItIsSpelled() throws {
    let manifest = try load([
      "base.yaml": "defaults: {nworkers: 100, root: {size: 50, bias: 0.3}, aggregator: {skymask: {threshold: 0.2}}}\n",
      "top.yaml": "name: t\nextends: base.yaml\ndefaults: {clients: 60, root.size: 70, aggregator: {krum: {}}}\n",
    ])
    #expect(try lines(of: manifest, ["clients", "root.size", "root.bias", "aggregator"]) == ["60 70 0.3 krum"])
  }

  @Test func laterBasesLieOverEarlierOnesAndPathsAreRelative() throws {
    let manifest = try load([
      "common/a.yaml": "extends: [b.yaml]\ndefaults: {rounds: 1, batch_size: 2}\n",
      "common/b.yaml": "defaults: {rounds: 3, batch_size: 4, local_epochs: 9}\n",
      "c.yaml": "defaults: {batch_size: 6}\n",
      "top.yaml": "name: t\nextends: [common/a.yaml, c.yaml]\n",
    ])
    #expect(try lines(of: manifest, ["rounds", "batch_size", "local_epochs"]) == ["1 6 9"])
  }

  @Test func twoBasesMayShareOne() throws {
    let manifest = try load([
      "a.yaml": "extends: d.yaml\n", "b.yaml": "extends: d.yaml\n", "d.yaml": "defaults: {rounds: 3}\n",
      "top.yaml": "name: t\nextends: [a.yaml, b.yaml]\n",
    ])
    #expect(try lines(of: manifest, ["rounds"]) == ["3"])
  }

  @Test func aCycleIsAnError() {
    #expect(
      complaint(["base.yaml": "extends: [./top.yaml]\n", "top.yaml": "name: t\nextends: [base.yaml]\n"]) == """
        base.yaml:1:11: error: './top.yaml' is extended by itself
            1 | extends: [./top.yaml]
              |           ^~~~~~~~~~
        """)
  }

  @Test func filesThatMultiplyAreAnError() {
    var files = ["top.yaml": "name: t\nextends: [f0.yaml]\n", "f20.yaml": "defaults: {rounds: 3}\n"]
    for index in 0..<20 { files["f\(index).yaml"] = "extends: [f\(index + 1).yaml, f\(index + 1).yaml]\n" }
    #expect(complaint(files).contains(": error: more than 100 files are extended\n"))
  }

  @Test func theNameIsNotInherited() {
    #expect(
      complaint(["base.yaml": "name: base\n", "top.yaml": "extends: [base.yaml]\n"]).hasPrefix(
        "top.yaml:1:1: error: a manifest needs a 'name'\n"))
  }

  @Test func aBaseThatCannotBeReadIsToldWhereItIsNamed() {
    #expect(
      complaint(["top.yaml": "name: t\nextends:\n  - missing.yaml\n  - 'sub'\n  - [x]\n", "sub/x": ""]) == """
        top.yaml:3:5: error: 'missing.yaml' cannot be extended: no such file
            3 |   - missing.yaml
              |     ^~~~~~~~~~~~
        top.yaml:4:5: error: 'sub' cannot be extended: is a folder, not a file
            4 |   - 'sub'
              |     ^~~~~
        top.yaml:5:5: error: 'extends' must be a list of manifest files, but is a list
            5 |   - [x]
              |     ^
              write, say, extends: [base.yaml]
        """)
  }

  @Test func errorsOfABasePointIntoTheBase() {
    #expect(
      complaint([
        "base.yaml": "grid:\n  attack: [nobody]\n",
        "top.yaml": "name: t\nextends: [base.yaml]\ndefaults: {rounds: 0}\n",
      ]).split(separator: "\n").map(String.init).filter { $0.contains(": error: ") } == [
        "top.yaml:3:20: error: 'rounds' must be a whole number from 1 to 10000000, but is '0'",
        "base.yaml:2:12: error: unknown attack 'nobody'",
      ])
    #expect(
      complaint([
        "base.yaml": "grid:\n  rounds: [1, 2]\n",
        "top.yaml": "name: t\nextends: [base.yaml]\noverride: [{when: {bias: 0.5}, set: {rounds: 3}}]\n",
      ]).contains("error: an override cannot set 'rounds', an axis on line 2 of "))
  }
}
