package import Catalogue

/// The partitions that a manifest can name, one line each.
package enum Partitions {
  package static let all: [any Partition.Type] = [
    LabelBias.self,
    IID.self,
    Dirichlet.self,
    Shards.self,
    Natural.self,
  ]
  package static let family = Family("partition", all)
}
