internal import Catalogue

/// Nobody is malicious: every client sends its honest update.
package struct NoAttack: Attack {
  package static let name = "none"
  package static let aliases = ["no"]
  package static let summary = "every client is honest"

  package init() {}
}
