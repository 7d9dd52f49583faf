package import Catalogue
internal import Crypto
internal import Foundation

/// One simulation of a sweep: every parameter resolved, nothing left to default.
package struct Cell: Sendable, Hashable {
  /// Flat manifest keys (`root.size`, not a nested map) in canonical form. A component is its name, or a map of its
  /// name to all its parameters. A parameter that the cell's components make meaningless is absent.
  package let parameters: [String: Value]
  /// The digest of the data set's content; nil where its parameters and the seed say everything.
  package let dataDigest: String?
  /// SHA-256, 64 hex digits, of canonical JSON of the parameters, the data digest and `numericsVersion`.
  package let key: String

  package init(parameters: [String: Value], dataDigest: String?) {
    self.init(
      parameters: parameters, dataDigest: dataDigest,
      key: Cell.key(parametersJSON: Value.map(parameters).canonicalJSON, dataDigest: dataDigest))
  }

  /// A cell whose key is known.
  init(parameters: [String: Value], dataDigest: String?, key: String) {
    (self.parameters, self.dataDigest, self.key) = (parameters, dataDigest, key)
  }

  /// The key of parameters that are canonical JSON already.
  static func key(parametersJSON: String, dataDigest: String?) -> String {
    let data = (dataDigest.map(Value.string) ?? .null).canonicalJSON
    let json = #"{"data":\#(data),"numericsVersion":\#(numericsVersion),"parameters":\#(parametersJSON)}"#
    return SHA256.hash(data: Data(json.utf8)).hex
  }

  /// The value of a key, which may reach into a component: `aggregator.threshold` is nil for a rule without one.
  /// A component itself is its name alone.
  package func value(at key: String) -> Value? {
    if let value = parameters[key] { return Chosen(value).map { .string($0.name) } ?? value }
    guard let dot = key.firstIndex(of: "."), let value = parameters[String(key[..<dot])] else { return nil }
    return Chosen(value)?.parameters[String(key[key.index(after: dot)...])]
  }
}

extension Cell {
  /// The content of `cell.json`: canonical JSON and a newline.
  package var json: String {
    let map: [String: Value] = [
      "data": dataDigest.map(Value.string) ?? .null, "key": .string(key), "numericsVersion": .integer(numericsVersion),
      "parameters": .map(parameters),
    ]
    return Value.map(map).canonicalJSON + "\n"
  }

  /// Reads what `json` wrote.
  ///
  /// - Throws: `CellFileError` unless the key is that of the content under this version's numerics.
  package init(json: [UInt8], file: String) throws {
    guard let map = Value(json: json)?.asMap else {
      throw CellFileError.notACell(file: file, reason: "not a JSON map")
    }
    guard let parameters = map["parameters"]?.asMap else {
      throw CellFileError.notACell(file: file, reason: "no parameters")
    }
    guard let key = map["key"]?.asString else { throw CellFileError.notACell(file: file, reason: "no key") }
    guard let version = map["numericsVersion"]?.asInt else {
      throw CellFileError.notACell(file: file, reason: "no numericsVersion")
    }
    guard version == numericsVersion else { throw CellFileError.otherNumerics(file: file, version: version) }
    self.init(parameters: parameters, dataDigest: map["data"]?.asString)
    guard key == self.key else { throw CellFileError.keyDiffers(file: file, told: key, computed: self.key) }
  }

  /// Reads a `cell.json`.
  ///
  /// - Throws: `CellFileError`.
  package static func read(from path: String) throws -> Cell {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw CellFileError.cannotRead(file: path, reason: error.localizedDescription)
    }
    return try Cell(json: Array(data), file: path)
  }

  /// Writes a `cell.json`, by way of a temporary file.
  ///
  /// - Throws: `CellFileError.cannotWrite`.
  package func write(to path: String) throws {
    do {
      try Data(json.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw CellFileError.cannotWrite(file: path, reason: error.localizedDescription)
    }
  }
}

package enum CellFileError: Error, Equatable, CustomStringConvertible {
  case cannotRead(file: String, reason: String)
  case cannotWrite(file: String, reason: String)
  case notACell(file: String, reason: String)
  case otherNumerics(file: String, version: Int)
  case keyDiffers(file: String, told: String, computed: String)

  package var description: String {
    switch self {
    case .cannotRead(let file, let reason): "\(file): cannot be read: \(reason)"
    case .cannotWrite(let file, let reason): "\(file): cannot be written: \(reason)"
    case .notACell(let file, let reason): "\(file): is no cell: \(reason)"
    case .otherNumerics(let file, let version):
      "\(file): is of numerics version \(version), this program of \(numericsVersion)"
    case .keyDiffers(let file, let told, let computed):
      "\(file): is damaged: its key is \(told), but its content gives \(computed)"
    }
  }
}
