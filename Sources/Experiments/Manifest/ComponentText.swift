package import Catalogue
internal import YAML

/// A member of a family as a command line names it: its name, and `key=value` texts for its parameters.
package enum ComponentText {
  /// - Parameter option: the flag that the texts came with, for messages.
  /// - Throws: `CatalogueError.unknownMember`; `Failure` for a key or value that is wrong for the member.
  package static func read(
    _ name: String, _ texts: [String], of family: Family, option: String
  ) throws -> any Component {
    guard let member = family.member(name) else { throw CatalogueError.unknownMember(name, family: family) }
    let diagnostics = Diagnostics()
    var entries: [Node.Entry] = []
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw Failure([Diagnostic(file: option, message: "'\(text)' is not of the form key=value")])
      }
      let source = Source(name: option, text: text[..<equals] + ": " + text[text.index(after: equals)...])
      entries += try Document.parse(source, diagnostics)?.mapping ?? []
    }
    let values = ValueReader(diagnostics: diagnostics).parameters(entries, of: member)
    try diagnostics.throwErrors()
    return try member.make(values ?? [:])
  }
}
