/// Tables of one measurement.
struct TableSection {
  struct Block {
    let at: String
    let caption: String?
    let rowName: String
    let columns: [Head]
    let rows: [Row]
    let notes: [String]
  }

  struct Head {
    let at: String
    let name: String
  }

  struct Row {
    let at: String
    let name: String
    let cells: [Cell]
  }

  struct Cell {
    let at: String
    let kind: String
    let text: String
  }

  let heading: String
  let blocks: [Block]

  init?(_ tables: [Table]) {
    guard let first = tables.first else { return nil }
    heading = first.title
    blocks = tables.map { TableSection.block($0, heading: first.title) }
  }

  private static func block(_ table: Table, heading: String) -> Block {
    let heads = table.columnNames.map { name in
      Head(at: [Table.Pair(name: table.columnName, value: name)].json, name: name)
    }
    let best = table.best
    let rows = table.rowNames.indices.map { row in
      let cells = table.entries[row].enumerated().map { column, entry in
        let texts = entry?.texts ?? (number: "", marks: "")
        return Cell(
          at: heads[column].at, kind: best.contains(Table.Place(row: row, column: column)) ? "best" : "plain",
          text: texts.marks.isEmpty ? texts.number : texts.number + " " + texts.marks)
      }
      return Row(
        at: [Table.Pair(name: table.rowName, value: table.rowNames[row])].json, name: table.rowNames[row], cells: cells)
    }
    let captions = [table.shared.text, table.title == heading ? "" : table.title].filter { !$0.isEmpty }
    return Block(
      at: table.shared.json, caption: captions.isEmpty ? nil : captions.joined(separator: "; "),
      rowName: table.rowName, columns: heads, rows: rows,
      notes: (table.bestMeaning.map { ["bold: " + $0] } ?? []) + table.notes.map { "\($0.mark) \($0.meaning)" })
  }
}
