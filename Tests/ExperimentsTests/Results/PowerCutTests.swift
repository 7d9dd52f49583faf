import Testing

@testable import Experiments

/// A power cut, which takes what was not synced, or a kill, at each call of a whole small sweep.
struct PowerCutTests {
  private let sweep = SmallSweep(root: "/results")

  /// A sweep up to the call with this number.
  private func cutSweep(at change: Int) throws -> ForgetfulDisk {
    let disk = ForgetfulDisk()
    disk.cut(at: change)
    #expect(throws: PowerCut.self, "call \(change)") { try sweep.run(on: disk) }
    return disk
  }

  @Test(arguments: ForgetfulDisk.Survival.allCases)
  func atAnyCallLosesNothing(_ survival: ForgetfulDisk.Survival) throws {
    let (expected, changes) = try SmallSweep.undisturbed()
    #expect(changes > 100)
    for change in 1...changes {
      let disk = try cutSweep(at: change)
      disk.restart(after: survival, seed: change)
      try sweep.expectNothingBelievedThatIsNotWhole(on: disk, expected, "call \(change)")
      try sweep.run(on: disk)
      #expect(try sweep.contents(of: disk) == expected, "call \(change)")
    }
  }

  /// What was said to be finished stays so, also where a killed process left names that nobody had synced.
  @Test func takesNothingThatWasFinished() throws {
    let (expected, changes) = try SmallSweep.undisturbed()
    for change in 1...changes {
      let disk = try cutSweep(at: change)
      disk.killProcesses()
      try sweep.run(on: disk)
      disk.restart(after: .nothing, seed: 0)
      #expect(try sweep.contents(of: disk) == expected, "call \(change)")
    }
  }

  @Test func twiceInARowLosesNothing() throws {
    let (expected, changes) = try SmallSweep.undisturbed()
    for first in stride(from: 1, through: changes, by: 7) {
      let disk = try cutSweep(at: first)
      disk.restart(after: .some, seed: first)
      disk.cut(at: disk.changes + 1 + first * 5 % 60)
      // The second attempt may be done before the power goes.
      do { try sweep.run(on: disk) } catch is PowerCut {}
      disk.restart(after: .some, seed: first + 1)
      try sweep.expectNothingBelievedThatIsNotWhole(on: disk, expected, "call \(first)")
      try sweep.run(on: disk)
      #expect(try sweep.contents(of: disk) == expected, "call \(first)")
    }
  }

  /// The simulated disk does forget: otherwise the tests above would prove nothing.
  @Test func aDiskWithoutSyncLosesAFile() throws {
    let disk = ForgetfulDisk()
    let file = try disk.create("/a")
    try disk.write([1, 2], to: file)
    disk.restart(after: .nothing, seed: 0)
    #expect(try disk.kind(of: "/a") == nil)
    try disk.syncFolder("/")
    let other = try disk.create("/b")
    try disk.write([1, 2], to: other)
    try disk.syncFolder("/")
    disk.restart(after: .nothing, seed: 0)
    #expect(try disk.read("/b") == [])
  }
}
