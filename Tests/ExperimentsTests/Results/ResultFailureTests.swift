import Foundation
import Testing

@testable import Experiments

struct ResultFailureTests {
  private let cell = Toy.cell(7)

  @Test func saysWhatIsWrongAndWhatWouldBeRight() throws {
    let scratch = try ScratchFolder()
    let point = try FailPoint("make-folder=EIO:1")
    let store = ResultStore(root: scratch.path, name: "t", fileSystem: FailPoints(point, die: { exit(1) }))
    let thrown = #expect(throws: StoreError.self) { try store.prepare(manifestText: "", cells: []) }
    #expect(
      thrown?.description == """
        \(scratch.path)/t: cannot make the folder: the disk failed to read or write (input/output error); \
        check it before running again
        """)
    #expect(thrown?.kind == .disk)
    #expect(
      StoreError.file(path: "a", doing: "open it", errno: EACCES).description
        == "a: cannot open it: permission denied; it must be readable and writable by you")
  }

  @Test func tellsOfAFileInPlaceOfAFolder() throws {
    let scratch = try ScratchFolder()
    try scratch.write("", "results")
    let message = "\(scratch.path)/results: is a file, but must be a folder; move it away"
    for store in [
      ResultStore(root: scratch.path + "/results", name: "t"), ResultStore(root: scratch.path, name: "results"),
    ] {
      let thrown = #expect(throws: StoreError.self) { try store.prepare(manifestText: "", cells: []) }
      #expect(thrown?.description == message)
      #expect(thrown?.kind == .disk)
    }
    let thrown = #expect(throws: StoreError.self) {
      try ResultStore(root: scratch.path + "/results", name: "t").state(of: cell)
    }
    #expect(thrown?.description == message)
  }

  @Test func tellsOfAFolderInPlaceOfAFile() throws {
    let scratch = try ScratchFolder()
    let path = scratch.path + "/t/manifest.yaml"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let thrown = #expect(throws: StoreError.self) {
      try ResultStore(root: scratch.path, name: "t").prepare(manifestText: "", cells: [])
    }
    #expect(thrown?.description == "\(path): is a folder, but must be a file; move it away")
  }

  @Test func namesTheCallThatTheSystemRefused() throws {
    let scratch = try ScratchFolder()
    #expect(throws: StoreError.file(path: scratch.path + "/no", doing: "read it", errno: ENOENT)) {
      try Disk().read(scratch.path + "/no")
    }
    #expect(throws: StoreError.file(path: scratch.path + "/no", doing: "list it", errno: ENOENT)) {
      try Disk().names(in: scratch.path + "/no")
    }
  }

  @Test func anExclusiveRenameNeverReplaces() throws {
    let scratch = try ScratchFolder()
    try scratch.write("old", "b")
    #expect(try !Disk().createOnce(scratch.path + "/b", with: Array("new".utf8)))
    #expect(try scratch.text("b") == "old")
    #expect(try scratch.files() == ["b"])
    #expect(try Disk().createOnce(scratch.path + "/c", with: Array("new".utf8)))
    #expect(try scratch.text("c") == "new")
  }
}
