/// A stretch of memory that a plan's steps read and write; where it lies is decided when the plan is placed.
package final class Buffer {
  let byteCount: Int
  /// Bytes from the start of the arena.
  fileprivate(set) var offset = 0
  private var place: UnsafeMutableRawPointer?

  init(byteCount: Int) { self.byteCount = byteCount }

  convenience init(floats count: Int) { self.init(byteCount: count * MemoryLayout<Float>.stride) }

  /// Set before anything runs.
  var pointer: UnsafeMutableRawPointer {
    get {
      guard let place else { preconditionFailure("a buffer is used before it is placed") }
      return place
    }
    set { place = newValue }
  }

  var floats: UnsafeMutablePointer<Float> { pointer.assumingMemoryBound(to: Float.self) }
  /// Places in the windows of a pool.
  var places: UnsafeMutablePointer<UInt16> { pointer.assumingMemoryBound(to: UInt16.self) }
  /// Number of floats.
  var count: Int { byteCount / MemoryLayout<Float>.stride }
}

/// One aligned, zeroed block of memory that only grows.
final class Arena {
  private(set) var base: UnsafeMutableRawPointer
  private(set) var capacity: Int
  /// Goes up whenever `base` moves.
  private(set) var generation = 1

  init(byteCount: Int = 64) {
    base = Arena.allocate(byteCount)
    capacity = byteCount
  }

  deinit { base.deallocate() }

  /// Makes room for `byteCount` bytes; what was held is lost when the block moves.
  func reserve(_ byteCount: Int) {
    if byteCount <= capacity { return }
    base.deallocate()
    base = Arena.allocate(byteCount)
    capacity = byteCount
    generation += 1
  }

  static let alignment = 64

  static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) / alignment * alignment }

  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 4096)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    return block
  }
}

/// Places buffers in one arena so that two share memory only when no step needs both.
enum Placement {
  /// Gives every buffer an offset and returns the bytes needed.
  ///
  /// - Parameter steps: the buffers that each step reads or writes, in the order of execution. A buffer lives from the
  ///   first step that names it to the last.
  /// - Complexity: O(b²) for b buffers.
  static func place(steps: [[Buffer]]) -> Int {
    struct Life {
      let buffer: Buffer
      let first: Int
      var last: Int
    }
    var lives: [Life] = []
    var index: [ObjectIdentifier: Int] = [:]
    for (step, buffers) in steps.enumerated() {
      for buffer in buffers {
        if let at = index[ObjectIdentifier(buffer)] {
          lives[at].last = step
        } else {
          index[ObjectIdentifier(buffer)] = lives.count
          lives.append(Life(buffer: buffer, first: step, last: step))
        }
      }
    }
    var total = 0
    for (at, life) in lives.enumerated() {
      let taken = lives[..<at].filter { $0.last >= life.first && $0.first <= life.last }
        .map { ($0.buffer.offset, $0.buffer.offset + Arena.aligned($0.buffer.byteCount)) }
        .sorted { $0.0 < $1.0 }
      var offset = 0
      for (start, end) in taken {
        if offset + Arena.aligned(life.buffer.byteCount) <= start { break }
        offset = max(offset, end)
      }
      life.buffer.offset = offset
      total = max(total, offset + Arena.aligned(life.buffer.byteCount))
    }
    return total
  }
}
