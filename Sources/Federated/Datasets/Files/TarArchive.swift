/// Reads files out of a `.tar.gz`.
enum TarArchive {
  private static let block = 512
  /// No file of a data set is larger; a damaged size must not ask for the machine's memory.
  private static let largest = 1 << 30

  /// The content of these members, by name.
  ///
  /// - Throws: `DatasetError` when the archive is damaged or lacks one of them.
  static func read(_ names: [String], from path: String) throws -> [String: [UInt8]] {
    let reader = try GzipReader(path: path)
    let damaged = { (damage: DatasetError.Damage) in DatasetError.damaged(path: path, damage) }
    var members: [String: [UInt8]] = [:]
    var offset = 0
    while true {
      let header = try reader.read(block)
      if header.isEmpty || header.allSatisfy({ $0 == 0 }) { break }
      guard header.count == block, let entry = TarEntry(header) else { throw damaged(.badArchive(offset)) }
      let padded = (entry.size + block - 1) / block * block
      if names.contains(entry.name), entry.isFile {
        guard entry.size <= largest else { throw damaged(.badArchive(offset)) }
        var bytes = try reader.read(padded)
        guard bytes.count == padded else { throw damaged(.endsWithin(entry.name)) }
        bytes.removeLast(padded - entry.size)
        members[entry.name] = bytes
      } else {
        guard try reader.skip(padded) == padded else { throw damaged(.endsWithin(entry.name)) }
      }
      offset += block + padded
    }
    // To the end, where the checksum of gzip is.
    while try reader.skip(1 << 20) > 0 {}
    try reader.expectNothingBehind()
    if let lacking = names.first(where: { members[$0] == nil }) { throw damaged(.missingMember(lacking)) }
    return members
  }
}

/// The header of a file in a tar archive, as POSIX has it (ustar) or as it was before.
private struct TarEntry {
  let name: String
  let size: Int
  let isFile: Bool

  /// Nil when the header's checksum is wrong.
  init?(_ header: [UInt8]) {
    let text = { (range: Range<Int>) in
      String(decoding: header[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    let number = { (range: Range<Int>) in Int(text(range).filter { $0 != " " }, radix: 8) }
    let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    guard number(148..<156) == sum, let size = number(124..<136), size >= 0 else { return nil }
    let isPOSIX = header[257..<262].elementsEqual("ustar".utf8)
    // GNU's own format uses the bytes of the prefix for other things.
    let prefix = isPOSIX && header[262] == 0 ? text(345..<500) : ""
    let told = (prefix.isEmpty ? "" : prefix + "/") + text(0..<100)
    name = told.hasPrefix("./") ? String(told.dropFirst(2)) : told
    self.size = size
    isFile = header[156] == 0 || header[156] == UInt8(ascii: "0")
  }
}
