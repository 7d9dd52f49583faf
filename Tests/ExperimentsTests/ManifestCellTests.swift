import Catalogue
import Foundation
import Testing

@testable import Experiments

@Suite struct ManifestCellTests {
  private let parameters: [String: Value] = [
    "aggregator": .map(["skymask": .map(["threshold": .number(0.5)])]), "bias": .number(0.1), "clients": .integer(100),
    "quirks": .list([]), "root.size": .integer(100), "seed": .integer(1),
  ]

  // The expected keys are SHA-256 sums of the JSON, computed by another program.
  @Test func keysAreTheHashOfCanonicalJSON() {
    #expect(
      Cell(parameters: [:], dataDigest: nil).key == "8e037f133d3eb6426cf4f28fb20ddd5e64ae4a6f8bfb136e7081d7aebb6bbfbb")
    #expect(
      Cell(parameters: parameters, dataDigest: "abc").key
        == "79837fb215e8c3bbe423592fb41d2636942bff0b9ef97489eb9bb6510b7d9531")
  }

  @Test func oneAndOnePointZeroHaveOneKey() {
    var other = parameters
    other["clients"] = .number(100)
    #expect(Cell(parameters: other, dataDigest: "abc").key == Cell(parameters: parameters, dataDigest: "abc").key)
  }

  @Test func otherDataHaveAnotherKey() {
    let keys = [nil, "abc", "abd"].map { Cell(parameters: parameters, dataDigest: $0).key }
    #expect(Set(keys).count == 3)
  }

  @Test func keysOfASweepAreThoseOfTheirParameters() throws {
    let text = """
      name: t
      grid: {attack: [none, {fang-trim: {partial: true}}], bias: [0.1, 1], aggregator: [fedavg, skymask]}
      """
    let cells = try manifest(text).cells { _ in "digest" }
    #expect(cells.count == 8)
    for cell in cells { #expect(cell == Cell(parameters: cell.parameters, dataDigest: "digest")) }
  }

  @Test func cellsThatDifferOnlyInAnAttacksParameterHaveDifferentKeys() throws {
    let text = "name: t\ngrid: {attack: [{fang-trim: {partial: false}}, {fang-trim: {partial: true}}]}\n"
    let cells = try manifest(text).cells { _ in nil }
    #expect(cells.map { $0.value(at: "attack") } == [.string("fang-trim"), .string("fang-trim")])
    #expect(Set(cells.map(\.key)).count == 2)
  }

  @Test func aDefaultWrittenOutIsTheSameCell() throws {
    let text = "name: t\ngrid: {attack: [fang-trim, {fang-trim: {partial: false}}, trim_attack]}\n"
    #expect(try manifest(text).cells { _ in nil }.count == 1)
  }

  @Test func nameOrderAndRunSettingsAreNoPartOfTheKey() throws {
    let one = try manifest("name: a\ngrid:\n  bias: [0.1, 0.5]\n  attack: [none, min-max]\nseeds: [1, 2]\n")
    let other = try manifest(
      "name: b\ndescription: x\nrun: {jobs: 2}\nseeds: [2, 1]\ngrid:\n  attack: [min-max, no]\n  bias: [0.5, 0.10]\n")
    let keys = try one.cells { _ in nil }.map(\.key)
    #expect(keys.count == 8)
    #expect(Set(keys) == Set(try other.cells { _ in nil }.map(\.key)))
  }

  @Test func asksForTheDigestOfEachDataSetOnce() throws {
    var asked: [Value] = []
    let text = "name: t\ngrid: {dataset: [fashion-mnist, synthetic-images], bias: [0.1, 0.5]}\nseeds: [1, 2]\n"
    let cells = try manifest(text).cells { dataset in
      asked.append(dataset)
      return "digest \(asked.count)"
    }
    #expect(asked.compactMap { Chosen($0)?.name } == ["fashion-mnist", "synthetic-images"])
    #expect(cells.map(\.dataDigest) == Array(repeating: "digest 1", count: 4) + Array(repeating: "digest 2", count: 4))
  }

  @Test func aFailingDigestIsThrown() throws {
    struct Unreadable: Error {}
    let sweep = try manifest("name: t\n").sweep()
    #expect(throws: Unreadable.self) { try sweep.cells { _ in throw Unreadable() } }
  }

  @Test func valuesOfKeysReachIntoComponents() {
    let cell = Cell(parameters: parameters, dataDigest: nil)
    #expect(cell.value(at: "aggregator") == .string("skymask"))
    #expect(cell.value(at: "aggregator.threshold") == .number(0.5))
    #expect(cell.value(at: "root.size") == .integer(100))
    #expect(cell.value(at: "aggregator.steps") == nil)
    #expect(cell.value(at: "attack") == nil)
  }
}

@Suite struct CellFileTests {
  private func path() throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "cell-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appending(path: "cell.json").path
  }

  private func complaint(_ json: String) -> String {
    do {
      return "no error: \(try Cell(json: Array(json.utf8), file: "cell.json").key)"
    } catch {
      return "\(error)"
    }
  }

  @Test func writesCanonicalJSONAndANewlineAndReadsItBack() throws {
    let cell = Cell(
      parameters: ["bias": .number(0.5), "attack": .string("none"), "seed": .integer(3)], dataDigest: nil)
    let path = try path()
    try cell.write(to: path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text
        == #"{"data":null,"key":"\#(cell.key)","numericsVersion":\#(numericsVersion),"parameters":{"attack":"none","bias":0.5,"seed":3}}"#
        + "\n")
    #expect(try Cell.read(from: path) == cell)
  }

  @Test func everyCellOfASweepComesBackFromItsFile() throws {
    let text = "name: t\ngrid: {attack: [none, min-max], aggregator: [fedavg, skymask], local_lr: [0.1, 1e-5]}\n"
    for cell in try manifest(text).cells(digest: { _ in "d" }) {
      #expect(try Cell(json: Array(cell.json.utf8), file: "cell.json") == cell)
    }
  }

  @Test func aChangedFileIsNotBelieved() throws {
    let cell = Cell(parameters: ["seed": .integer(3)], dataDigest: nil)
    let other = Cell(parameters: ["seed": .integer(4)], dataDigest: nil)
    #expect(
      complaint(cell.json.replacing(#""seed":3"#, with: #""seed":4"#))
        == "cell.json: is damaged: its key is \(cell.key), but its content gives \(other.key)")
    #expect(complaint(String(cell.json.dropLast(9))) == "cell.json: is no cell: not a JSON map")
    #expect(complaint("") == "cell.json: is no cell: not a JSON map")
    #expect(complaint("{}") == "cell.json: is no cell: no parameters")
    #expect(
      complaint(cell.json.replacing(#""numericsVersion":\#(numericsVersion)"#, with: #""numericsVersion":0"#))
        == "cell.json: is of numerics version 0, this program of \(numericsVersion)")
  }

  @Test func aMissingFileIsTold() {
    #expect { try Cell.read(from: "/nowhere/cell.json") } throws: { error in
      "\(error)".hasPrefix("/nowhere/cell.json: cannot be read: ")
    }
    let cell = Cell(parameters: [:], dataDigest: nil)
    #expect { try cell.write(to: "/nowhere/cell.json") } throws: { error in
      "\(error)".hasPrefix("/nowhere/cell.json: cannot be written: ")
    }
  }
}
