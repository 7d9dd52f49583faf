import Foundation
import KernelDigests
import NeuralNet
import TestSupport
import Testing

/// Every kernel gives the bits that are written down in `Tests/Golden/kernels/digests.txt`.
///
/// Where a change of the numbers is meant, `Scripts/kernel-digests.sh --write` renews the file; experiments then give
/// other numbers too.
@Suite(.serialized) struct KernelDigestTests {
  private static func lines(_ url: URL) throws -> [String] {
    try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  @Test(arguments: InstructionSet.available) func kernelsGiveTheGoldenBits(set: InstructionSet) throws {
    let before = InstructionSet.inUse
    defer { before.use() }
    set.use()
    let written = FileManager.default.temporaryDirectory.appending(path: "kernel-digests-\(UUID().uuidString).txt")
    defer { try? FileManager.default.removeItem(at: written) }
    try #require(kernel_digests_write(written.path) == 0)
    let actual = try Self.lines(written), expected = try Self.lines(Golden.url("kernels/digests.txt"))
    #expect(actual.count == expected.count)
    let differing = zip(actual, expected).filter { $0 != $1 }
    let first = differing.prefix(5).map { "\($0), expected \($1)" }.joined(separator: "\n")
    #expect(differing.isEmpty, "\(differing.count) lines differ with \(set):\n\(first)")
  }
}
