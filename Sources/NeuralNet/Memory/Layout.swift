internal import COneDNN

/// How a tensor lies in memory: oneDNN's descriptor, owned.
final class Layout {
  let handle: OpaquePointer

  private init(handle: OpaquePointer) { self.handle = handle }

  deinit { sm_layout_destroy(handle) }

  /// Row-major, of 1 to 4 dimensions.
  static func plain(_ shape: [Int]) throws -> Layout {
    var handle: OpaquePointer?
    let dimensions = shape.map(Int64.init)
    try check(sm_layout_plain(&handle, Int32(shape.count), dimensions), "layout of \(shape)")
    return Layout(handle: try unwrap(handle, "layout of \(shape)"))
  }

  /// Takes over a layout that the caller owned.
  static func taking(_ handle: OpaquePointer) -> Layout { Layout(handle: handle) }

  static func copy(_ other: OpaquePointer) throws -> Layout {
    var handle: OpaquePointer?
    try check(sm_layout_copy(&handle, other), "copy of a layout")
    return Layout(handle: try unwrap(handle, "copy of a layout"))
  }

  var byteCount: Int { sm_layout_bytes(handle) }

  /// The number of floats, padding among them.
  var count: Int { byteCount / MemoryLayout<Float>.stride }

  /// For planes × height × width × block: the block; 0 for a layout that is not of that kind.
  var channelBlock: Int { Int(sm_layout_channel_block(handle)) }

  func isEqual(to other: Layout) -> Bool { sm_layout_equal(handle, other.handle) == 1 }
}

/// Turns a status of oneDNN into an error that names the call.
@inline(__always)
func check(_ status: Int32, _ call: @autoclosure () -> String) throws {
  if status != 0 { throw NetworkError.library(call: call(), status: Int(status)) }
}

func unwrap(_ handle: OpaquePointer?, _ call: String) throws -> OpaquePointer {
  guard let handle else { throw NetworkError.library(call: call, status: 1) }
  return handle
}
