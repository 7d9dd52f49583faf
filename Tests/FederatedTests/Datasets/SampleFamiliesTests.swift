import Catalogue
import Foundation
import Testing

@testable import Federated

/// What holds for every data set and every partition.
@Suite struct SampleFamiliesTests {
  @Test(arguments: [Datasets.family, Partitions.family]) func parametersListEveryProperty(family: Family) {
    for member in family.members {
      let properties = Mirror(reflecting: member.init()).children.compactMap(\.label).map(snakeCase)
      #expect(member.parameters.map(\.name).sorted() == properties.sorted(), "\(member.name)")
    }
  }

  @Test(arguments: [(Datasets.family, "Dataset"), (Partitions.family, "Partition")])
  func theListHasEveryFile(family: Family, kind: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/Federated/\(kind)s")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    // A member names its family's protocol or one that goes further, such as FileDataset.
    let members = try files.filter { file in
      try !file.hasDirectoryPath
        && String(contentsOf: file, encoding: .utf8).contains(try Regex("\n(package )?struct \\w+: \\w*\(kind) \\{\n"))
    }
    #expect(
      members.map { $0.deletingPathExtension().lastPathComponent }.sorted()
        == family.members.map { String(describing: $0) }.sorted())
  }

  @Test func namesAndAliasesAreUnique() {
    for family in [Datasets.family, Partitions.family] {
      let spellings = family.members.flatMap { [$0.name] + $0.aliases }
      #expect(Set(spellings).count == spellings.count)
    }
  }

  @Test func thePublishedNamesAreKnown() {
    #expect(Datasets.family.member("FashionMNIST") is FashionMNIST.Type)
    #expect(Datasets.family.member("CIFAR-10") is CIFAR10.Type)
    #expect(Datasets.family.member("HAR") is HAR.Type)
  }

  private func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
  }
}
