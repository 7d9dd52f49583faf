/// What can go wrong with a network: the user's shapes, or the library below.
package enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// A layer cannot take what comes to it.
  case shape(layer: String, input: [Int], need: String)
  /// oneDNN refused a call.
  case library(call: String, status: Int)
  /// A layer whose result nobody reads.
  case unread(shape: [Int])
  case emptyBatch
  /// What stands in a list of layers and is none.
  case notALayer(String)

  package var description: String {
    switch self {
    case .shape(let layer, let input, let need):
      "\(layer) cannot take an input of \(input.described): it needs \(need)"
    case .library(let call, let status): "oneDNN refused \(call) with status \(status)"
    case .unread(let shape): "nothing reads the layer that gives \(shape.described)"
    case .notALayer(let text): "\(text) is no layer"
    case .emptyBatch: "a batch has at least one sample"
    }
  }
}

extension Collection<Int> {
  /// A shape in words: 30×26×26.
  var described: String { map(String.init).joined(separator: "×") }
}
