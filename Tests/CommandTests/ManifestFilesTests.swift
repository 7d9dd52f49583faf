import Foundation
import TestSupport
import Testing

/// The manifests under `experiments/`, with files in the data sets' true formats and sizes that hold zeros.
@Suite struct ManifestFilesTests {
  private let place: TestFolder
  private static let root = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
  private static let experiments = root.appending(path: "experiments").path()

  init() async throws {
    place = try TestFolder()
    let made = try await place.shell(ManifestFilesTests.standIns)
    try #require(made.code == 0, "\(made.err)")
  }

  /// Zeros take no place on the disk, and next to none in an archive.
  private static let standIns = #"""
    set -e
    mkdir -p data/cifar-10/cifar-10-batches-bin data/cifar-100/cifar-100-binary data/har data/fashion-mnist
    cd data/cifar-10/cifar-10-batches-bin
    for batch in data_batch_1 data_batch_2 data_batch_3 data_batch_4 data_batch_5 test_batch; do
      dd if=/dev/null of=$batch.bin bs=1 seek=30730000 2>/dev/null
    done
    cd ../../cifar-100/cifar-100-binary
    dd if=/dev/null of=train.bin bs=1 seek=153700000 2>/dev/null
    dd if=/dev/null of=test.bin bs=1 seek=30740000 2>/dev/null
    cd ../../har
    for part in train test; do
      awk 'BEGIN {
        for (k = 1; k <= 561; k++) printf "feature %d,", k
        print "subject,Activity"
        for (row = 0; row < 300; row++) {
          for (k = 1; k <= 561; k++) printf "%.2f,", (row * k % 100) / 50 - 1
          print row % 30 + 1 ",SITTING"
        }
      }' > $part.csv
    done
    cd ../fashion-mnist
    idx() { { printf "$2"; head -c $3 /dev/zero; } | gzip -1 > $1-ubyte.gz; }
    idx train-images-idx3 '\000\000\010\003\000\000\352\140\000\000\000\034\000\000\000\034' 47040000
    idx train-labels-idx1 '\000\000\010\001\000\000\352\140' 60000
    idx t10k-images-idx3 '\000\000\010\003\000\000\047\020\000\000\000\034\000\000\000\034' 7840000
    idx t10k-labels-idx1 '\000\000\010\001\000\000\047\020' 10000
    """#

  /// The manifests, as paths inside `experiments/`.
  private static func manifests() throws -> [String] {
    let found = try #require(FileManager.default.enumerator(atPath: experiments))
    return found.compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  /// What `experiments/README.md` says that each manifest has.
  private static func toldCells() throws -> [String: Int] {
    let text = try String(contentsOf: root.appending(path: "experiments/README.md"), encoding: .utf8)
    var told: [String: Int] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 3, let match = fields[0].firstMatch(of: /\]\((.+?\.yaml)\)/) else { continue }
      told[String(match.1)] = Int(fields[1])
    }
    return told
  }

  @Test func allAreRightAndHaveTheCellsThatTheirTableTells() async throws {
    let manifests = try ManifestFilesTests.manifests()
    let told = try ManifestFilesTests.toldCells()
    #expect(manifests.count >= 19)
    #expect(told.keys.sorted() == manifests)
    let paths = manifests.map { ManifestFilesTests.experiments + "/" + $0 }
    let expected = zip(manifests, paths).map { manifest, path in
      "\(path): no errors, \(told[manifest].map { $0 == 1 ? "1 cell" : "\($0) cells" } ?? "?")\n"
    }.joined()
    let checked = try await place.run(["check"] + paths)
    #expect(checked.code == 0)
    // One of the sizes and biases of the paper's root sets leaves classes out, as that comparison means it.
    let warning =
      "\(ManifestFilesTests.experiments)/paper/root.yaml:9:40: warning: the root set has no sample of 6 of the 10"
    #expect(checked.err.hasPrefix(warning) && checked.err.matches(of: /warning:|error:/).count == 1)
    #expect(checked.out == expected)
    // Elsewhere, where the data are not.
    let without = try await place.run(["check", "--without-data", "--data", "nowhere"] + paths)
    #expect(without.code == 0)
    #expect(without.err == checked.err)
    #expect(without.out == expected)
    let missing = try await place.run(["check", "--data", "nowhere"] + paths.filter { $0.contains("/cifar-10") })
    #expect(missing.code == 65)
    #expect(missing.err.contains("run 'skymask data fetch cifar-100 --data nowhere'\n"))
  }

  @Test func everyPlanIsMadeFromTheFilesThemselves() async throws {
    let told = try ManifestFilesTests.toldCells()
    for manifest in try ManifestFilesTests.manifests() {
      let planned = try await place.run(["plan", ManifestFilesTests.experiments + "/" + manifest])
      let cells = told[manifest] ?? 0
      #expect(planned.code == 0, "\(manifest): \(planned.err)")
      #expect(
        planned.out.contains("\n\(cells) cell\(cells == 1 ? "" : "s"): \(cells) new\n"), "\(manifest): \(planned.out)")
    }
  }
}
