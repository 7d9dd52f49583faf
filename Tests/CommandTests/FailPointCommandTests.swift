import Testing

/// `SKYMASK_FAILPOINT` through the built program.
struct FailPointCommandTests {
  private let place: TestFolder

  init() throws {
    place = try TestFolder()
    try place.write(Manifests.tiny, to: "tiny.yaml")
  }

  @Test func endsTheRunThereAsIfItWereKilled() async throws {
    let ended = try await place.skymask(
      "run", "tiny.yaml", environment: ["SKYMASK_FAILPOINT": "run/rename-done:2"])
    #expect(ended.code == 137)
    #expect(ended.err == "fail point reached: run/rename-done:2\n")
    #expect(ended.out == "")
    #expect(place.exists("results/tiny/plan.jsonl"))
    #expect(try place.cells(of: "tiny", with: "cell.json").isEmpty)
    #expect(try await place.skymask("run", "tiny.yaml").code == 0)
  }

  @Test func endsAWorkerThereAndSaysSo() async throws {
    let ended = try await place.skymask(
      "run", "tiny.yaml", "--jobs", "1", environment: ["SKYMASK_FAILPOINT": "cell/rename-exclusive:2"])
    #expect(ended.code == 1)
    #expect(ended.err.contains("\n  ended with exit status 137, at attempt 2; log results/tiny/cells/"))
    #expect(ended.err.contains("\n  | fail point reached: cell/rename-exclusive:2\n"))
    #expect(try place.cells(of: "tiny", with: "result.json").isEmpty)
    #expect(try await place.skymask("run", "tiny.yaml").code == 0)
    #expect(Rows(try place.read("results/tiny/rounds.csv")).rows.count == 16)
  }

  @Test(arguments: [
    ("run/create=ENOSPC:2", "manifest.yaml", "create it: the disk is full; free some space, then run"),
    ("cell/sync=EIO:1", "", "write it: the disk failed to read or write (input/output error); check it"),
  ])
  func endsWith74AtAnErrorOfTheDisk(_ point: String, file: String, message: String) async throws {
    let ended = try await place.skymask("run", "tiny.yaml", environment: ["SKYMASK_FAILPOINT": point])
    #expect(ended.code == 74)
    #expect(ended.err.contains("error: results/tiny/"))
    #expect(ended.err.contains(": cannot \(message)"))
    #expect(try await place.skymask("run", "tiny.yaml").code == 0)
  }

  @Test func doesNothingForTheOtherKindOfProcess() async throws {
    let status = try await place.skymask("status", "tiny.yaml", environment: ["SKYMASK_FAILPOINT": "cell/look:1"])
    #expect(status.code == 0)
    #expect(status.err == "")
  }

  @Test func refusesAnUnknownPointWithItsChoices() async throws {
    let ended = try await place.skymask("run", "tiny.yaml", environment: ["SKYMASK_FAILPOINT": "cell/wirte:2"])
    #expect(ended.code == 64)
    #expect(ended.out == "")
    #expect(
      ended.err.hasPrefix(
        "error: SKYMASK_FAILPOINT: no point is called 'wirte'; there are: make-folder, make-folder-done, create, "))
    #expect(ended.err.contains(", checkpoint-rename-done, "))
    #expect(!place.exists("results"))
    let form = try await place.skymask("run", "tiny.yaml", environment: ["SKYMASK_FAILPOINT": "write"])
    #expect(form.code == 64)
    #expect(
      form.err == "error: SKYMASK_FAILPOINT: 'write' must be [run/|cell/]point[=ENOSPC|=EIO]:count, "
        + "such as cell/rename:2\n")
  }
}
