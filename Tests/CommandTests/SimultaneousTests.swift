import Testing

struct SimultaneousTests {
  @Test func ofSixteenRunsAtOnceOneRunsAndTheOthersSayWhoDoes() async throws {
    let place = try TestFolder()
    try place.write(Manifests.slow, to: "slow.yaml")
    let ends = try await withThrowingTaskGroup(of: Ended.self) { group in
      for _ in 0..<16 { group.addTask { try await place.skymask("run", "slow.yaml", "--jobs", "2") } }
      return try await group.reduce(into: [Ended]()) { $0.append($1) }
    }
    let winners = ends.filter { $0.code == 0 }
    let others = ends.filter { $0.code == 73 }
    #expect(winners.count == 1)
    #expect(others.count == 15)
    #expect(winners.first?.out.hasPrefix("slow: 0 of 4 cells were finished before, 4 finished now\n") == true)
    // All name one and the same process.
    let messages = Set(others.map(\.err))
    #expect(messages.count == 1)
    let message = try #require(messages.first)
    let form =
      /error: results\/slow\/LOCK: the experiment is being run by process ([0-9]+) on .+ since .+; wait until it ends, or stop it\n/
    let process = try #require(try form.wholeMatch(in: message)?.1)
    #expect(try place.read("results/slow/LOCK").contains("\"pid\":\(process),"))
    #expect(others.allSatisfy { $0.out == "" })

    let alone = try await place.skymask("run", "slow.yaml", "--results", "alone")
    #expect(alone.code == 0)
    for table in ["rounds.csv", "summary.csv"] {
      #expect(try place.bytes("results/slow/\(table)") == place.bytes("alone/slow/\(table)"))
    }
  }
}
