package enum SchedulingError: Error, Equatable, CustomStringConvertible {
  /// A call of the operating system failed.
  case system(doing: String, errno: Int32)

  package var description: String {
    switch self {
    case .system(let doing, let code): "cannot \(doing): system error \(code)"
    }
  }
}
