import Catalogue
import YAML

@testable import Experiments

/// A manifest of a text, called `m.yaml` in messages.
func manifest(_ text: String) throws -> Manifest { try Manifest.load(Source(name: "m.yaml", text: text)) }

/// The cells of a manifest, each a line of the keys asked for.
func lines(_ text: String, _ keys: String...) throws -> [String] {
  try lines(of: manifest(text), keys)
}

func lines(of manifest: Manifest, _ keys: [String]) throws -> [String] {
  try manifest.cells { _ in nil }.map { cell in
    keys.map { key in
      let value = cell.value(at: key)
      return value?.asString ?? value?.canonicalJSON ?? "-"
    }.joined(separator: " ")
  }
}

/// What is said about a manifest.
func complaint(_ text: String) -> String {
  do {
    let count = try manifest(text).sweep().count
    return "no error: \(count) cells"
  } catch {
    return "\(error)"
  }
}
