import Foundation
import Testing

@testable import Federated

/// Two pictures of 1 × 3 pixels.
private let pictures: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]

@Suite struct IDXTests {
  @Test func readsWhatWasPacked() throws {
    #expect(try read(Gzip.pack(pictures)) == [1, 2, 3, 4, 5, 255])
  }

  @Test func readsFilesOfManyBlocks() throws {
    let pixels = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    let file: [UInt8] = [0, 0, 8, 1, 0, 3, 0x0d, 0x40] + pixels
    #expect(try read(Gzip.pack(file), dimensions: [200_000]) == pixels)
  }

  @Test func refusesWhatIsNoGzip() {
    expect(pictures, "not a gzip file")
    expect([], "not a gzip file")
  }

  @Test func refusesDamagedGzip() {
    var badChecksum = Gzip.pack(pictures)
    badChecksum[badChecksum.count - 8] ^= 1
    expect(badChecksum, "damaged gzip data: incorrect data check")
    var badBlock = Gzip.pack(pictures)
    badBlock[13] ^= 1
    expect(badBlock, "damaged gzip data: invalid stored block lengths")
  }

  @Test func refusesEveryTruncation() {
    let packed = Gzip.pack(pictures)
    for length in 2..<packed.count { expect(Array(packed.prefix(length)), "the gzip data end too early") }
  }

  @Test func refusesTrailingBytes() {
    expect(Gzip.pack(pictures) + [1, 2, 3], "3 bytes follow the gzip data")
    expect(Gzip.pack(pictures + [9]), "more bytes than the 22 that the header and its samples take")
  }

  @Test func refusesAnotherKindOfFile() {
    expect(
      Gzip.pack([0, 0, 8, 1] + pictures.dropFirst(4)),
      "not the IDX file that it should be: it starts with 0x00000801, not 0x00000803")
  }

  @Test func refusesAnotherShape() {
    var other = pictures
    other[7] = 3
    expect(Gzip.pack(other), "the header says 3 × 1 × 3, but it should be 2 × 1 × 3")
  }

  @Test func refusesMissingSamples() {
    expect(Gzip.pack(pictures.dropLast()), "21 bytes where the header and its samples take 22")
    expect(Gzip.pack([0, 0]), "2 bytes where the header and its samples take 22")
  }

  @Test func refusesLabelsOutOfRange() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/labels.gz"
      try write(Gzip.pack([0, 0, 8, 1, 0, 0, 0, 3, 0, 9, 10]), to: path)
      #expect(try labels(path, classes: 11) == [0, 9, 10])
      let error = #expect(throws: DatasetError.self) { try labels(path, classes: 10) }
      #expect(
        error?.description
          == "\(path): sample 2 has the label 10, but labels go from 0 to 9; get the file again")
    }
  }

  @Test func saysWhyAFileCannotBeRead() throws {
    let missing = #expect(throws: DatasetError.self) { try pixels("/nowhere/images.gz") }
    #expect(missing?.description == "/nowhere/images.gz: cannot be read: No such file or directory")
    try withTemporaryFolder { folder in
      let error = #expect(throws: DatasetError.self) { try pixels(folder) }
      #expect(error?.description == "\(folder): cannot be read: Is a directory")
    }
  }

  private func read(_ packed: [UInt8], dimensions: [Int] = [2, 1, 3]) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      try write(packed, to: folder + "/images.gz")
      return try pixels(folder + "/images.gz", dimensions)
    }
  }

  private func pixels(_ path: String, _ dimensions: [Int] = [1]) throws -> [UInt8] {
    var hash = ContentHash()
    return try IDX.read(path, dimensions: dimensions, &hash)
  }

  private func labels(_ path: String, classes: Int) throws -> [UInt8] {
    var hash = ContentHash()
    return try IDX.readLabels(path, count: 3, classes: classes, &hash)
  }

  private func expect(_ packed: [UInt8], _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: DatasetError.self, sourceLocation: sourceLocation) { try read(packed) }
    let tail = error?.description.components(separatedBy: "images.gz: ").last
    #expect(tail == text + "; get the file again", sourceLocation: sourceLocation)
  }
}
