package import Catalogue

/// The attacks that a manifest can name, one line each.
package enum Attacks {
  package static let all: [any Attack.Type] = [
    NoAttack.self,
    LabelFlip.self,
    FangTrim.self,
    FangKrum.self,
    MinMax.self,
    MinSum.self,
    Scaling.self,
    LIEBackdoor.self,
    Adaptive.self,
  ]
  package static let family = Family("attack", all)
}
