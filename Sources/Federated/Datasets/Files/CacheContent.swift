internal import CZlib
internal import Foundation

/// What a cache file says of itself: JSON behind 16 bytes of mark, length and checksum.
struct CacheHeader: Codable {
  /// Values of a kind, at a place in the payload.
  struct Place: Codable {
    let offset: Int
    let count: Int
  }

  struct SplitPlaces: Codable {
    let bytes: Place?
    let floats: Place?
    let labels: Place
    let owners: Place?
  }

  let digest: String
  let sources: [FileState]
  let isSettled: Bool
  let train: SplitPlaces
  let test: SplitPlaces
  let payloadLength: Int
  let payloadChecksum: UInt32

  static let mark: [UInt8] = Array("SKYMASK2".utf8)
  static let page = 4096

  /// Where the payload starts.
  static func payloadStart(headerLength: Int) -> Int { (16 + headerLength + page - 1) / page * page }

  /// Nil unless the file starts with a whole header.
  init?(of file: MappedFile) {
    let bytes = file.bytes
    guard bytes.count >= 16, bytes.prefix(8).elementsEqual(CacheHeader.mark) else { return nil }
    let length = Int(bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian)
    let checksum = bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self).littleEndian
    guard length <= bytes.count - 16 else { return nil }
    let json = UnsafeRawBufferPointer(rebasing: bytes[16..<(16 + length)])
    guard Checksum.of(json) == checksum,
      // Whoever wrote a header of this checksum wrote this JSON, or was another version of the program.
      let header = try? JSONDecoder().decode(CacheHeader.self, from: Data(json))
    else { return nil }
    self = header
  }

  private init(
    digest: String, sources: [FileState], isSettled: Bool, train: SplitPlaces, test: SplitPlaces, payload: CachePayload
  ) {
    (self.digest, self.sources, self.isSettled, self.train, self.test) = (digest, sources, isSettled, train, test)
    (payloadLength, payloadChecksum) = (payload.length, payload.checksum)
  }

  fileprivate init(_ samples: StoredSamples, sources: [FileState], isSettled: Bool, payload: inout CachePayload) {
    let (train, test) = (payload.add(samples.train), payload.add(samples.test))
    self.init(
      digest: samples.digest, sources: sources, isSettled: isSettled, train: train, test: test, payload: payload)
  }

  /// The samples, mapped; nil when the payload is not what the header says.
  func samples(in file: MappedFile) -> StoredSamples? {
    let length = Int(file.bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self).littleEndian)
    let start = CacheHeader.payloadStart(headerLength: length)
    guard payloadLength >= 0, file.count == start + payloadLength,
      Checksum.of(UnsafeRawBufferPointer(rebasing: file.bytes[start...])) == payloadChecksum
    else { return nil }
    return StoredSamples(digest: digest, train: split(train, start, file), test: split(test, start, file))
  }

  private func split(_ places: SplitPlaces, _ start: Int, _ file: MappedFile) -> Samples.Split {
    func values<Element: BitwiseCopyable & Sendable>(_ place: Place) -> SampleValues<Element> {
      SampleValues(file, offset: start + place.offset, count: place.count)
    }
    let owners: SampleValues<Int64>? = places.owners.map { values($0) }
    let labels: SampleValues<UInt8> = values(places.labels)
    let inputs: Samples.Inputs =
      if let floats = places.floats {
        .floats(values(floats))
      } else {
        .bytes(places.bytes.map { values($0) } ?? [])
      }
    return Samples.Split(inputs: inputs, labels: Array(labels), owners: owners.map { $0.map(Int.init) })
  }
}

/// The values of a cache file in order, each kind at a multiple of 64 bytes.
private struct CachePayload {
  private(set) var length = 0
  private(set) var checksum: UInt32 = 0
  private(set) var pieces: [(Samples.Inputs, padding: Int)] = []

  mutating func add(_ split: Samples.Split) -> CacheHeader.SplitPlaces {
    var places: (bytes: CacheHeader.Place?, floats: CacheHeader.Place?)
    switch split.inputs {
    case .bytes(let values): places.bytes = add(values.count, 1, split.inputs)
    case .floats(let values): places.floats = add(values.count, 4, split.inputs)
    }
    let labels = add(split.labels.count, 1, .bytes(SampleValues(split.labels)))
    let owners = split.owners.map { owners in
      let bytes = owners.flatMap { owner in withUnsafeBytes(of: Int64(owner)) { Array($0) } }
      return CacheHeader.Place(offset: add(bytes.count, 1, .bytes(SampleValues(bytes))).offset, count: owners.count)
    }
    return CacheHeader.SplitPlaces(bytes: places.bytes, floats: places.floats, labels: labels, owners: owners)
  }

  private mutating func add(_ count: Int, _ size: Int, _ values: Samples.Inputs) -> CacheHeader.Place {
    let place = CacheHeader.Place(offset: length, count: count)
    let padding = (64 - count * size % 64) % 64
    pieces.append((values, padding))
    length += count * size + padding
    values.withUnsafeBytes { checksum = Checksum.of($0, after: checksum) }
    let zeros = [UInt8](repeating: 0, count: padding)
    zeros.withUnsafeBytes { checksum = Checksum.of($0, after: checksum) }
    return place
  }
}

/// A cache file's bytes.
struct CacheContent {
  private let header: CacheHeader
  private let payload: CachePayload

  init(_ samples: StoredSamples, sources: [FileState], isSettled: Bool) {
    var payload = CachePayload()
    header = CacheHeader(samples, sources: sources, isSettled: isSettled, payload: &payload)
    self.payload = payload
  }

  /// Calls `write` with the bytes in order.
  func write(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
    let json = [UInt8](try JSONEncoder.sorted.encode(header))
    var start = CacheHeader.mark
    let checksum = json.withUnsafeBytes { Checksum.of($0) }
    for word in [UInt32(json.count), checksum] { withUnsafeBytes(of: word.littleEndian) { start += Array($0) } }
    start += json
    start += [UInt8](repeating: 0, count: CacheHeader.payloadStart(headerLength: json.count) - start.count)
    try start.withUnsafeBytes { try write($0) }
    for (values, padding) in payload.pieces {
      try values.withUnsafeBytes { try write($0) }
      try [UInt8](repeating: 0, count: padding).withUnsafeBytes { try write($0) }
    }
  }
}

extension Samples.Inputs {
  fileprivate func withUnsafeBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    switch self {
    case .bytes(let values): try values.withUnsafeBufferPointer { try body(UnsafeRawBufferPointer($0)) }
    case .floats(let values): try values.withUnsafeBufferPointer { try body(UnsafeRawBufferPointer($0)) }
    }
  }
}

extension JSONEncoder {
  /// Equal values give equal bytes.
  fileprivate static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }
}

/// CRC-32, against accidents.
enum Checksum {
  static func of(_ bytes: UnsafeRawBufferPointer, after start: UInt32 = 0) -> UInt32 {
    guard let first = bytes.baseAddress, !bytes.isEmpty else { return start }
    return UInt32(truncatingIfNeeded: crc32_z(UInt(start), first.assumingMemoryBound(to: UInt8.self), bytes.count))
  }
}
