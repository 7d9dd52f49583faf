internal import Foundation
internal import Synchronization

/// An HTTP server on this machine for one test, which answers as it is told: rightly, brokenly or not at all.
///
/// It answers each request by the next of its answers, and from then on by the last.
package final class FileServer: Sendable {
  package enum Answer: Sendable {
    /// The file, from the byte on that is asked for.
    case file
    /// As `file`, but the connection is closed after so many bytes.
    case cut(after: Int)
    /// As `file`, but after so many bytes nothing comes any more.
    case stall(after: Int)
    /// The whole file, whatever is asked for.
    case fromTheStart
    case status(Int)
  }

  private struct State {
    var answers: [Answer]
    var requests: [Request] = []
    var isStopped = false
  }

  package struct Request: Sendable, Equatable {
    package var path: String
    /// Such as `bytes=100-`.
    package var range: String?
  }

  private let files: [String: [UInt8]]
  private let listener: Int32
  private let state: Mutex<State>
  /// Such as `http://127.0.0.1:40123/`.
  package let url: String

  /// - Parameter files: by path, without the first slash.
  package init(_ files: [String: [UInt8]], answers: [Answer] = [.file]) throws {
    self.files = files
    state = Mutex(State(answers: answers))
    #if canImport(Darwin)
      let stream = SOCK_STREAM
    #else
      let stream = Int32(SOCK_STREAM.rawValue)
    #endif
    let listener = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.listener = listener
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/"
    let thread = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let server = self else {
          if connection >= 0 { close(connection) }
          return
        }
        Thread { server.serve(connection) }.start()
      }
    }
    thread.start()
  }

  package var requests: [Request] { state.withLock { $0.requests } }

  /// No connection is taken from now on.
  package func stop() {
    // The number may be another file's by the second time.
    let isFirst = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped
    }
    guard isFirst else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let request = FileServer.request(from: connection) else { return }
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
    guard let file = files[String(request.path.dropFirst())] else {
      return respond(connection, 404, [], of: 0, from: 0)
    }
    let start = request.range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
    let rest = Array(file.dropFirst(start))
    switch answer {
    case .status(let code): respond(connection, code, [], of: 0, from: 0)
    case .file where start >= file.count && start > 0: respond(connection, 416, [], of: 0, from: 0)
    case .file: respond(connection, start > 0 ? 206 : 200, rest, of: file.count, from: start)
    case .fromTheStart: respond(connection, 200, file, of: file.count, from: 0)
    case .cut(let count):
      respond(connection, start > 0 ? 206 : 200, Array(rest.prefix(count)), of: file.count, from: start)
    case .stall(let count):
      respond(connection, start > 0 ? 206 : 200, Array(rest.prefix(count)), of: file.count, from: start)
      // Until the other side has had enough.
      var byte: UInt8 = 0
      _ = recv(connection, &byte, 1, 0)
    }
  }

  private static func request(from connection: Int32) -> Request? {
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 4096)
    while !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let count = recv(connection, &piece, piece.count, 0)
      if count <= 0 { return nil }
      text += piece.prefix(count)
    }
    let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count == 3, words[0] == "GET" else { return nil }
    let range = lines.first { $0.lowercased().hasPrefix("range: ") }
    return Request(path: String(words[1]), range: range.map { String($0.dropFirst("range: ".count)) })
  }

  private func respond(_ connection: Int32, _ code: Int, _ body: [UInt8], of total: Int, from start: Int) {
    var head = "HTTP/1.1 \(code) \(code < 300 ? "OK" : "No")\r\nConnection: close\r\n"
    head += "Content-Length: \(total - start)\r\n"
    if code == 206 { head += "Content-Range: bytes \(start)-\(total - 1)/\(total)\r\n" }
    var rest = (Array((head + "\r\n").utf8) + body)[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      #else
        let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      #endif
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
