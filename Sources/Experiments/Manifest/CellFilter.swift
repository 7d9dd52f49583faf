internal import YAML

/// Lets the cells through that have, for every key, one of the values given for it: `--only attack=min-max,min-sum`.
package struct CellFilter: Sendable {
  private let alternatives: [[Setting]]

  /// - Throws: `Failure` for an unknown key or a value that is wrong for it.
  package init(_ texts: [String]) throws {
    let diagnostics = Diagnostics()
    var alternatives: [[Setting]] = []
    for text in texts {
      for setting in try FlagSetting(flag: "--only", text: text).alternatives(diagnostics) {
        if let index = alternatives.firstIndex(where: { $0[0].path == setting.path }) {
          alternatives[index].append(setting)
        } else {
          alternatives.append([setting])
        }
      }
    }
    try diagnostics.throwErrors()
    self.alternatives = alternatives
  }

  func accepts(_ cell: ResolvedCell) -> Bool {
    alternatives.allSatisfy { settings in settings.contains { cell.matches([$0]) } }
  }
}
