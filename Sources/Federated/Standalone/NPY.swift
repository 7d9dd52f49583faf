internal import Foundation

/// An array in NumPy's NPY format: versions 1 and 2, bytes and little-endian float32, float64, int32 and int64, C and
/// Fortran order.
package struct NPY: Sendable, Equatable {
  /// The sizes of the dimensions; empty for a single number.
  package let shape: [Int]
  /// The values in C order (the last dimension runs fastest), whatever the file's order.
  package let values: Values

  package enum Values: Sendable, Equatable {
    case bytes([UInt8])
    case floats([Float])
    case doubles([Double])
    case integers([Int])
  }

  package init(shape: [Int], floats: [Float]) {
    precondition(shape.reduce(1, *) == floats.count, "the shape \(shape) does not hold \(floats.count) values")
    self.init(shape: shape, values: .floats(floats))
  }

  package init(shape: [Int], integers: [Int]) {
    precondition(shape.reduce(1, *) == integers.count, "the shape \(shape) does not hold \(integers.count) values")
    self.init(shape: shape, values: .integers(integers))
  }

  private init(shape: [Int], values: Values) {
    self.shape = shape
    self.values = values
  }

  package var count: Int { shape.reduce(1, *) }

  /// The values as floats; doubles and integers are rounded to the nearest.
  package var floats: [Float] {
    switch values {
    case .bytes(let values): values.map { Float($0) }
    case .floats(let values): values
    case .doubles(let values): values.map { Float($0) }
    case .integers(let values): values.map { Float($0) }
    }
  }

  /// - Parameter name: the file, for messages.
  /// - Throws: `NPYError` for anything that is not such an array, to the byte.
  package init(_ bytes: [UInt8], name: String) throws {
    func refuse(_ problem: String) -> NPYError { NPYError(file: name, problem: problem) }
    let (header, dataStart) = try NPYHeader.read(bytes, name: name)
    guard let size = NPY.sizes[header.type] else {
      throw refuse(
        "holds '\(header.type)'; |u1, <f4, <f8, <i4 and <i8 (uint8, float32, float64, int32, int64) can be read")
    }
    let (count, overflow) = header.shape.reduce((1, false)) { product, size in
      let (value, over) = product.0.multipliedReportingOverflow(by: size)
      return (value, product.1 || over)
    }
    let expected = count.multipliedReportingOverflow(by: size)
    guard !overflow, !expected.overflow, bytes.count - dataStart == expected.partialValue else {
      throw refuse(
        "has \(bytes.count - dataStart) bytes of data, which is not what the shape "
          + "(\(header.shape.map(String.init).joined(separator: ", "))) of '\(header.type)' takes")
    }
    shape = header.shape
    let order = header.isFortran && shape.count > 1 ? NPY.places(shape) : nil
    let data = bytes[dataStart...]
    switch header.type {
    case "|u1": values = .bytes(order == nil ? Array(data) : NPY.read(data, order) { (raw: UInt8) in raw })
    case "<f4": values = .floats(NPY.read(data, order) { Float(bitPattern: UInt32(littleEndian: $0)) })
    case "<f8": values = .doubles(NPY.read(data, order) { Double(bitPattern: UInt64(littleEndian: $0)) })
    case "<i4":
      values = .integers(NPY.read(data, order) { (raw: Int32) in Int(Int32(littleEndian: raw)) })
    default: values = .integers(NPY.read(data, order) { (raw: Int64) in Int(Int64(littleEndian: raw)) })
    }
  }

  /// The file's bytes: version 1, C order; bytes as `|u1`, floats as `<f4`, doubles as `<f8`, integers as `<i8`.
  package var bytes: [UInt8] {
    let type =
      switch values {
      case .bytes: "|u1"
      case .floats: "<f4"
      case .doubles: "<f8"
      case .integers: "<i8"
      }
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // The data starts at a multiple of 64.
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    var bytes = NPY.magic + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + header.utf8
    switch values {
    case .bytes(let values): bytes += values
    case .floats(let values): for value in values { NPY.append(value.bitPattern, to: &bytes) }
    case .doubles(let values): for value in values { NPY.append(value.bitPattern, to: &bytes) }
    case .integers(let values): for value in values { NPY.append(Int64(value), to: &bytes) }
    }
    return bytes
  }

  fileprivate static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  private static let sizes = ["|u1": 1, "<f4": 4, "<f8": 8, "<i4": 4, "<i8": 8]

  private static func append<Raw: FixedWidthInteger>(_ raw: Raw, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: raw.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func read<Raw: BitwiseCopyable, Value>(
    _ data: ArraySlice<UInt8>, _ order: [Int]?, _ value: (Raw) -> Value
  ) -> [Value] {
    data.withUnsafeBytes { raw in
      let count = raw.count / MemoryLayout<Raw>.size
      return (0..<count).map { place in
        value(raw.loadUnaligned(fromByteOffset: (order?[place] ?? place) * MemoryLayout<Raw>.size, as: Raw.self))
      }
    }
  }

  /// For each place in C order, the place of the same element in Fortran order.
  private static func places(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    let count = shape.reduce(1, *)
    var index = [Int](repeating: 0, count: shape.count)
    return (0..<count).map { _ in
      let place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
      return place
    }
  }
}

/// A file that is no array of the kind that can be read.
package struct NPYError: Error, Equatable, CustomStringConvertible {
  package let file: String
  package let problem: String

  package init(file: String, problem: String) {
    self.file = file
    self.problem = problem
  }

  package var description: String { "\(file): \(problem)" }
}

/// The header: a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NPYHeader: Equatable {
  let type: String
  let isFortran: Bool
  let shape: [Int]

  /// The header at the start of a file, and where the data behind it start.
  static func read(_ bytes: [UInt8], name: String) throws -> (NPYHeader, dataStart: Int) {
    func refuse(_ problem: String) -> NPYError { NPYError(file: name, problem: problem) }
    guard bytes.count >= 10, Array(bytes[..<6]) == NPY.magic else {
      throw refuse("is no NPY file: it does not start with \\x93NUMPY")
    }
    let start: Int
    let length: Int
    switch bytes[6] {
    case 1: (start, length) = (10, Int(bytes[8]) | Int(bytes[9]) << 8)
    case 2 where bytes.count >= 12:
      (start, length) = (12, (0..<4).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) })
    default: throw refuse("has NPY version \(bytes[6]).\(bytes[7]); versions 1 and 2 can be read")
    }
    guard length <= bytes.count - start else { throw refuse("ends within its header") }
    return (try NPYHeader(String(decoding: bytes[start..<(start + length)], as: UTF8.self), name: name), start + length)
  }

  init(_ text: String, name: String) throws {
    func refuse(_ problem: String) -> NPYError { NPYError(file: name, problem: problem) }
    func value(_ key: String) throws -> Substring {
      for quote in ["'", "\""] {
        guard let found = text.range(of: quote + key + quote) else { continue }
        let rest = text[found.upperBound...].drop { $0 == " " }
        if rest.first == ":" { return rest.dropFirst().drop { $0 == " " } }
      }
      throw refuse("has a header without '\(key)'")
    }
    let descr = try value("descr")
    guard let quote = descr.first, quote == "'" || quote == "\"",
      let end = descr.dropFirst().firstIndex(of: quote)
    else { throw refuse("holds records, not plain numbers; |u1, <f4, <f8, <i4 and <i8 can be read") }
    type = String(descr[descr.index(after: descr.startIndex)..<end])
    let order = try value("fortran_order")
    guard order.hasPrefix("True") || order.hasPrefix("False") else {
      throw refuse("has a 'fortran_order' that is neither True nor False")
    }
    isFortran = order.hasPrefix("True")
    let sizes = try value("shape")
    guard sizes.first == "(", let close = sizes.firstIndex(of: ")") else {
      throw refuse("has a 'shape' that is no tuple")
    }
    shape = try sizes[sizes.index(after: sizes.startIndex)..<close].split(separator: ",").compactMap { part in
      let part = part.trimmingCharacters(in: .whitespaces)
      if part.isEmpty { return nil }
      guard let size = Int(part), size >= 0 else { throw refuse("has a 'shape' with '\(part)' in it") }
      return size
    }
  }
}
