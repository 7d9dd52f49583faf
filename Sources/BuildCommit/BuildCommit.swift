/// What this program was built from, as `Scripts/record-commit.sh` found it; nil where git did not know.
package enum BuildCommit {
  /// 40 hex digits.
  package static var hash: String? { recordedCommit }

  /// Whether the sources were as committed.
  package static var isClean: Bool? { recordedClean }
}
