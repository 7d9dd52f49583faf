import Foundation

/// A small file of the results folder: JSON with sorted snake_case keys, for people as well as programs.
///
/// Its last entry, `sha256`, is the digest of every byte before it, so that a single changed one is noticed.
package protocol JSONRecord: Codable {}

extension JSONRecord {
  var json: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      let object = Array(try encoder.encode(self))
      return RecordSeal.sealed(object.dropLast(RecordSeal.end.count))
    }
  }

  /// - Throws: `RecordSeal.Broken` when the bytes are not those that were written.
  init(json: [UInt8]) throws {
    guard RecordSeal.holds(for: json) else { throw RecordSeal.Broken() }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Self.self, from: Data(json))
  }
}

/// The last entry of a record.
enum RecordSeal {
  struct Broken: Error {}

  /// How an object ends without it.
  static let end = Array("\n}".utf8)

  /// An object whose `end` is left out, with the seal and the end.
  static func sealed(_ head: some Collection<UInt8>) -> [UInt8] {
    let head = Array(head)
    return head + tail(of: head)
  }

  static func holds(for json: [UInt8]) -> Bool {
    let head = Array(json.dropLast(tail(of: []).count))
    return json == head + tail(of: head)
  }

  private static func tail(of head: [UInt8]) -> [UInt8] {
    Array(",\n  \"sha256\" : \"\(CommittedFile.digest(head))\"\n}\n".utf8)
  }
}
