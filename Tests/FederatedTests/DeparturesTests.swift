import Catalogue
import Foundation
import TestSupport
import Testing

@testable import Federated

/// What components do otherwise than their sources is said in one place for readers.
@Suite struct DeparturesTests {
  @Test func theDocumentNamesEachDeparture() throws {
    let path = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Documentation/departures.md").path
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    for member in CellParameters.families.flatMap(\.members) where !member.departures.isEmpty {
      #expect(lines.contains { $0 == "| \(member.name) | \(member.departures) |" }, "\(member.name)")
    }
  }

  @Test func theDocumentNamesEachQuirk() throws {
    let path = Golden.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Documentation/departures.md").path
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    for quirk in Quirk.allCases { #expect(lines.contains { $0 == "| \(quirk.rawValue) | \(quirk.summary) |" }) }
  }
}
