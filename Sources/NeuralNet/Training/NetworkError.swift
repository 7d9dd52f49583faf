/// What can go wrong with a network: the shapes that a user gives.
package enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// A layer cannot take what comes to it.
  case shape(layer: String, input: [Int], need: String)
  case emptyBatch
  /// What stands in a list of layers and is none.
  case notALayer(String)

  package var description: String {
    switch self {
    case .shape(let layer, let input, let need):
      "\(layer) cannot take an input of \(input.described): it needs \(need)"
    case .notALayer(let text): "\(text) is no layer"
    case .emptyBatch: "a batch has at least one sample"
    }
  }
}

extension Collection<Int> {
  /// A shape in words: 30×26×26.
  var described: String { map(String.init).joined(separator: "×") }
}
