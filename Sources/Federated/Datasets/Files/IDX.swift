/// Reads the IDX files that MNIST and its kin are kept in: unsigned bytes, big-endian header, packed with gzip.
enum IDX {
  /// The bytes of `path`, whose dimensions must be `dimensions`.
  ///
  /// - Parameter hash: takes the whole content, unpacked.
  /// - Throws: `DatasetError` that names the file and what is wrong with it.
  static func read(_ path: String, dimensions: [Int], _ hash: inout ContentHash) throws -> [UInt8] {
    let reader = try GzipReader(path: path)
    let headerLength = 4 + 4 * dimensions.count
    let count = dimensions.reduce(1, *)
    let header = try reader.read(headerLength)
    // Two zero bytes, the code of unsigned bytes, the number of dimensions.
    let magic = 0x0800 + UInt32(dimensions.count)
    if header.count >= 4, word(header, 0) != magic {
      throw DatasetError.damaged(path: path, .wrongMagic(word(header, 0), expected: magic))
    }
    guard header.count == headerLength else {
      throw DatasetError.damaged(path: path, .tooShort(header.count, expected: headerLength + count))
    }
    let found = dimensions.indices.map { Int(word(header, 4 + 4 * $0)) }
    guard found == dimensions else {
      throw DatasetError.damaged(path: path, .wrongDimensions(found, expected: dimensions))
    }
    let bytes = try reader.read(count)
    guard bytes.count == count else {
      throw DatasetError.damaged(path: path, .tooShort(headerLength + bytes.count, expected: headerLength + count))
    }
    // Asking for one more byte makes zlib check the checksum too.
    guard try reader.read(1).isEmpty else {
      throw DatasetError.damaged(path: path, .tooLong(expected: headerLength + count))
    }
    try reader.expectNothingBehind()
    hash.update(header)
    hash.update(bytes)
    return bytes
  }

  /// Labels, each checked to be below `classes`.
  static func readLabels(_ path: String, count: Int, classes: Int, _ hash: inout ContentHash) throws -> [UInt8] {
    let labels = try read(path, dimensions: [count], &hash)
    try DatasetError.check(labels, classes: classes, of: path)
    return labels
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
