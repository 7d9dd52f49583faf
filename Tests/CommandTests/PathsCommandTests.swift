import Foundation
import NeuralNet
import Testing

/// A sweep gives the same bytes whatever the instruction set of the CPU.
struct PathsCommandTests {
  @Test func aSweepGivesTheSameBytesOnEveryPath() async throws {
    let place = try TestFolder()
    try place.write(Manifests.paths, to: "paths.yaml")
    let paths = InstructionSet.available.map(\.rawValue)
    try #require(paths.first == "generic")
    for path in paths {
      let ended = try await place.skymask(
        "run", "paths.yaml", "--jobs", "2", "--results", path, environment: ["SKYMASK_ISA": path])
      try #require(ended.code == 0, "\(path): \(ended.err)")
      let provenance = Rows(try place.read("\(path)/paths/provenance.csv"))
      #expect(Set(provenance.column("isa")) == [path])
      for table in ["rounds.csv", "summary.csv"] {
        #expect(
          try place.bytes("\(path)/paths/\(table)") == place.bytes("generic/paths/\(table)"),
          "\(table) of \(path) differs from that of generic")
      }
    }
    let rounds = Rows(try place.read("generic/paths/rounds.csv"))
    #expect(Set(rounds.column("attack")) == ["min-max", "fang-krum"])
    #expect(Set(rounds.column("model").map { $0.prefix { $0 != "(" } }) == ["cnn", "resnet20", "mlp", "lr", "layers"])
    #expect(
      Set(rounds.column("aggregator").map { $0.prefix { $0 != "(" } }) == ["skymask", "krum", "flame", "fldetector"])
    // The part of it that waits for enough rounds is reached.
    let rejecting = zip(rounds.column("aggregator"), rounds.column("kept")).filter {
      $0.hasPrefix("fldetector") && (Double($1) ?? 7) < 7
    }
    #expect(!rejecting.isEmpty)
  }

  @Test func anUnknownPathIsRefused() async throws {
    let place = try TestFolder()
    let ended = try await place.skymask("list", environment: ["SKYMASK_ISA": "nonsense"])
    #expect(ended.code == 64)
    #expect(ended.out == "")
    let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    #expect(ended.err == "error: SKYMASK_ISA names no instruction set of this CPU; it has: \(names)\n")
  }
}
