internal import Crypto
internal import Foundation

/// The SHA-256 of a data set's content, taken while it is read.
struct ContentHash {
  private var hash = SHA256()

  mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

  mutating func update(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }

  /// 64 hex digits.
  var text: String { hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
