internal import Crypto
internal import Foundation

/// The first bytes of a checkpoint: what it is of, readable without the rest.
struct CheckpointHeader: Equatable {
  /// Raised when a reader of the old format would misread the new one.
  static let currentFormat = 3
  static let size = 136

  private static let magic = Array("skymaskc".utf8)

  var key: String
  /// The rounds done.
  var round: Int
  /// The bytes of the whole file.
  var fileSize: Int

  /// Magic, format, numericsVersion, key, round, size of the file, and the SHA-256 of those.
  var bytes: [UInt8] {
    get throws {
      var bytes: [UInt8] = []
      var encoder = CheckpointEncoder { bytes += $0 }
      try encoder.putAlone(CheckpointHeader.magic)
      try encoder.put(CheckpointHeader.currentFormat)
      try encoder.put(numericsVersion)
      try encoder.putAlone(Array(key.utf8))
      try encoder.put(round)
      try encoder.put(fileSize)
      try encoder.finish()
      return bytes
    }
  }

  init(key: String, round: Int, fileSize: Int) {
    precondition(key.utf8.count == 64, "a key has 64 digits")
    (self.key, self.round, self.fileSize) = (key, round, fileSize)
  }

  /// - Parameter bytes: the first of a file, `size` of them or, where it is shorter, all.
  /// - Throws: `CheckpointDamage` unless it is the header of a checkpoint of cell `key` in a file of `fileSize` bytes.
  init(_ bytes: [UInt8], key: String, fileSize: Int) throws {
    guard bytes.count == CheckpointHeader.size else {
      throw CheckpointDamage(reason: "it has only \(bytes.count) bytes")
    }
    var decoder = CheckpointDecoder(size: bytes.count) { Array(bytes[$0...].prefix($1)) }
    guard try decoder.bytes(CheckpointHeader.magic.count) == CheckpointHeader.magic else {
      throw CheckpointDamage(reason: "it does not begin as a checkpoint")
    }
    let format = try decoder.integer()
    let numerics = try decoder.integer()
    let named = try decoder.bytes(64)
    round = try decoder.integer()
    self.fileSize = try decoder.integer()
    self.key = key
    do {
      try decoder.finish()
    } catch is CheckpointDamage {
      throw CheckpointDamage(reason: "its header does not have its SHA-256")
    }
    guard format == CheckpointHeader.currentFormat else {
      throw CheckpointDamage(reason: "it has format \(format), not \(CheckpointHeader.currentFormat)")
    }
    guard numerics == numericsVersion, named == Array(key.utf8) else {
      throw CheckpointDamage(reason: "it is that of another cell")
    }
    guard fileSize == self.fileSize else {
      throw CheckpointDamage(reason: "it has \(fileSize) bytes, not \(self.fileSize)")
    }
  }
}
