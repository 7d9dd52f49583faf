internal import Catalogue
internal import Experiments
internal import Federated
internal import YAML

/// What must hold for any bytes that are given as a manifest: they are refused with a word, or they give cells.
enum ManifestTrial {
  /// Larger sweeps are refused here, so that an input takes no longer than a hang may.
  static let mostCells = 2000

  /// How an input ended: equal for inputs that went the same way, as far as words tell.
  static func outcome(of bytes: [UInt8]) -> String {
    do {
      let manifest = try Manifest.load(Source(name: "Tests/Corpus/input.yaml", bytes: bytes))
      let sweep = try manifest.sweep(atMost: mostCells)
      let cells = sweep.cells { _ in nil }
      check(cells, of: sweep)
      check(cells, againstTheTextOf: manifest)
      return "\(cells.count.bitWidth - cells.count.leadingZeroBitCount) \(sweep.varying.joined(separator: " "))"
    } catch let failure as Failure {
      precondition(!failure.diagnostics.isEmpty, "refused without a word")
      precondition(!failure.description.isEmpty, "refused without a word")
      return failure.diagnostics.map { words($0.message) }.joined(separator: "|")
    } catch {
      preconditionFailure("an error that is none of a manifest: \(error)")
    }
  }

  private static func check(_ cells: [Cell], of sweep: Sweep) {
    precondition(cells.count == sweep.count, "cells were lost")
    precondition(!cells.isEmpty, "a sweep without cells")
    precondition(Set(cells.map(\.key)).count == cells.count, "two cells share a key")
    for cell in cells.prefix(20) {
      do {
        let read = try Cell(json: Array(cell.json.utf8), file: "cell.json")
        precondition(read == cell, "cell.json gives another cell")
        _ = try Settings(resolved: cell.parameters)
      } catch {
        preconditionFailure("a cell that its worker cannot read: \(error)")
      }
    }
  }

  /// The text that is kept beside results gives the same cells.
  private static func check(_ cells: [Cell], againstTheTextOf manifest: Manifest) {
    do {
      let again = try Manifest.load(Source(name: "manifest.yaml", text: manifest.named("stored").text))
      let stored = try again.sweep(atMost: mostCells).cells { _ in nil }
      precondition(stored == cells, "the stored manifest gives other cells")
    } catch {
      preconditionFailure("the stored manifest is refused: \(error)")
    }
  }

  /// A message without what it quotes and counts.
  private static func words(_ message: String) -> String {
    var text = ""
    var isQuoted = false
    for letter in message {
      if letter == "'" { isQuoted.toggle() }
      if !isQuoted, !letter.isNumber { text.append(letter) }
    }
    return text
  }
}
