internal import CYAML

/// libyaml's events of one text, one after the other.
///
/// The one owner of the parser's handle.
final class EventStream {
  enum Event {
    case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
    case alias(String)
    case scalar(Node.Scalar, anchor: String?, tag: String?)
    case sequenceStart(anchor: String?, tag: String?)
    case mappingStart(anchor: String?, tag: String?)
  }

  /// What libyaml cannot read, and where.
  struct Refusal: Error {
    let message: String
    let hint: String?
    let mark: Mark
  }

  private let source: Source
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let text: UnsafeMutableBufferPointer<UInt8>

  init(_ source: Source) {
    self.source = source
    text = .allocate(capacity: max(1, source.bytes.count))
    _ = text.initialize(from: source.bytes)
    let initialized = yaml_parser_initialize(parser)
    precondition(initialized == 1, "libyaml has no memory for a parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, source.bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// - Throws: `Refusal`; the stream is at its end then.
  func next() throws -> (event: Event, mark: Mark) {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw refusal() }
    defer { yaml_event_delete(&event) }
    return (convert(event), mark(from: event.start_mark, to: event.end_mark))
  }

  private func convert(_ event: yaml_event_t) -> Event {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_ALIAS_EVENT: return .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      let value = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
      let scalar = Node.Scalar(text: value, isPlain: data.style == YAML_PLAIN_SCALAR_STYLE)
      return .scalar(scalar, anchor: string(data.anchor), tag: string(data.tag))
    case YAML_SEQUENCE_START_EVENT:
      return .sequenceStart(
        anchor: string(event.data.sequence_start.anchor), tag: string(event.data.sequence_start.tag))
    case YAML_MAPPING_START_EVENT:
      return .mappingStart(anchor: string(event.data.mapping_start.anchor), tag: string(event.data.mapping_start.tag))
    default: return .streamEnd
    }
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }

  private func mark(from start: yaml_mark_t, to end: yaml_mark_t) -> Mark {
    let (line, column) = (Int(start.line) + 1, Int(start.column) + 1)
    let endColumn = end.line == start.line ? max(column + 1, Int(end.column) + 1) : column + 1
    return Mark(source: source, line: line, column: column, endColumn: endColumn)
  }

  private func refusal() -> Refusal {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
    if parser.pointee.error == YAML_READER_ERROR {
      let offset = source.characterStart(at: parser.pointee.problem_offset)
      let (line, column) = source.position(ofByte: offset)
      let mark = Mark(source: source, line: line, column: column, endColumn: column + 1)
      if problem.contains("UTF-8") || problem.contains("Unicode") {
        return Refusal(message: "not valid UTF-8", hint: "save the file as UTF-8", mark: mark)
      }
      let code = String(parser.pointee.problem_value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      return Refusal(message: "the character U+\(padded) is not allowed in YAML", hint: nil, mark: mark)
    }
    if parser.pointee.error == YAML_MEMORY_ERROR {
      let mark = Mark(source: source, line: 1, column: 1, endColumn: 2)
      return Refusal(message: "libyaml ran out of memory", hint: nil, mark: mark)
    }
    let at = parser.pointee.problem_mark
    var message = problem
    if let context = parser.pointee.context.map({ String(cString: $0) }) {
      message += " " + context
      let began = Int(parser.pointee.context_mark.line) + 1
      if began != Int(at.line) + 1, began > 0 { message += " that began on line \(began)" }
    }
    let mark = mark(from: at, to: at)
    return Refusal(message: message, hint: hint(problem, at: mark), mark: mark)
  }

  /// What most often is behind a syntax error.
  private func hint(_ problem: String, at mark: Mark) -> String? {
    if problem.contains("expected ':'") { return "between a key and its value stand a colon and a space" }
    guard let line = source.line(mark.line) else { return nil }
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") { return "YAML indents by spaces, not by tabs" }
    return nil
  }
}
