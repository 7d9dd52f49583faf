internal import ArgumentParser

/// `--split`, which `table` and `plot` share.
enum SplitOption {
  /// - Parameter what: a table or a picture.
  static func help(_ what: String) -> ArgumentHelp {
    ArgumentHelp(
      "One \(what) for each combination of these parameters, such as bias,clients; none for a single one (default: "
        + "whatever else varies).", valueName: "keys")
  }

  static func names(_ text: String) -> [String] {
    if text == "none" { return [] }
    return text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map(String.init)
  }
}
