import Foundation
import TestSupport
import Testing

/// Results say which commit the program was built from.
struct BuildCommitTests {
  private let place: TestFolder
  private static let script = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts/record-commit.sh").path()

  init() throws { place = try TestFolder() }

  /// What the script writes for a folder of sources, which `prepare` makes.
  private func recorded(_ prepare: String) async throws -> String {
    let ended = try await place.shell(
      """
      set -e
      export GIT_CONFIG_GLOBAL=/dev/null
      commit() { git add -A && git -c user.name=T -c user.email=t@example.org commit -qm "$1"; }
      \(prepare)
      mkdir -p sources/Scripts sources/Sources && cp '\(Self.script)' sources/Scripts
      sh sources/Scripts/record-commit.sh "$PWD/out.swift" && cat out.swift
      """)
    #expect(ended.code == 0, "\(ended.err)")
    return ended.out
  }

  private static let unknown = "let recordedCommit: String? = nil\nlet recordedClean: Bool? = nil\n"
  private static let begin = """
    mkdir -p sources/Scripts sources/Sources && cp '\(script)' sources/Scripts && echo a > sources/Sources/a.swift
    cd sources && git init -q . && commit one && cd ..
    """

  @Test func aCommittedTreeIsClean() async throws {
    let told = try await recorded(Self.begin)
    let head = try await place.shell("git -C sources rev-parse HEAD").out.trimmingCharacters(in: .newlines)
    #expect(head.count == 40)
    #expect(told == "let recordedCommit: String? = \"\(head)\"\nlet recordedClean: Bool? = true\n")
  }

  @Test(arguments: ["echo b >> sources/Sources/a.swift", "echo b > sources/Sources/b.swift"])
  func aChangedSourceIsNotClean(_ change: String) async throws {
    #expect(try await recorded(Self.begin + "\n" + change).hasSuffix("\nlet recordedClean: Bool? = false\n"))
  }

  @Test func whatIsNoSourceDoesNotCount() async throws {
    #expect(
      try await recorded(Self.begin + "\ntouch sources/notes.txt").hasSuffix("\nlet recordedClean: Bool? = true\n"))
  }

  @Test func anUnpackedArchiveHasNoCommit() async throws {
    #expect(try await recorded("true") == Self.unknown)
    // Nor that of a repository around it.
    #expect(try await recorded("git init -q . && commit around") == Self.unknown)
    #expect(try await recorded(Self.begin + "\nrm -rf sources/.git") == Self.unknown)
  }

  @Test func whatSaysTheSameIsNotWrittenAgain() async throws {
    let first = try await recorded(Self.begin)
    let before = try place.snapshot(".")["out.swift"]
    #expect(try await recorded("true") == first)
    #expect(try place.snapshot(".")["out.swift"] == before)
    #expect(!place.exists("out.swift.new"))
  }

  @Test func provenanceHasTheCommitOfThisProgram() async throws {
    try place.write(Manifests.tiny, to: "tiny.yaml")
    #expect(try await place.skymask("run", "tiny.yaml", "--only", "attack=none").code == 0)
    let provenance = Rows(try place.read("results/tiny/provenance.csv"))
    let commit = try #require(provenance.column("commit").first)
    let clean = try #require(provenance.column("commit_clean").first)
    // The tests may be built from an archive, where nothing is known.
    let log = Golden.folder.deletingLastPathComponent().deletingLastPathComponent().appending(path: ".git")
    if FileManager.default.fileExists(atPath: log.path()) {
      #expect(commit.wholeMatch(of: /[0-9a-f]{40}/) != nil)
      #expect(["yes", "no"].contains(clean))
    } else {
      #expect(commit == "" && clean == "")
    }
    for table in ["rounds.csv", "summary.csv"] {
      #expect(!(try place.read("results/tiny/\(table)")).contains("commit"))
    }
  }
}
