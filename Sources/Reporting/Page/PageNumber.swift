internal import Catalogue
internal import Experiments
internal import Foundation

/// Numbers as the page writes them.
enum PageNumber {
  /// At most four significant digits, or all of a whole number.
  static func short(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e9 { return CSV.number(value) }
    return String(format: "%.4g", value)
  }

  /// A way to write these numbers shortly and with as many decimals each: two for shares, none for hundreds.
  static func alike(_ values: [Double]) -> (Double) -> String {
    let largest = values.filter(\.isFinite).map(abs).max() ?? 0
    let format = largest < 0.01 || largest >= 1e5 ? "%.2g" : largest < 10 ? "%.2f" : largest < 100 ? "%.1f" : "%.0f"
    return { $0.isFinite ? String(format: format, $0) : "\($0)" }
  }

  /// Such as `2 h 5 min`, the two largest units.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let units = [("d", whole / 86400), ("h", whole / 3600 % 24), ("min", whole / 60 % 60), ("s", whole % 60)]
    let shown = units.drop { $0.1 == 0 }.prefix(2).filter { $0.1 > 0 }
    return shown.isEmpty ? "0 s" : shown.map { "\($0.1) \($0.0)" }.joined(separator: " ")
  }

  /// In mebibytes, or gibibytes from one on.
  static func memory(_ bytes: Double) -> String {
    let mebibytes = bytes / 1_048_576
    return mebibytes < 1024 ? String(format: "%.0f MiB", mebibytes) : String(format: "%.1f GiB", mebibytes / 1024)
  }
}

extension [Table.Pair] {
  /// A JSON map, sorted; what the page's filter looks at.
  var json: String {
    // A name stands once in a request's parameters; should it stand twice, both have the same value.
    Value.map(Dictionary(map { ($0.name, .string($0.value)) }) { first, _ in first }).canonicalJSON
  }
}
