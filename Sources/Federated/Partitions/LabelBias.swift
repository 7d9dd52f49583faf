internal import Catalogue

/// Clients in as many groups as classes; a sample goes to its class's group with probability `bias`.
///
/// Fang et al., "Local Model Poisoning Attacks to Byzantine-Robust Federated Learning", USENIX Security 2020; Cao et
/// al., "FLTrust", NDSS 2021. Else it goes to each other group with probability (1 − bias)/(C − 1), then to a client of
/// the group, each as likely. `bias` = 1/C is i.i.d. The clients are permuted at the end, so that the malicious ones,
/// which come first, are spread over the groups. Each sample is dealt by random numbers of its own.
///
/// Departs from the papers where C does not divide n: the sizes of groups differ by one then, and with fewer clients
/// than classes several groups are one client.
package struct LabelBias: Partition {
  package static let name = "label-bias"
  package static let summary = "a share 'bias' of each class goes to the class's own group of clients"
  package static let source = "Fang et al., Local Model Poisoning Attacks, USENIX Security 2020"

  package init() {}

  package func lists(of deal: Deal) throws -> [[Int]] {
    var lists = [[Int]](repeating: [], count: deal.clients)
    for sample in deal.pool {
      var random = deal.random(sample)
      let group = Self.group(of: Int(deal.labels[sample]), classes: deal.classes, bias: deal.bias, &random)
      let members = Self.members(of: group, classes: deal.classes, clients: deal.clients)
      lists[members.lowerBound + random.integer(below: members.count)].append(sample)
    }
    return try deal.checked(deal.permuted(lists), bias: deal.bias)
  }

  /// The clients of a group before they are permuted.
  static func members(of group: Int, classes: Int, clients: Int) -> Range<Int> {
    let first = group * clients / classes
    return first..<max(first + 1, (group + 1) * clients / classes)
  }

  private static func group(of label: Int, classes: Int, bias: Double, _ random: inout RandomSource) -> Int {
    if random.uniform() < bias || classes == 1 { return label }
    let other = random.integer(below: classes - 1)
    return other < label ? other : other + 1
  }
}
