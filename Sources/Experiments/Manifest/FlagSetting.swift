internal import Catalogue
internal import YAML

/// `key=value` behind a flag of the command line.
package struct FlagSetting: Sendable {
  let flag: String
  let text: String

  package init(flag: String, text: String) { (self.flag, self.text) = (flag, text) }

  /// What it sets, and the same as YAML.
  struct Content {
    var settings: [Setting] = []
    var entries: [Node.Entry] = []
  }

  /// The one value.
  func value(_ diagnostics: Diagnostics) throws -> Content {
    let (key, value) = try parts()
    return try read(key, value, diagnostics)
  }

  /// The settings of each of the values, which stand between commas.
  func alternatives(_ diagnostics: Diagnostics) throws -> [Setting] {
    let (key, values) = try parts()
    return try LabelText.split(values, at: ",").flatMap { try read(key, $0, diagnostics).settings }
  }

  private func parts() throws -> (key: Substring, value: Substring) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex, !text.contains(where: \.isNewline) else {
      throw Failure([Diagnostic(file: flag, message: "'\(text)' is not of the form key=value")])
    }
    return (text[..<equals], text[text.index(after: equals)...])
  }

  /// Reads them as the YAML `key: value`, so that messages can point into it.
  private func read(_ key: Substring, _ value: Substring, _ diagnostics: Diagnostics) throws -> Content {
    var yaml = String(value)
    if case .parameter(let index)? = Schema.path(of: String(key)) {
      yaml = LabelText.yaml(value, as: Schema.parameters[index].type)
    }
    let source = Source(flag: flag, text: key + ": " + yaml)
    guard let node = try Document.parse(source, diagnostics), let entries = node.mapping else { return Content() }
    return Content(settings: SettingMap(node, section: flag, diagnostics).settings(), entries: entries)
  }
}
