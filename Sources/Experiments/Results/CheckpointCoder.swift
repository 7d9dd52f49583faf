internal import Crypto
internal import Foundation

/// A checkpoint that is not what was written; says what is wrong with it.
struct CheckpointDamage: Error, Equatable {
  let reason: String
}

/// Turns the fields of a checkpoint into bytes, little end first, and hashes them on the way.
///
/// It holds one piece of the bytes at a time: a rule's history may be as large as half of the memory.
struct CheckpointEncoder {
  private static let pieceSize = 1 << 20

  /// The bytes so far.
  private(set) var count = 0
  private var piece: [UInt8] = []
  private var hash = SHA256()
  private let write: (([UInt8]) throws -> Void)?

  /// - Parameter write: takes the bytes, piece by piece; nil to count them only.
  init(write: (([UInt8]) throws -> Void)?) { self.write = write }

  mutating func put(_ number: Int) throws {
    try withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) { try put($0) }
  }

  mutating func put(_ number: Double) throws {
    try withUnsafeBytes(of: number.bitPattern.littleEndian) { try put($0) }
  }

  mutating func put(_ text: String) throws { try put(Array(text.utf8)) }

  mutating func put(_ bytes: [UInt8]) throws {
    try put(bytes.count)
    try putAlone(bytes)
  }

  mutating func put(_ numbers: [Double]) throws {
    try put(numbers.count)
    try numbers.withUnsafeBytes { try put($0) }
  }

  mutating func put(_ numbers: [Float]) throws {
    try put(numbers.count)
    try numbers.withUnsafeBytes { try put($0) }
  }

  /// Bytes whose number the reader knows.
  mutating func putAlone(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try put($0) } }

  /// The last bytes: the SHA-256 of all before.
  mutating func finish() throws {
    try flush()
    try putAlone(Array(hash.finalize()))
    try flush()
  }

  private mutating func put(_ bytes: UnsafeRawBufferPointer) throws {
    count += bytes.count
    if write == nil { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(CheckpointEncoder.pieceSize - piece.count)
      piece.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
      rest = rest.dropFirst(part.count)
      if piece.count == CheckpointEncoder.pieceSize { try flush() }
    }
  }

  private mutating func flush() throws {
    hash.update(data: piece)
    try write?(piece)
    piece.removeAll(keepingCapacity: true)
  }
}

/// Reads what `CheckpointEncoder` wrote.
///
/// No field is believed to be longer than what is left of the file, so that damage costs no memory; that nothing is
/// damaged is known after `finish` alone. Each call throws `CheckpointDamage`, or what reading the file throws.
struct CheckpointDecoder {
  private static let pieceSize = 1 << 20

  private let read: (_ offset: Int, _ count: Int) throws -> [UInt8]
  /// Where the digest begins.
  private let end: Int
  private var offset = 0
  private var piece: [UInt8] = []
  /// How much of `piece` is taken.
  private var taken = 0
  private var hash = SHA256()

  /// - Parameters:
  ///   - size: the bytes of the file.
  ///   - read: up to `count` bytes of the file from `offset` on.
  init(size: Int, read: @escaping (_ offset: Int, _ count: Int) throws -> [UInt8]) {
    end = size - SHA256.byteCount
    self.read = read
  }

  mutating func integer() throws -> Int {
    var bits: UInt64 = 0
    try withUnsafeMutableBytes(of: &bits) { try fill($0) }
    return Int(Int64(bitPattern: UInt64(littleEndian: bits)))
  }

  mutating func number() throws -> Double {
    var bits: UInt64 = 0
    try withUnsafeMutableBytes(of: &bits) { try fill($0) }
    return Double(bitPattern: UInt64(littleEndian: bits))
  }

  /// A whole number that counts something.
  mutating func natural() throws -> Int {
    let number = try integer()
    guard number >= 0 else { throw CheckpointDamage(reason: "a count is below 0") }
    return number
  }

  mutating func text() throws -> String {
    guard let text = String(validating: try bytes(), as: UTF8.self) else {
      throw CheckpointDamage(reason: "a text is not UTF-8")
    }
    return text
  }

  mutating func bytes() throws -> [UInt8] { try array(of: UInt8.self) }
  mutating func floats() throws -> [Float] { try array(of: Float.self) }
  mutating func doubles() throws -> [Double] { try array(of: Double.self) }

  /// Bytes whose number is known.
  mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count <= left else { throw CheckpointDamage(reason: "it ends too early") }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try fill(UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }

  /// Checks that nothing is left, and the digest.
  mutating func finish() throws {
    guard left == 0 else { throw CheckpointDamage(reason: "it is longer than what it holds") }
    guard try read(end, SHA256.byteCount) == Array(hash.finalize()) else {
      throw CheckpointDamage(reason: "it does not have its SHA-256")
    }
  }

  /// The bytes before the digest that are not taken.
  private var left: Int { end - offset + piece.count - taken }

  /// Numbers whose bits, whatever they are, make a value.
  private mutating func array<Number: BitwiseCopyable>(of type: Number.Type) throws -> [Number] {
    let count = try natural()
    guard count <= left / MemoryLayout<Number>.stride else { throw CheckpointDamage(reason: "it ends too early") }
    return try [Number](unsafeUninitializedCapacity: count) { buffer, filled in
      try fill(UnsafeMutableRawBufferPointer(buffer))
      filled = count
    }
  }

  private mutating func fill(_ target: UnsafeMutableRawBufferPointer) throws {
    guard target.count <= left else { throw CheckpointDamage(reason: "it ends too early") }
    var filled = 0
    while filled < target.count {
      if taken == piece.count { try next() }
      let part = min(piece.count - taken, target.count - filled)
      piece.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: target[filled...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[taken..<(taken + part)]))
      }
      taken += part
      filled += part
    }
  }

  private mutating func next() throws {
    piece = try read(offset, min(CheckpointDecoder.pieceSize, end - offset))
    if piece.isEmpty { throw CheckpointDamage(reason: "it ends too early") }
    hash.update(data: piece)
    offset += piece.count
    taken = 0
  }
}
