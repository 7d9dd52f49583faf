internal import ArgumentParser
internal import Federated
internal import Foundation
internal import NeuralNet

/// Every aggregator: checked, then timed at the sizes of cnn and resnet20, then at growing numbers of clients.
struct AggregatorsBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregators",
    abstract: "One call of each aggregator at n = 100, f = 20, its growth with n, and SkyMask's memory, on one thread.")

  @Flag(help: "Leave out how cost grows with the number of clients.") var quick = false

  func run() throws {
    try AggregatorsCheck.run()
    print("Each rule agrees with its plain twin on 11 updates of 37 numbers.")
    try printMemory(parameters: AggregatorsWork.cnn)
    try printMemory(parameters: AggregatorsWork.resnet20)
    let peak = Self.peak()
    // The aims are for a core whose multiply-add peak is 240 GFLOP/s.
    let slower = 240 / peak
    print("")
    print(
      "Multiply-add peak of this core: \(Measure.fixed(peak, 0)) GFLOP/s. Aims are those for a core of 240 times "
        + "\(Measure.fixed(slower, 2)), and in proportion to d.")
    print("Published code (PyTorch 2.6) and ByzFL 0.0.11: seconds at d = 139,960 on one AMD EPYC core of 240 GFLOP/s,")
    print("another and faster one than this may be; they are not measured here.")
    for parameters in [AggregatorsWork.cnn, AggregatorsWork.resnet20] {
      print("")
      print("n = 100, f = 20, d = \(parameters), CPU seconds:")
      print(row(["rule", "here", "aim", "here/aim", "published", "ByzFL"]))
      for work in try AggregatorsWork.all(clients: 100, parameters: parameters) {
        let seconds = try Self.seconds(repeats: 3) { try work.call() }
        let aim = work.aim.map { $0 * slower * Double(parameters) / Double(AggregatorsWork.cnn) }
        print(
          row([
            work.name, Measure.fixed(seconds, 4), aim.map { Measure.fixed($0, 4) } ?? "-",
            aim.map { Measure.fixed(seconds / $0, 2) } ?? "-",
            work.published ?? "-", work.byzfl ?? "-",
          ]))
      }
    }
    if !quick { try printGrowth() }
  }

  private func printGrowth() throws {
    let sizes = [50, 200, 500]
    print("")
    print("f = n/5, d = \(AggregatorsWork.cnn), CPU seconds, and the exponent of n that fits them:")
    print(row(["rule"] + sizes.map { "n = \($0)" } + ["exponent"]))
    var seconds: [String: [Double]] = [:]
    var names: [String] = []
    for clients in sizes {
      let works = try AggregatorsWork.all(clients: clients, parameters: AggregatorsWork.cnn)
      if names.isEmpty { names = works.map(\.name) }
      for work in works {
        seconds[work.name, default: []].append(try Self.seconds(repeats: 1) { try work.call() })
      }
    }
    for name in names {
      let times = seconds[name] ?? []
      print(row([name] + times.map { Measure.fixed($0, 4) } + [Measure.fixed(slope(sizes.map(Double.init), times), 2)]))
    }
  }

  /// The slope of the line of least squares through the logarithms.
  private func slope(_ x: [Double], _ y: [Double]) -> Double {
    let (u, v) = (x.map { Foundation.log($0) }, y.map { Foundation.log($0) })
    let (meanU, meanV) = (u.reduce(0, +) / Double(u.count), v.reduce(0, +) / Double(v.count))
    let products = zip(u, v).reduce(0) { $0 + ($1.0 - meanU) * ($1.1 - meanV) }
    return products / u.reduce(0) { $0 + ($1 - meanU) * ($1 - meanU) }
  }

  /// SkyMask's peak, in a process that has held nothing larger before.
  private func printMemory(parameters: Int) throws {
    let work = try AggregatorsWork.masks(clients: 100, parameters: parameters)
    try work.call()
    let peak = Self.peakBytes()
    let bound = 3 * 101 * parameters * 4 + 100_000_000
    print(
      "skymask, n = 100, d = \(parameters), beside the network's buffers: the whole process peaks at "
        + "\(Measure.fixed(Double(peak) / 1e6, 0)) MB; the bound of 3·(n+1)·d·4 bytes + 100 MB is \(Measure.fixed(Double(bound) / 1e6, 0)) MB"
    )
    guard peak <= bound else { throw ValidationError("SkyMask takes more memory than it may") }
  }

  /// The least CPU seconds of some calls, which other programs on the machine stretch less than they do the clock.
  private static func seconds(repeats: Int, _ body: () throws -> Void) rethrows -> Double {
    try (0..<repeats).map { _ in try Measure.seconds(body) }.min() ?? .nan
  }

  private static func peak() -> Double { (0..<7).map { _ in Measure.burst() }.max() ?? .nan }

  private static func peakBytes() -> Int {
    var usage = rusage()
    guard getrusage(0, &usage) == 0 else { return .max }
    #if os(Linux)
      return Int(usage.ru_maxrss) * 1024
    #else
      return Int(usage.ru_maxrss)
    #endif
  }

  private func row(_ cells: [String]) -> String {
    cells.enumerated().map { index, cell in
      let padding = String(repeating: " ", count: max(0, (index == 0 ? 28 : 11) - cell.count))
      return index == 0 ? cell + padding : padding + cell
    }.joined()
  }

}
