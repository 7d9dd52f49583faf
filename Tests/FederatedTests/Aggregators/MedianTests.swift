import Testing

@testable import Federated

@Suite struct MedianTests {
  private func median(_ updates: Matrix) throws -> [Float] {
    var memory = RuleMemory()
    return try Median().aggregate(.example(updates), memory: &memory).update
  }

  @Test func isTheMiddleOfEachCoordinate() throws {
    #expect(try median(Matrix([[1, 2, 3], [3, 2, 1], [2, 5, -1]])) == [2, 2, 1])
  }

  @Test func ofAnEvenNumberIsTheMeanOfTheMiddleTwo() throws {
    #expect(try median(Matrix([[1, 8], [3, 2], [2, 5], [100, -1]])) == [2.5, 3.5])
  }

  @Test func ignoresLessThanHalfWhoAreNotFinite() throws {
    #expect(try median(Matrix([[.nan, .infinity], [1, 1], [2, 2], [3, 3], [-.infinity, .nan]])) == [2, 3])
  }

  @Test func ofNothingIsRefused() {
    let error = #expect(throws: AggregationError.self) { try median(Matrix(rows: 0, columns: 2)) }
    #expect(error?.description == "median needs an update, but 0 updates came and byzantine is 0")
  }
}
