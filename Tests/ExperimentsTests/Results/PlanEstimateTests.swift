import Testing

@testable import Experiments

@Suite struct PlanEstimateTests {
  private func cell(_ seconds: Double, memory: Int = 10, left: Double = 1) -> (estimate: CellEstimate, left: Double) {
    (CellEstimate(seconds: seconds, memoryBytes: memory, diskBytes: 100, checkpointBytes: 7), left)
  }

  @Test func theWorkIsSharedByThePlaces() {
    let estimate = PlanEstimate([cell(60, memory: 5), cell(60, memory: 20), cell(60, memory: 10)], jobs: 2)
    #expect(estimate.seconds == 90)
    #expect(estimate.memoryBytes == 30)
    #expect(estimate.diskBytes == 300)
    #expect(estimate.checkpointBytes == 14)
  }

  @Test func theLongestCellIsABound() {
    #expect(PlanEstimate([cell(60), cell(5), cell(5)], jobs: 3).seconds == 60)
  }

  @Test func whatIsDoneTakesNoTimeButItsPlaceOnTheDisk() {
    let estimate = PlanEstimate([cell(60, left: 0), cell(60, left: 0.25)], jobs: 8)
    #expect(estimate.seconds == 15)
    #expect(estimate.cells == 1)
    #expect(estimate.jobs == 1)
    #expect(estimate.memoryBytes == 10)
    #expect(estimate.diskBytes == 200)
  }

  @Test func nothingLeftTakesNothing() {
    let estimate = PlanEstimate([cell(60, left: 0)], jobs: 2)
    #expect(estimate.seconds == 0)
    #expect(estimate.memoryBytes == 0)
    #expect(estimate.cells == 0)
  }

  @Test func absurdSizesDoNotOverflow() {
    #expect(PlanEstimate([cell(1, memory: .max), cell(1, memory: .max)], jobs: 2).memoryBytes == .max)
  }
}
