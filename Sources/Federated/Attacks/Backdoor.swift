internal import Catalogue

/// A mark on an input, and the class that inputs with it are to be taken for.
package struct Backdoor: Sendable, Equatable {
  /// Places among a sample's values, ascending.
  package let places: [Int]
  /// What is written there; pixels lie between 0 and 1, a trigger need not.
  package let value: Float
  package let target: UInt8

  /// The top left `size` × `size` pixels of a picture, in every channel; nil when there are not so many.
  package init?(corner size: Int, of inputShape: [Int], value: Float, target: Int) {
    guard inputShape.count == 3, size > 0, inputShape[1] >= size, inputShape[2] >= size,
      let target = UInt8(exactly: target)
    else { return nil }
    let (height, width) = (inputShape[1], inputShape[2])
    places = (0..<inputShape[0]).flatMap { channel in
      (0..<size).flatMap { row in (0..<size).map { (channel * height + row) * width + $0 } }
    }
    self.value = value
    self.target = target
  }

  /// What a backdoor by a picture's corner says of data that cannot bear it.
  static func objection(attack: String, corner size: Int, target: Int, inputShape: [Int], classes: Int) -> String? {
    guard inputShape.count == 3 else {
      let count = inputShape.reduce(1, *)
      return "\(attack) marks a corner of pictures, but a sample of this data set is \(count) features"
    }
    if inputShape[1] < size || inputShape[2] < size {
      return "\(attack)'s trigger of \(size) × \(size) does not fit pictures of \(inputShape[1]) × \(inputShape[2])"
    }
    if target >= classes { return "\(attack)'s target \(target) is no label among \(classes) classes" }
    return nil
  }

  /// The parameters of such a backdoor.
  static let parameters = [
    Parameter("target", .integer(0...255), "the class that triggered samples are to be taken for"),
    Parameter("size", .integer(1...1024), "rows and columns of the trigger, at the top left"),
  ]
}
