package import Foundation

/// The folder of golden fixtures, `Tests/Golden`.
package enum Golden {
  package static let folder: URL = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden")

  /// A case's folder, say `official/aggregator-krum`.
  package static func url(_ path: String) -> URL { folder.appending(path: path) }

  /// The case's settings, `case.json`, as a dictionary.
  package static func settings(_ name: String) throws -> [String: Any] {
    let data = try Data(contentsOf: url(name).appending(path: "case.json"))
    guard let map = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw GoldenError.notAMap(name)
    }
    return map
  }

  /// A float32 array and its shape from an NPY (version 1, C order) file of a case.
  package static func array(_ name: String, _ file: String) throws -> (values: [Float], shape: [Int]) {
    let data = try Data(contentsOf: url(name).appending(path: file))
    guard data.count > 10, data.prefix(6) == Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) else {
      throw GoldenError.notNPY(file)
    }
    let headerLength = Int(data[8]) + Int(data[9]) << 8
    let header = String(decoding: data[10..<(10 + headerLength)], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
      let open = header.firstIndex(of: "("), let close = header.firstIndex(of: ")")
    else { throw GoldenError.notNPY(file) }
    let shape = header[header.index(after: open)..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    let count = shape.reduce(1, *)
    guard data.count == 10 + headerLength + 4 * count else { throw GoldenError.notNPY(file) }
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      _ = data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer), from: (10 + headerLength)...)
      initialized = count
    }
    return (values, shape)
  }
}

package enum GoldenError: Error {
  case notAMap(String)
  case notNPY(String)
}

/// The largest difference between two arrays, relative to the largest entry of `expected`.
package func relativeError(_ actual: [Float], _ expected: [Float]) -> Float {
  guard actual.count == expected.count else { return .infinity }
  let scale = expected.reduce(Float.leastNormalMagnitude) { max($0, abs($1)) }
  var worst: Float = 0
  for (a, e) in zip(actual, expected) {
    if !a.isFinite { return .infinity }
    worst = max(worst, abs(a - e))
  }
  return worst / scale
}
