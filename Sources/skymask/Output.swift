internal import Catalogue
internal import Foundation
internal import Synchronization

/// Text for people and programs: results on standard output, everything else on standard error.
enum Output {
  private struct State {
    var waiting: [UInt8] = []
    /// The error number of the first write to standard output that failed.
    var failure: Int32?
  }

  private static let state = Mutex(State())
  private static let mostWaiting = 1 << 16

  /// A line on standard output; it may wait until `flush`.
  static func say(_ text: String) {
    state.withLock { state in
      state.waiting += Array((text + "\n").utf8)
      if state.waiting.count >= mostWaiting { empty(&state) }
    }
  }

  /// A JSON document.
  static func say(_ value: Value) { say(value.canonicalJSON) }

  /// A JSON document that is read while the program runs.
  static func announce(_ value: Value) {
    say(value)
    state.withLock { empty(&$0) }
  }

  /// A line on standard error, after everything that was said before.
  static func complain(_ text: String) { draw(text + "\n") }

  /// The same while a line is drawn again and again.
  static func interject(_ text: String) { draw((errorIsTerminal ? "\r\u{1B}[K" : "") + text + "\n") }

  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Text on standard error as it is.
  static func draw(_ text: String) {
    state.withLock { empty(&$0) }
    // With standard error gone there is nobody left to tell.
    _ = write(Array(text.utf8), to: STDERR_FILENO)
  }

  /// Writes what waits.
  ///
  /// - Throws: `OutputError` when some of what was said did not get out, now or before.
  static func flush() throws {
    let failure = state.withLock { state in
      empty(&state)
      return state.failure
    }
    if let failure { throw OutputError(errno: failure) }
  }

  /// Opens `/dev/null` in place of standard streams that the caller has closed.
  ///
  /// Otherwise the next file to be opened, a result perhaps, would take the number and be written to as a stream.
  static func openMissingStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is the one that is missing.
      _ = open("/dev/null", O_RDWR)
    }
  }

  private static func empty(_ state: inout State) {
    if state.waiting.isEmpty { return }
    if state.failure == nil { state.failure = write(state.waiting, to: STDOUT_FILENO) }
    state.waiting = []
  }

  /// - Returns: the error number, nil when all was written.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
    }
    return nil
  }
}

/// Standard output cannot be written.
struct OutputError: Error, CustomStringConvertible {
  let errno: Int32

  var description: String { "cannot write standard output: \(String(cString: strerror(errno)))" }
}
