import Foundation

/// Manifests of the tests.
enum Manifests {
  /// Four cells of six rounds, three of them and the last evaluated, done in a moment.
  static let tiny = """
    name: tiny
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      clients: 5
      byzantine: 1
      rounds: 6
      evaluate_every: 2
      local_epochs: 1
      root.size: 20
    grid:
      attack: [none, label-flip]
      aggregator: [fedavg, trimmed-mean]

    """

  /// As `tiny`, long enough to be caught at work.
  static let slow = tiny.replacing("name: tiny", with: "name: slow")
    .replacing("rounds: 6", with: "rounds: 1500").replacing("evaluate_every: 2", with: "evaluate_every: 300")

  /// As `tiny` with two cells that fail, since a client of theirs gets no sample, between two that do not.
  static let failing = """
    name: failing
    defaults:
      dataset: {synthetic-images: {height: 4, width: 4, train: 200, test: 100}}
      model: lr
      byzantine: 1
      rounds: 6
      evaluate_every: 2
      local_epochs: 1
      root.size: 20
    grid:
      clients: [5, 150]
      attack: [none, label-flip]

    """
}

/// A CSV file whose fields have no line feeds.
struct Rows {
  let header: [String]
  let rows: [[String]]

  init(_ text: String) {
    let lines = text.split(separator: "\n").map(Rows.fields)
    header = lines.first ?? []
    rows = Array(lines.dropFirst())
  }

  /// Whether every row has as many fields as the header.
  var isRectangular: Bool { rows.allSatisfy { $0.count == header.count } }

  /// What stands between the commas that no quotes are around.
  private static func fields(_ line: Substring) -> [String] {
    var (fields, field, isQuoted) = ([String](), "", false)
    for character in line {
      switch character {
      case "\"": isQuoted.toggle()
      case "," where !isQuoted:
        fields.append(field)
        field = ""
      default: field.append(character)
      }
    }
    return fields + [field]
  }

  func column(_ name: String) -> [String] {
    guard let index = header.firstIndex(of: name) else { return [] }
    return rows.map { $0[index] }
  }
}

extension Manifests {
  /// `tiny` with so many learning rates: four times as many cells.
  static func many(_ rates: Int) -> String {
    let list = (1...rates).map { String(Double($0) / 100_000) }.joined(separator: ", ")
    return tiny + "  local_lr: [\(list)]\n"
  }
}
