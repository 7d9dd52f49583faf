import Catalogue
import Crypto
package import Federated
import Foundation

/// The commit record of a cell, `result.json`: the cell is finished when it is there and every hash matches.
package struct ResultRecord: JSONRecord, Sendable, Equatable {
  /// Raised when a reader of the old record would misread the new one.
  static let currentFormat = 2

  package var format = ResultRecord.currentFormat
  package var key: String
  /// The round after which a loss or parameter was not finite; nil when all stayed finite.
  package var divergedAt: Int?
  /// What the rule remarked; nil in a record of a version that did not keep it.
  package var remarks: [Outcome.Remark]?
  /// What the result is made of, by name. `log.txt` is not: it is for people and differs between attempts.
  package var files: [CommittedFile]
  package var provenance: Provenance

  /// Whether the computed part is the same; the provenance may differ.
  func agrees(with other: ResultRecord) -> Bool {
    key == other.key && divergedAt == other.divergedAt && remarks == other.remarks && files == other.files
  }

  /// The format of a record that may be too old, or too new, to be read; nil for anything else.
  static func format(_ json: [UInt8]) -> Int? {
    struct Outline: Decodable { var format: Int }
    // Why it is none does not matter: the record is damaged, and said to be.
    return try? JSONDecoder().decode(Outline.self, from: Data(json)).format
  }

  init(key: String, outcome: Outcome, files: [CommittedFile], provenance: Provenance) {
    self.key = key
    (divergedAt, remarks) = (outcome.divergedAt, outcome.remarks)
    self.files = files
    self.provenance = provenance
  }
}

/// A file of a finished cell.
package struct CommittedFile: Codable, Sendable, Equatable {
  package var name: String
  package var size: Int
  /// 64 hex digits.
  package var sha256: String

  init(name: String, bytes: [UInt8]) {
    self.name = name
    size = bytes.count
    sha256 = CommittedFile.digest(bytes)
  }

  static func digest(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).map { byte in
      let hex = String(byte, radix: 16)
      return byte < 16 ? "0" + hex : hex
    }.joined()
  }
}

/// Where, by what and how a result came to be; nil where it is not known. No part of the result itself.
package struct Provenance: Codable, Sendable, Equatable {
  /// Version of skymask.
  package var version: String?
  /// The commit that it was built from.
  package var commit: String?
  /// Whether the sources were as in that commit.
  package var commitClean: Bool?
  package var host: String?
  package var cpu: String?
  /// The instruction set that the kernels used.
  package var isa: String?
  /// The processes that the result took: one, and one more for each checkpoint that was gone on from.
  package var attempts: Int?
  /// The seconds are those of all attempts, without what was computed after an attempt's last checkpoint.
  package var setupSeconds: Double?
  package var trainingSeconds: Double?
  package var peakMemoryBytes: Int?

  package init() {}

  /// The columns of `provenance.csv` after the key, in order.
  static let columns: [(name: String, text: @Sendable (Provenance) -> String)] = [
    ("version", { $0.version ?? "" }),
    ("commit", { $0.commit ?? "" }),
    ("commit_clean", { $0.commitClean.map { $0 ? "yes" : "no" } ?? "" }),
    ("host", { $0.host ?? "" }),
    ("cpu", { $0.cpu ?? "" }),
    ("isa", { $0.isa ?? "" }),
    ("attempts", { $0.attempts.map(String.init) ?? "" }),
    ("setup_seconds", { CSV.number($0.setupSeconds) }),
    ("training_seconds", { CSV.number($0.trainingSeconds) }),
    ("peak_memory_bytes", { $0.peakMemoryBytes.map(String.init) ?? "" }),
  ]
}

/// Why a cell has no result, `failure.json`; written by who ran it, gone when the cell is tried again.
package struct FailureRecord: JSONRecord, Sendable, Equatable {
  /// How its process ended, such as `exit status 1` or `signal 9 (SIGKILL)`.
  package var end: String
  /// The last lines of its log.
  package var lastLines: [String]

  package init(end: String, lastLines: [String]) {
    self.end = end
    self.lastLines = lastLines
  }
}
