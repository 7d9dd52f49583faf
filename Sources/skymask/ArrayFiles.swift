internal import Experiments
internal import Federated

/// NPY files of the command line.
enum ArrayFiles {
  static func read(_ path: String) throws -> NPY { try NPY(try Disk().read(path), name: path) }

  static func write(_ array: NPY, to path: String) throws { try Disk().replace(path, with: array.bytes) }

  /// Updates by round: clients × d, or rounds × clients × d, which is stacked.
  static func rounds(_ path: String) throws -> (rounds: [Matrix], isStacked: Bool) {
    let array = try read(path)
    let shape = array.shape
    guard shape.count == 2 || shape.count == 3 else {
      throw NPYError(
        file: path,
        problem: "has \(shape.count) dimensions; updates are clients × parameters, or rounds × clients × parameters")
    }
    let (rows, columns) = (shape[shape.count - 2], shape[shape.count - 1])
    let count = shape.count == 3 ? shape[0] : 1
    guard count > 0, rows > 0, columns > 0 else { throw NPYError(file: path, problem: "is empty") }
    let floats = array.floats
    let size = rows * columns
    let rounds = (0..<count).map {
      Matrix(rows: rows, columns: columns, values: Array(floats[($0 * size)..<(($0 + 1) * size)]))
    }
    return (rounds, shape.count == 3)
  }

  /// One vector a round: d, or rounds × d.
  static func vectors(_ path: String) throws -> [[Float]] {
    let array = try read(path)
    let floats = array.floats
    switch array.shape.count {
    case 1: return [floats]
    case 2:
      let d = array.shape[1]
      return (0..<array.shape[0]).map { Array(floats[($0 * d)..<(($0 + 1) * d)]) }
    default: throw NPYError(file: path, problem: "has \(array.shape.count) dimensions; one or two were expected")
    }
  }

  static func labels(_ path: String) throws -> [Int] {
    let array = try read(path)
    guard array.shape.count == 1, case .integers(let labels) = array.values else {
      throw NPYError(file: path, problem: "must hold labels: one dimension of int32 or int64")
    }
    return labels
  }

  /// The vectors of the rounds: d for one round, else rounds × d.
  static func write(_ rows: [[Float]], isStacked: Bool, to path: String) throws {
    let d = rows.first?.count ?? 0
    try write(NPY(shape: isStacked ? [rows.count, d] : [d], floats: Array(rows.joined())), to: path)
  }
}

extension Set<Quirk> {
  /// The quirks of a profile and those named, such as `self-in-krum-score,added-attackers`.
  init(profile: String, names: String?) throws {
    var quirks: Set<Quirk>
    switch profile {
    case "paper": quirks = []
    case "official-code": quirks = Set(Quirk.allCases)
    default: throw CommandError.unknownName(profile, known: ["paper", "official-code"])
    }
    for name in (names ?? "").split(separator: ",") {
      guard let quirk = Quirk(rawValue: String(name)) else {
        throw CommandError.unknownName(String(name), known: Quirk.allCases.map(\.rawValue))
      }
      quirks.insert(quirk)
    }
    self = quirks
  }
}
