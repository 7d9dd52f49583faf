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

  @Test(arguments: Datasets.published.indices) func whatIsFetchedIsALayoutWithWellFormedChecksums(member: Int) {
    let type = Datasets.published[member]
    let (files, others) = (type.origin.files, type.origin.otherFiles)
    if !files.isEmpty {
      #expect(type.layouts.contains(files.map(\.name)))
      #expect(
        type.origin.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/") } && !type.origin.mirrors.isEmpty)
    }
    for file in files + others {
      #expect(type.layouts.contains { $0.contains(file.name) })
      #expect(file.size > 0 && file.md5.wholeMatch(of: /[0-9a-f]{32}/) != nil)
      #expect(file.sha256?.wholeMatch(of: /[0-9a-f]{64}/) != nil)
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
