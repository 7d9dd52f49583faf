import SystemPackage

/// Where and how a process is to fail, to prove that nothing is lost by it: `cell/rename-done:2`.
///
/// The text is `[run/|cell/]point[=ENOSPC|=EIO]:count`. The point is the name of a file call, at which the process ends
/// before anything happened; `-done` after it means that the call is made first, `-half` after `write` that half of the
/// bytes are. `checkpoint-` in front means the files `checkpoint.*`, which the plain names leave out. With an error, the
/// call fails so instead of ending the process.
package struct FailPoint: Sendable, Equatable {
  /// The process that is meant: that of a command, or the worker of a cell.
  package enum Role: String, Sendable, CaseIterable {
    case run, cell
  }

  enum Moment: String, Sendable, CaseIterable {
    case before = ""
    case half = "-half"
    case after = "-done"
  }

  enum Effect: Sendable, Equatable {
    /// The process ends with status 137, as if it were killed.
    case death
    case error(Int32)
  }

  /// nil for both.
  let role: Role?
  let call: FileCall
  let isOfCheckpoint: Bool
  let moment: Moment
  let effect: Effect
  /// At which passage, from 1.
  let count: Int

  /// Every point.
  package static let names = names(of: { _ in true })

  /// Those at which a death leaves something to prove.
  package static let namesOfChanges = names(of: \.changes)

  private static func names(of chosen: (FileCall) -> Bool) -> [String] {
    let plain = FileCall.allCases.map { ("", $0) }
    // Checkpoints are written by way of temporary files, read and removed.
    let ofCheckpoints = [FileCall.create, .write, .sync, .close, .rename, .remove, .look, .read].map {
      ("checkpoint-", $0)
    }
    return (plain + ofCheckpoints).filter { chosen($0.1) }.flatMap { prefix, call in
      moments(of: call).map { prefix + call.rawValue + $0.rawValue }
    }
  }

  static let errors: [(name: String, code: Int32)] = [
    ("ENOSPC", Errno.noSpace.rawValue), ("EIO", Errno.ioError.rawValue),
  ]

  private static func moments(of call: FileCall) -> [Moment] {
    switch call {
    case .write: Moment.allCases
    case _ where call.changes: [.before, .after]
    default: [.before]
    }
  }

  /// - Throws: `FailPointError`, which lists the points.
  package init(_ text: String) throws {
    var rest = text[...]
    guard let colon = rest.lastIndex(of: ":"), let count = Int(rest[rest.index(after: colon)...]), count > 0 else {
      throw FailPointError.form(text)
    }
    rest = rest[..<colon]
    var role: Role?
    if let slash = rest.firstIndex(of: "/") {
      role = Role(rawValue: String(rest[..<slash]))
      if role == nil { throw FailPointError.form(text) }
      rest = rest[rest.index(after: slash)...]
    }
    var effect = Effect.death
    if let sign = rest.firstIndex(of: "=") {
      let name = rest[rest.index(after: sign)...]
      guard let error = FailPoint.errors.first(where: { $0.name == name }) else { throw FailPointError.form(text) }
      effect = .error(error.code)
      rest = rest[..<sign]
    }
    let name = String(rest)
    guard FailPoint.names.contains(name) else { throw FailPointError.unknown(name) }
    let isOfCheckpoint = rest.hasPrefix("checkpoint-")
    if isOfCheckpoint { rest = rest.dropFirst("checkpoint-".count) }
    var moment = Moment.before
    for other in [Moment.half, .after] where rest.hasSuffix(other.rawValue) {
      moment = other
      rest = rest.dropLast(other.rawValue.count)
    }
    guard let call = FileCall(rawValue: String(rest)) else { throw FailPointError.unknown(name) }
    (self.role, self.call, self.isOfCheckpoint) = (role, call, isOfCheckpoint)
    (self.moment, self.effect, self.count) = (moment, effect, count)
  }

  /// Whether a process of that role is meant.
  package func concerns(_ role: Role) -> Bool { self.role.map { $0 == role } ?? true }
}

package enum FailPointError: Error, Equatable, CustomStringConvertible {
  case form(String)
  case unknown(String)

  package var description: String {
    switch self {
    case .form(let text):
      "SKYMASK_FAILPOINT: '\(text)' must be [run/|cell/]point[=ENOSPC|=EIO]:count, such as cell/rename:2"
    case .unknown(let name):
      "SKYMASK_FAILPOINT: no point is called '\(name)'; there are: " + FailPoint.names.joined(separator: ", ")
    }
  }
}
