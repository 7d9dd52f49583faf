import NeuralNet
import Testing

/// The library that is loaded is of the generation that the headers were of.
struct LibraryTests {
  @Test func headersAndLibraryAreOfOneGeneration() throws {
    print(
      "oneDNN \(NeuralNetLibrary.version) at run time, headers \(NeuralNetLibrary.headerMajor).x, "
        + NeuralNetLibrary.instructionSet)
    let parts = NeuralNetLibrary.version.split(separator: ".")
    try #require(parts.count == 3)
    #expect(Int(parts[0]) == NeuralNetLibrary.headerMajor)
  }

  @Test func instructionSetHasAName() {
    #expect(NeuralNetLibrary.instructionSet != "other")
  }
}
