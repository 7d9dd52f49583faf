import Foundation
import Testing

/// The short form of `make torture`; what it disturbs and compares is told in `skymask-torture`.
struct TortureTests {
  private let place: TestFolder
  private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The manifests that fuzzing begins with.
  private var corpus: String { "--corpus '\(root)/Tests/Corpus' --corpus '\(root)/experiments'" }

  init() throws { place = try TestFolder() }

  private func torture(_ arguments: String) async throws -> Ended {
    try await place.shell(
      "exec \"$(dirname \"$SKYMASK\")/skymask-torture\" --folder . \(arguments)")
  }

  @Test(.timeLimit(.minutes(5)))
  func nothingIsLostByKillsAtRandomInstants() async throws {
    let ended = try await torture(
      "--kills 8 --kills-per-sweep 4 --cell-seconds 0.7 --most-time 10 --every 0 --fuzz-seconds 0")
    #expect(ended.code == 0, "\(ended.err)")
    #expect(ended.out.hasPrefix("| what was done | how often | what was lost |\n"))
    #expect(ended.out.contains(" | 8 kills in "))
  }

  @Test(.timeLimit(.minutes(5)))
  func nothingIsLostByDeathsAndErrorsAtSomePoints() async throws {
    let ended = try await torture("--kills 0 --every 16 --fuzz-seconds 0")
    #expect(ended.code == 0, "\(ended.err)")
    let counts = ended.out.matches(of: /([0-9]+) passages of ([0-9]+) points/).compactMap { Int($0.1) }
    #expect(counts.count == 2)
    #expect(counts.allSatisfy { $0 >= 5 })
  }

  @Test(.timeLimit(.minutes(5)))
  func damagedManifestsAreRefusedWithAWordOrGiveCells() async throws {
    let ended = try await place.shell(
      "exec \"$(dirname \"$SKYMASK\")/skymask-fuzz\" --inputs 2000 --limit 20 \(corpus)")
    #expect(ended.code == 0, "\(ended.err)")
    let ways = try #require(try /2000 inputs, ([0-9]+) ways to end, no crash, no hang\n/.wholeMatch(in: ended.out)?.1)
    #expect(try #require(Int(ways)) > 100)
    #expect(try place.snapshot("fuzz-findings").isEmpty)
  }

  /// A comparison that cannot fail would prove nothing.
  @Test func aProgramThatLosesSomethingIsFoundOut() async throws {
    let ended = try await place.shell(
      """
      mkdir bin && cp "$(dirname "$SKYMASK")/skymask-torture" bin/
      cat >bin/skymask <<'END'
      #!/bin/sh
      "\(TestFolder.program)" "$@"
      code=$?
      case "$*$SKYMASK_FAILPOINT" in *trial-*) sed -i 's/,0/,1/' "$4"/*/rounds.csv 2>/dev/null ;; esac
      exit $code
      END
      chmod +x bin/skymask
      exec bin/skymask-torture --folder . --kills 0 --every 16 --fuzz-seconds 0
      """)
    #expect(ended.code == 1)
    #expect(ended.err.contains(": rounds.csv is not that of the undisturbed run\n"))
  }
}
