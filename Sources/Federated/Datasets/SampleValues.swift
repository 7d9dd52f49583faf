/// Numbers of samples, in an array of this process or in a file that processes share.
package struct SampleValues<Element: BitwiseCopyable & Sendable>: Sendable, RandomAccessCollection {
  private enum Storage: Sendable {
    case array([Element])
    /// `offset` is in bytes.
    case mapped(MappedFile, offset: Int)
  }

  private let storage: Storage
  package let count: Int

  package init(_ values: [Element]) {
    storage = .array(values)
    count = values.count
  }

  /// - Precondition: the values lie inside the file, and `offset` suits their alignment.
  init(_ file: MappedFile, offset: Int, count: Int) {
    precondition(
      offset >= 0 && count >= 0 && offset % MemoryLayout<Element>.alignment == 0
        && offset + count * MemoryLayout<Element>.stride <= file.count, "no \(count) values at \(offset)")
    storage = .mapped(file, offset: offset)
    self.count = count
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }
  package subscript(position: Int) -> Element { withUnsafeBufferPointer { $0[position] } }

  /// The values where they lie.
  package func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .array(let values):
      let count = self.count
      return try values.withUnsafeBufferPointer { (all: UnsafeBufferPointer<Element>) throws(Failure) -> Result in
        try body(UnsafeBufferPointer(rebasing: all[..<count]))
      }
    case .mapped(let file, let offset):
      let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[offset..<(offset + count * MemoryLayout<Element>.stride)])
      return try body(bytes.assumingMemoryBound(to: Element.self))
    }
  }

  /// The first so many values, not copied.
  func first(_ count: Int) -> SampleValues {
    precondition(count <= self.count, "\(count) of \(self.count) values")
    return SampleValues(storage, count: count)
  }

  private init(_ storage: Storage, count: Int) {
    self.storage = storage
    self.count = count
  }
}

extension SampleValues: ExpressibleByArrayLiteral {
  package init(arrayLiteral values: Element...) { self.init(values) }
}

extension SampleValues: Equatable where Element: Equatable {
  package static func == (left: SampleValues, right: SampleValues) -> Bool { left.elementsEqual(right) }
}
