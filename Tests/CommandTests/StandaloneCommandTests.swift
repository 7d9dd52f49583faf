import Federated
import Foundation
import TestSupport
import Testing

/// The published cases through `skymask aggregate` and `skymask attack`, as a user would run them.
struct StandaloneCommandTests {
  private let place: TestFolder

  init() throws { place = try TestFolder() }

  private static func cases(_ source: String, _ prefix: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Golden.url(source).path())) ?? []
    return names.filter { $0.hasPrefix(prefix) }.sorted().map { "\(source)/\($0)" }
  }

  private func array(_ file: String) throws -> NPY { try NPY(place.bytes(file), name: file) }

  private func copy(_ name: String, _ file: String) throws {
    try place.write(Array(Data(contentsOf: Golden.url(name).appending(path: file))), to: file)
  }

  @Test(arguments: cases("official", "aggregator-")) func aggregatesAsThePublishedCodeDoes(name: String) async throws {
    let settings = try Golden.settings(name)
    let rule = try #require(settings["rule"] as? String).replacingOccurrences(of: "_", with: "-")
    try copy(name, "params.npy")
    var flags: [String] = []
    if rule == "flame" { flags = ["--set", "noise=false"] }
    if rule == "fltrust" {
      // The last row is the server's.
      let all = try Golden.array(name, "updates.npy")
      let d = all.shape[1]
      let clients = all.shape[0] - 1
      try place.write(NPY(shape: [clients, d], floats: Array(all.values[..<(clients * d)])).bytes, to: "updates.npy")
      try place.write(NPY(shape: [d], floats: Array(all.values[(clients * d)...])).bytes, to: "root.npy")
      flags = ["--root-update", "root.npy"]
    } else {
      try copy(name, "updates.npy")
    }
    let ended = try await place.run(
      [
        "aggregate", rule, "--updates", "updates.npy", "--params", "params.npy", "--byzantine", "4", "--global-lr",
        "0.5",
        "--profile", "official-code", "--out", "a.npy", "--out-params", "q.npy",
      ] + flags)
    #expect(ended.code == 0, "\(ended.err)")
    let expected = try Golden.array(name, "expected_params.npy")
    let ours = try array("q.npy")
    #expect(ours.shape == expected.shape)
    #expect(relativeError(ours.floats, expected.values) < 1e-5)
    if let kept = settings["kept"] as? [Int] {
      let told = try #require(try JSONSerialization.jsonObject(with: Data(ended.out.utf8)) as? [String: Any])
      #expect(told["kept"] as? [Int] == kept)
    }
  }

  @Test(arguments: cases("official", "attack-").filter { !$0.hasSuffix("label_flip") })
  func attacksAsThePublishedCodeDoes(name: String) async throws {
    let settings = try Golden.settings(name)
    let attack = try #require(settings["attack"] as? String)
    let flags =
      switch attack {
      case "trim": ["fang-trim", "--constant-draw", "0.25"]
      case "trim_partial": ["fang-trim", "--set", "partial=true", "--constant-draw", "0.25"]
      case "krum": ["fang-krum", "--profile", "official-code"]
      case "min_max": ["min-max", "--profile", "official-code"]
      case "min_sum": ["min-sum", "--profile", "official-code"]
      default: ["lie-backdoor", "--profile", "official-code"]
      }
    try copy(name, "updates.npy")
    let ended = try await place.run(
      ["attack"] + flags + ["--updates", "updates.npy", "--byzantine", "4", "--out", "v.npy"])
    #expect(ended.code == 0, "\(ended.err)")
    let expected = try Golden.array(name, "expected_updates.npy")
    let ours = try array("v.npy")
    #expect(ours.shape == expected.shape)
    #expect(relativeError(ours.floats, expected.values) < 1e-5)
  }

  @Test(arguments: ["batch_softmax", "class_softmax"]) func skymaskKeepsWhomThePublishedCodeKeeps(loss: String)
    async throws
  {
    let name = "official/skymask-lr-\(loss)"
    let settings = try Golden.settings(name)
    let clients = try Golden.array(name, "client_parameters.npy")
    let base = try Golden.array(name, "base_parameters.npy").values
    let n = clients.shape[0] - 1
    let updates = clients.values.enumerated().map { base[$0.offset % base.count] - $0.element }
    try place.write(NPY(shape: [n, base.count], floats: Array(updates[..<(n * base.count)])).bytes, to: "u.npy")
    try place.write(NPY(shape: [base.count], floats: Array(updates[(n * base.count)...])).bytes, to: "r.npy")
    try place.write(NPY(shape: [base.count], floats: base).bytes, to: "p.npy")
    try copy(name, "root_inputs.npy")
    let labels = try #require(settings["labels"] as? [Int])
    try place.write(NPY(shape: [labels.count], integers: labels).bytes, to: "y.npy")
    let quirks = ["always-two-clusters"] + (loss == "batch_softmax" ? ["batch-softmax"] : [])
    let ended = try await place.run([
      "aggregate", "skymask", "--updates", "u.npy", "--root-update", "r.npy", "--params", "p.npy", "--global-lr", "0.5",
      "--model", "LR", "--root-inputs", "root_inputs.npy", "--root-labels", "y.npy", "--quirks",
      quirks.joined(separator: ","), "--out-params", "q.npy",
    ])
    #expect(ended.code == 0, "\(ended.err)")
    let told = try #require(try JSONSerialization.jsonObject(with: Data(ended.out.utf8)) as? [String: Any])
    #expect(told["kept"] as? [Int] == (settings["expected_kept"] as? [Int])?.dropLast().map { $0 })
    #expect(relativeError(try array("q.npy").floats, try Golden.array(name, "expected_params.npy").values) < 1e-5)
  }

  @Test(arguments: [
    ("krum", ["--set", "neighbours=15"]), ("trimmed_mean", []), ("median", []),
    ("multi_krum", ["--set", "selection=single-pass", "--set", "neighbours=15"]),
  ]) func aggregatesAsByzFLDoes(rule: String, flags: [String]) async throws {
    let name = "byzfl/aggregator-\(rule)"
    try copy(name, "updates.npy")
    let ended = try await place.run(
      [
        "aggregate", rule.replacingOccurrences(of: "_", with: "-"), "--updates", "updates.npy", "--byzantine", "4",
        "--out", "a.npy",
      ] + flags)
    #expect(ended.code == 0, "\(ended.err)")
    #expect(
      relativeError(try array("a.npy").floats, try Golden.array(name, "expected.npy").values) < 1e-5)
  }

  @Test func anyNumberOfClientsIsAnAnswerOrAClearError() async throws {
    let script = #"""
      for rule in $("$SKYMASK" list aggregator | awk 'NR > 1 && NF { print $1 }'); do
        for f in 0 1 2 3 5; do
          for file in one three same zero nan; do
            "$SKYMASK" aggregate $rule --updates $file.npy --root-update root.npy --byzantine $f > out.txt 2> err.txt
            code=$?
            if [ $code -ne 0 ] && { [ $code -ne 65 ] || ! grep -q '^error: ' err.txt || grep -q bug err.txt; }; then
              echo "$rule $file f=$f: exit $code"; cat err.txt
            fi
            [ $code -ne 0 ] || grep -q '"rule"' out.txt || echo "$rule $file f=$f says nothing"
          done
        done
      done
      """#
    func rows(_ rows: [[Float]]) -> [UInt8] {
      NPY(shape: [rows.count, rows[0].count], floats: Array(rows.joined())).bytes
    }
    try place.write(rows([[1]]), to: "one.npy")
    try place.write(rows([[1], [2], [4]]), to: "three.npy")
    try place.write(rows(Array(repeating: [3], count: 5)), to: "same.npy")
    try place.write(rows(Array(repeating: [0], count: 5)), to: "zero.npy")
    try place.write(rows([[.nan], [2], [2.5], [3], [2]]), to: "nan.npy")
    try place.write(NPY(shape: [1], floats: [1]).bytes, to: "root.npy")
    let ended = try await place.shell(script)
    #expect(ended.out == "")
    #expect(ended.err == "")
  }

  @Test func aMisspeltRuleOrParameterIsAnError() async throws {
    try place.write(NPY(shape: [3, 1], floats: [1, 2, 3]).bytes, to: "u.npy")
    let rule = try await place.run(["aggregate", "kurm", "--updates", "u.npy"])
    #expect(rule.code == 64)
    #expect(rule.err.hasPrefix("error: unknown aggregator 'kurm'; did you mean 'krum'?"))
    let parameter = try await place.run(["aggregate", "krum", "--updates", "u.npy", "--set", "neighbors=2"])
    #expect(parameter.code == 65)
    #expect(parameter.err.contains("'krum' has no parameter 'neighbors'"))
    let text = try await place.run(["aggregate", "krum", "--updates", "/dev/null"])
    #expect(text.code == 65)
    #expect(text.err == "error: /dev/null: is no NPY file: it does not start with \\x93NUMPY\n")
  }

  @Test func trainTakesThePublishedFlagsAndNoOthers() async throws {
    let flags = [
      "--server_pc", "20", "--bias", "0.5", "--batch_size", "32", "--local_lr", "0.1", "--global_lr", "1", "--nworkers",
      "5", "--niter", "2", "--nbyz", "1", "--byz_type", "trim_attack", "--aggregation", "trim", "--p", "0.1",
      "--local_iter", "1", "--net", "LR", "--nrepeats", "2",
    ]
    let ended = try await place.run(["train", "--dataset", "synthetic-images"] + flags)
    #expect(ended.code == 0, "\(ended.err)")
    let lines = ended.out.split(separator: "\n")
    #expect(
      lines.map { $0.split(separator: "  ")[0] } == ["seed 1", "round 0", "round 1", "seed 2", "round 0", "round 1"])
    #expect(lines[1].contains("test_accuracy 0."))
    for (flag, value) in [("--byz_type", "trim_atack"), ("--aggregation", "median_of_means"), ("--net", "vgg")] {
      let wrong = try await place.run(["train", "--dataset", "synthetic-images"] + flags + [flag, value])
      #expect(wrong.code == 65)
      #expect(wrong.err.contains("unknown"))
      #expect(wrong.out == "")
    }
    #expect(try await place.run(["train", "--niters", "2"]).code == 64)
  }
}
