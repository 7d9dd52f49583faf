internal import Mustache

/// Escapes text for HTML, in content and in quoted attributes.
///
/// The library's own looks at whole characters, and lets a quote pass that has an accent on it: to a browser that is a
/// quote, which ends the attribute.
struct PageText: MustacheContentType {
  /// What a template's `CONTENT_TYPE` calls it.
  static let name = "PAGE"

  func escapeText(_ text: String) -> String { PageText.escaped(text) }

  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      // What no page may contain, such as the colour codes of a log.
      case "\u{0}"..."\u{8}", "\u{b}", "\u{c}", "\u{e}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}":
        result.append("\u{fffd}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
