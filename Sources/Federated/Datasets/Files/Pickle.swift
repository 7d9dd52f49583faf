/// Reads the part of Python's pickle protocol 2 that the CIFAR files use: numbers, texts, lists, maps and arrays of bytes.
///
/// It makes nothing but values: what a pickle asks to be called is looked at, never called. Everything else is an error.
enum Pickle {
  struct Failure: Error, Equatable {
    let problem: String
    /// The byte where it shows.
    let place: Int
  }

  /// The map that a pickle holds.
  static func map(_ bytes: [UInt8]) throws(Failure) -> [String: Value] {
    var machine = PickleMachine(bytes)
    let value = try machine.run()
    guard case .map(let map) = value else { throw Failure(problem: "it holds no map", place: 0) }
    var named: [String: Value] = [:]
    for (key, value) in map.entries {
      if case .bytes(let name) = key { named[String(decoding: name, as: UTF8.self)] = value }
    }
    return named
  }

  indirect enum Value {
    case none
    case bool(Bool)
    case integer(Int)
    /// A text of either kind, as its bytes.
    case bytes(ArraySlice<UInt8>)
    case tuple([Value])
    case list(List)
    case map(Map)
    /// Something of a module: `numpy.dtype`.
    case global(String)
    /// What calling something gave, with the state that was set.
    case object(Object)

    /// The numbers of a list; nil for anything else.
    var integers: [Int]? {
      guard case .list(let list) = self else { return nil }
      var numbers: [Int] = []
      numbers.reserveCapacity(list.values.count)
      for value in list.values {
        guard case .integer(let number) = value else { return nil }
        numbers.append(number)
      }
      return numbers
    }

    /// The shape and the bytes of a numpy array of unsigned bytes in C order; nil for anything else.
    var byteArray: (shape: [Int], bytes: [UInt8])? {
      guard case .object(let array) = self, array.made.hasSuffix(".multiarray._reconstruct"),
        case .tuple(let state) = array.state, state.count == 5, case .tuple(let sizes) = state[1],
        case .object(let type) = state[2], type.made == "numpy.dtype",
        case .bytes(let code)? = type.arguments.first, code.elementsEqual("u1".utf8) || code.elementsEqual("|u1".utf8),
        case .bool(false) = state[3], case .bytes(let bytes) = state[4]
      else { return nil }
      var shape: [Int] = []
      for size in sizes {
        guard case .integer(let number) = size, number >= 0 else { return nil }
        shape.append(number)
      }
      return (shape, Array(bytes))
    }
  }

  // Classes, since a pickle fills them after others may have taken hold of them.
  final class List { var values: [Value] = [] }

  final class Map { var entries: [(key: Value, value: Value)] = [] }

  final class Object {
    let made: String
    let arguments: [Value]
    var state = Value.none

    init(made: String, arguments: [Value]) {
      self.made = made
      self.arguments = arguments
    }
  }
}

/// The machine that a pickle is a program of: a stack, marks in it, and a memory of values by number.
private struct PickleMachine {
  private let bytes: [UInt8]
  private var place = 0
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memory: [Int: Pickle.Value] = [:]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() throws(Pickle.Failure) -> Pickle.Value {
    guard bytes.starts(with: [0x80, 2]) else { throw failure("it is no pickle of protocol 2", 0) }
    place = 2
    while true {
      let start = place
      let code = try take(1)[place - 1]
      if code == UInt8(ascii: ".") {
        let value = try pop()
        guard place == bytes.count else { throw failure("bytes follow its end", place) }
        return value
      }
      try step(code, at: start)
    }
  }

  private mutating func step(_ code: UInt8, at start: Int) throws(Pickle.Failure) {
    switch UnicodeScalar(code) {
    case "}": stack.append(.map(Pickle.Map()))
    case "]": stack.append(.list(Pickle.List()))
    case ")": stack.append(.tuple([]))
    case "(": marks.append(stack.count)
    case "N": stack.append(.none)
    case "\u{88}": stack.append(.bool(true))
    case "\u{89}": stack.append(.bool(false))
    case "K": stack.append(.integer(try number(1)))
    case "M": stack.append(.integer(try number(2)))
    case "J": stack.append(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
    case "U": stack.append(.bytes(try take(try number(1))))
    case "T", "X": stack.append(.bytes(try take(try number(4))))
    case "q": memory[try number(1)] = try top()
    case "r": memory[try number(4)] = try top()
    case "h": stack.append(try remembered(try number(1)))
    case "j": stack.append(try remembered(try number(4)))
    case "a":
      let value = try pop()
      try list(start).values.append(value)
    case "e":
      let values = try popToMark()
      try list(start).values += values
    case "s":
      let value = try pop()
      let key = try pop()
      try map(start).entries.append((key, value))
    case "u":
      let values = try popToMark()
      guard values.count % 2 == 0 else { throw failure("a key without a value", start) }
      let map = try map(start)
      for index in stride(from: 0, to: values.count, by: 2) { map.entries.append((values[index], values[index + 1])) }
    case "t": stack.append(.tuple(try popToMark()))
    case "\u{85}", "\u{86}", "\u{87}":
      var values: [Pickle.Value] = []
      for _ in 0..<(Int(code) - 0x84) { values.insert(try pop(), at: 0) }
      stack.append(.tuple(values))
    case "c":
      let module = try line()
      stack.append(.global(module + "." + (try line())))
    case "R":
      guard case .tuple(let arguments) = try pop(), case .global(let made) = try pop() else {
        throw failure("a call of something that cannot be called", start)
      }
      stack.append(.object(Pickle.Object(made: made, arguments: arguments)))
    case "b":
      let state = try pop()
      guard case .object(let object) = try top() else { throw failure("a state for something that has none", start) }
      object.state = state
    default: throw failure("the instruction 0x\(String(code, radix: 16)) is none that such files use", start)
    }
  }

  private func failure(_ problem: String, _ place: Int) -> Pickle.Failure {
    Pickle.Failure(problem: problem, place: place)
  }

  private mutating func take(_ count: Int) throws(Pickle.Failure) -> ArraySlice<UInt8> {
    guard count <= bytes.count - place else { throw failure("it ends too early", bytes.count) }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  /// Little-endian.
  private mutating func number(_ count: Int) throws(Pickle.Failure) -> Int {
    try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func line() throws(Pickle.Failure) -> String {
    guard let end = bytes[place...].firstIndex(of: 10) else { throw failure("it ends too early", bytes.count) }
    let text = try take(end - place)
    place += 1
    return String(decoding: text, as: UTF8.self)
  }

  private func top() throws(Pickle.Failure) -> Pickle.Value {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw failure("a value is lacking", place) }
    return value
  }

  private mutating func pop() throws(Pickle.Failure) -> Pickle.Value {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popToMark() throws(Pickle.Failure) -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw failure("a mark is lacking", place) }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func list(_ start: Int) throws(Pickle.Failure) -> Pickle.List {
    guard case .list(let list) = try top() else { throw failure("entries for something that is no list", start) }
    return list
  }

  private func map(_ start: Int) throws(Pickle.Failure) -> Pickle.Map {
    guard case .map(let map) = try top() else { throw failure("entries for something that is no map", start) }
    return map
  }

  private func remembered(_ key: Int) throws(Pickle.Failure) -> Pickle.Value {
    guard let value = memory[key] else { throw failure("nothing is remembered as \(key)", place) }
    return value
  }
}
