internal import COneDNN

/// A oneDNN operation, owned, with the places that its tensors are bound to.
final class Primitive {
  private let handle: OpaquePointer
  let name: String
  /// Useful floating-point operations of one run; 0 for a change of layout.
  var operations = 0
  private var bindings: [(role: sm_role, place: Place)] = []

  /// Where a tensor lies: in a graph's buffer, or in the parameter store.
  enum Place {
    case buffer(Buffer)
    case parameter(ParameterStore, slot: Int)
    case gradient(ParameterStore, slot: Int)
  }

  /// - Parameters:
  ///   - name: the call, for errors.
  ///   - make: a call of `COneDNN` that makes the operation.
  init(_ name: String, _ make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32) throws {
    var handle: OpaquePointer?
    let status = make(&handle)
    guard status == 0, let handle else {
      sm_op_destroy(handle)
      throw NetworkError.library(call: name, status: Int(status))
    }
    self.handle = handle
    self.name = name
  }

  deinit { sm_op_destroy(handle) }

  var raw: OpaquePointer { handle }

  var implementation: String { String(cString: sm_op_implementation(handle)) }

  func layout(_ role: sm_role) throws -> Layout {
    try Layout.copy(unwrap(sm_op_layout(handle, role), "\(name): a layout"))
  }

  func has(_ role: sm_role) -> Bool { sm_op_layout(handle, role) != nil }

  func set(_ role: sm_role, _ place: Place) { bindings.append((role, place)) }

  /// A buffer for the operation's scratchpad, bound; nil when it wants none.
  func scratchpad() throws -> Buffer? {
    guard has(SM_SCRATCHPAD) else { return nil }
    let buffer = Buffer(byteCount: try layout(SM_SCRATCHPAD).byteCount)
    set(SM_SCRATCHPAD, .buffer(buffer))
    return buffer
  }

  /// Tells oneDNN where everything lies; again whenever memory has moved.
  func bind() throws {
    for (role, place) in bindings {
      let pointer: UnsafeMutableRawPointer
      switch place {
      case .buffer(let buffer): pointer = buffer.pointer
      case .parameter(let store, let slot): pointer = UnsafeMutableRawPointer(store.weights(slot))
      case .gradient(let store, let slot): pointer = UnsafeMutableRawPointer(store.gradients(slot))
      }
      try bind(role, pointer)
    }
  }

  func bind(_ role: sm_role, _ pointer: UnsafeMutableRawPointer) throws {
    try check(sm_op_bind(handle, role, pointer), name)
  }

  @inline(__always)
  func execute() throws { try check(sm_op_execute(handle), name) }
}
