internal import YAML

extension Manifest {
  /// The manifest as stored with the results: it needs no other file, and includes what the command line changed.
  package var text: String {
    if isAsWritten { return source.text }
    return "# Made by skymask: it needs no other file, and has what the command line changed.\n"
      + document.text
  }

  /// What stands in a section that is a map; nothing where there is none.
  func entries(of section: String) -> [Node.Entry] {
    document.mapping?.first { $0.key == section }?.value.mapping ?? []
  }

  mutating func change(_ section: String, to content: Node.Content) {
    let old = document.mapping ?? []
    let entry = Node.Entry(key: section, keyMark: document.mark, value: Node(content, document.mark))
    let isNew = !old.contains { $0.key == section }
    document = Node(.mapping(old.map { $0.key == section ? entry : $0 } + (isNew ? [entry] : [])), document.mark)
    isAsWritten = false
  }
}
