/// Heat maps of one measurement, all in the same colours.
struct MapSection {
  struct Block {
    let at: String
    let caption: String?
    let rowName: String
    let columns: [TableSection.Head]
    let rows: [Row]
  }

  struct Row {
    let at: String
    let name: String
    let cells: [Cell]
  }

  struct Cell {
    let at: String
    /// The colours; nil where there is no number.
    let look: String?
    let text: String
  }

  let heading: String
  let lowest: String
  let highest: String
  /// The scale, as SVG.
  let key: String
  let blocks: [Block]

  /// Nil where nothing was measured.
  init?(_ tables: [Table]) {
    let means = tables.flatMap { $0.entries.joined().compactMap { $0?.mean } }
    guard let first = tables.first, let scale = HeatScale(means) else { return nil }
    let number = PageNumber.alike(means)
    heading = first.plainTitle
    (lowest, highest) = (number(scale.lowest), number(scale.highest))
    key = MapSection.key
    blocks = tables.map { MapSection.block($0, scale, number) }
  }

  private static func block(_ table: Table, _ scale: HeatScale, _ number: (Double) -> String) -> Block {
    let heads = table.columnNames.map { name in
      TableSection.Head(at: [Table.Pair(name: table.columnName, value: name)].json, name: name)
    }
    let rows = zip(table.rowNames, table.entries).map { name, entries in
      let cells = zip(heads, entries).map { head, entry in
        guard let entry, let mean = entry.mean else {
          return Cell(at: head.at, look: nil, text: entry == nil ? "" : "–")
        }
        let text = number(mean) + entry.texts.marks
        guard mean.isFinite else { return Cell(at: head.at, look: nil, text: text) }
        let colours = scale.colours(of: mean)
        return Cell(at: head.at, look: "background: \(colours.fill); color: \(colours.text)", text: text)
      }
      return Row(at: [Table.Pair(name: table.rowName, value: name)].json, name: name, cells: cells)
    }
    return Block(
      at: table.shared.json, caption: table.shared.isEmpty ? nil : table.shared.text, rowName: table.rowName,
      columns: heads, rows: rows)
  }

  /// Steps of the scale from left to right.
  private static var key: String {
    let steps = 24
    let parts = (0..<steps).map { step in
      let fill = HeatScale.colours(at: Double(step) / Double(steps - 1)).fill
      return #"<rect x="\#(step * 5)" y="0" width="5.5" height="12" fill="\#(fill)"/>"#
    }
    return
      #"<svg class="key" viewBox="0 0 \#(steps * 5) 12" preserveAspectRatio="none" aria-hidden="true">\#(parts.joined())</svg>"#
  }
}
