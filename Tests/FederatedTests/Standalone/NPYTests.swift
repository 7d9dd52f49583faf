import Federated
import Foundation
import TestSupport
import Testing

struct NPYTests {
  /// A file with that header text and data.
  static func file(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let length = header.utf8.count
    let sizes: [UInt8] =
      version == 1
      ? [UInt8(length & 255), UInt8(length >> 8)] : (0..<4).map { UInt8((length >> (8 * $0)) & 255) }
    return [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0] + sizes + Array(header.utf8) + data
  }

  static func raw<Raw: FixedWidthInteger>(_ values: [Raw]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
  }

  @Test func readsEveryTypeInBothVersions() throws {
    for version in [1, 2] as [UInt8] {
      func read(_ type: String, _ data: [UInt8]) throws -> NPY {
        try NPY(
          NPYTests.file("{'descr': '\(type)', 'fortran_order': False, 'shape': (2,), }\n", data, version: version),
          name: "a.npy")
      }
      #expect(
        try read("<f4", NPYTests.raw([Float(1.5).bitPattern, Float(-2).bitPattern])).values == .floats([1.5, -2]))
      #expect(
        try read("<f8", NPYTests.raw([Double(1.5).bitPattern, Double(-2).bitPattern])).values == .doubles([1.5, -2]))
      #expect(try read("|u1", [7, 255]).values == .bytes([7, 255]))
      #expect(try read("<i4", NPYTests.raw([7, -2] as [Int32])).values == .integers([7, -2]))
      #expect(try read("<i8", NPYTests.raw([1 << 40, -2] as [Int64])).values == .integers([1 << 40, -2]))
    }
  }

  @Test func fortranOrderIsTurnedIntoCOrder() throws {
    // [[1, 2, 3], [4, 5, 6]] by columns.
    let file = NPYTests.file(
      "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }\n", NPYTests.raw([1, 4, 2, 5, 3, 6] as [Int32]))
    #expect(try NPY(file, name: "a.npy").values == .integers([1, 2, 3, 4, 5, 6]))
    // Element (i, j, k) = 100i + 10j + k of 2 × 2 × 2, first index fastest.
    let cube = NPYTests.file(
      "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 2, 2), }\n",
      NPYTests.raw([0, 100, 10, 110, 1, 101, 11, 111] as [Int32]))
    #expect(try NPY(cube, name: "a.npy").values == .integers([0, 1, 10, 11, 100, 101, 110, 111]))
  }

  @Test func writesWhatItReads() throws {
    for shape in [[6], [2, 3], [1, 2, 3]] {
      let array = NPY(shape: shape, floats: [1, -2, .infinity, 0.1, 5, 6])
      let bytes = array.bytes
      #expect(try NPY(bytes, name: "a.npy") == array)
      #expect((bytes.count - 24) % 64 == 0)
    }
  }

  @Test func readsWhatNumPyWrote() throws {
    let path = Golden.url("official/aggregator-krum/updates.npy")
    let array = try NPY(Array(Data(contentsOf: path)), name: "updates.npy")
    #expect(array.shape == [20, 64])
    #expect(array.floats == (try Golden.array("official/aggregator-krum", "updates.npy").values))
  }

  @Test(
    arguments: [
      ([UInt8]("PK\u{3}\u{4} a zip archive".utf8), "is no NPY file: it does not start with \\x93NUMPY"),
      ([], "is no NPY file: it does not start with \\x93NUMPY"),
      (file("{}", [], version: 3), "has NPY version 3.0; versions 1 and 2 can be read"),
      (
        file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0]),
        "holds '>f4'; |u1, <f4, <f8, <i4 and <i8 (uint8, float32, float64, int32, int64) can be read"
      ),
      (
        file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 0]),
        "holds records, not plain numbers; |u1, <f4, <f8, <i4 and <i8 can be read"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", [0, 0, 0, 0]),
        "has 4 bytes of data, which is not what the shape (2) of '<f4' takes"
      ),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 4), }", []),
        "has 0 bytes of data, which is not what the shape (9223372036854775807, 4) of '<f4' takes"
      ),
      (file("{'descr': '<f4', 'fortran_order': False}", []), "has a header without 'shape'"),
      (
        file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", []), "has a 'shape' with '-1' in it"
      ),
      ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 255, 255], "ends within its header"),
    ] as [([UInt8], String)])
  func refusesWhatItCannotRead(bytes: [UInt8], problem: String) throws {
    #expect(throws: NPYError(file: "u.npy", problem: problem)) { try NPY(bytes, name: "u.npy") }
  }
}
