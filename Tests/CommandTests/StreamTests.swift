import Testing

/// Standard streams that are closed, full or cut off.
struct StreamTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  @Test func saysThatItsOutputIsLost() async throws {
    for command in ["plan tiny.yaml", "list", "run tiny.yaml", "status tiny.yaml --json"] {
      let ended = try await place.shell("\"$SKYMASK\" \(command) > /dev/full")
      #expect(ended.code == 74)
      #expect(ended.err.hasSuffix("error: cannot write standard output: No space left on device\n"))
    }
    #expect(Rows(try place.read("results/tiny/rounds.csv")).rows.count == 16)
  }

  @Test func doesWithoutStandardError() async throws {
    #expect(try await place.shell("\"$SKYMASK\" run nowhere.yaml 2> /dev/full").code == 65)
    #expect(try await place.shell("\"$SKYMASK\" run tiny.yaml 2> /dev/full").code == 0)
    #expect(try await place.shell("\"$SKYMASK\" run tiny.yaml --jobs 0 2>&-").code == 64)
  }

  @Test func writesNoMessageIntoAResultWhenStreamsAreClosed() async throws {
    let closed = try await place.shell("\"$SKYMASK\" run tiny.yaml --results closed <&- >&- 2>&-")
    #expect(closed.code == 0)
    _ = try await place.skymask("run", "tiny.yaml")
    let names = try place.snapshot("results/tiny").keys.filter { $0 != "LOCK" && !$0.hasSuffix("result.json") }
    #expect(names.count > 12)
    // These two tell what the cells took, which differs from run to run.
    for name in names where !["provenance.csv", "report.html"].contains(name) {
      #expect(try place.bytes("closed/tiny/\(name)") == place.bytes("results/tiny/\(name)"), "\(name)")
    }
    let page = try place.read("closed/tiny/report.html")
    #expect(page.hasPrefix("<!DOCTYPE html>\n") && page.hasSuffix("</html>\n"))
    #expect(try place.read("closed/tiny/LOCK").split(separator: "\n").count == 1)
  }

  @Test func endsQuietlyWhenItsReaderDoes() async throws {
    try place.write(Manifests.many(2000), to: "many.yaml")
    let ended = try await place.shell("\"$SKYMASK\" plan many.yaml | head -n 1")
    #expect(ended.code == 0)
    #expect(ended.out.split(separator: "\n").count == 1)
    #expect(ended.err == "")
  }
}
