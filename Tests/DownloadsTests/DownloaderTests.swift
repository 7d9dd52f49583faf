import Foundation
import TestSupport
import Testing

@testable import Downloads

/// A file of 100,000 bytes, a server that has it, and a folder to get it into.
private final class Place {
  static let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }

  let folder: String
  let server: FileServer

  init(_ answers: FileServer.Answer..., serving content: [UInt8] = Place.content) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "skymask-\(UUID().uuidString)").path
    server = try FileServer(["pictures.bin": content], answers: answers.isEmpty ? [.file] : answers)
  }

  deinit {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var file: RemoteFile {
    get throws {
      let sums = try Place.sums
      return RemoteFile(name: "pictures.bin", size: sums.size, md5: sums.md5, sha256: sums.sha256)
    }
  }

  static var sums: Checksums {
    get throws {
      let path = FileManager.default.temporaryDirectory.appending(path: "skymask-\(UUID().uuidString)").path
      try Data(content).write(to: URL(filePath: path))
      defer { try? FileManager.default.removeItem(atPath: path) }
      return try Checksums(of: path)
    }
  }

  var downloader: Downloader {
    var downloader = Downloader(folder: folder, curl: Curl(stallSeconds: 2, environment: ["no_proxy": "127.0.0.1"]))
    downloader.pause = .milliseconds(10)
    return downloader
  }

  func fetch(_ file: RemoteFile? = nil, from mirrors: [String]? = nil) async throws {
    try await downloader.fetch([file ?? self.file], from: mirrors ?? [server.url])
  }

  /// What fetching ends with.
  func failure(_ file: RemoteFile? = nil, from mirrors: [String]? = nil) async -> DownloadError? {
    await #expect(throws: DownloadError.self) { try await fetch(file, from: mirrors) }
  }

  func put(_ bytes: [UInt8], as name: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: folder + "/" + name))
  }

  func bytes(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: folder + "/" + name).map { [UInt8]($0) }
  }

  var ranges: [String?] { server.requests.map(\.range) }

  func expectWhole(_ location: SourceLocation = #_sourceLocation) {
    #expect(bytes("pictures.bin") == Place.content, sourceLocation: location)
    #expect(bytes("pictures.bin.part") == nil, sourceLocation: location)
  }

  func expectNothing(_ location: SourceLocation = #_sourceLocation) {
    #expect(bytes("pictures.bin") == nil, sourceLocation: location)
    #expect(bytes("pictures.bin.part") == nil, sourceLocation: location)
  }
}

@Suite struct DownloaderTests {
  @Test func getsAFileAndRecordsItsChecksum() async throws {
    let place = try Place()
    try await place.fetch()
    place.expectWhole()
    #expect(place.server.requests.map(\.path) == ["/pictures.bin"] && place.ranges == [nil])
    let list = place.bytes("SHA256SUMS").map { String(decoding: $0, as: UTF8.self) }
    let sha256 = try Place.sums.sha256
    #expect(list == "\(sha256)  pictures.bin\n")
    // What is there and right is not asked for again.
    try await place.fetch()
    #expect(place.server.requests.count == 1)
  }

  @Test func goesOnWhereTheConnectionBroke() async throws {
    let place = try Place(.cut(after: 1000), .cut(after: 60_000), .file)
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges == [nil, "bytes=1000-", "bytes=61000-"])
  }

  @Test func aLaterCallGoesOnWhereAnEarlierOneGaveUp() async throws {
    let place = try Place(.cut(after: 1000), .cut(after: 0), .cut(after: 0), .cut(after: 0), .file)
    let error = await place.failure()
    #expect(error?.isTemporary == true)
    #expect(
      error?.description
        == """
        pictures.bin: could not be got
          \(place.server.url)pictures.bin: curl: (18) end of response with 99000 bytes missing
          give the same command again to go on where it ended
        """.replacing("end of response with 99000 bytes missing", with: Self.words(of: error)))
    // A partial file is never taken for a whole one.
    #expect(place.bytes("pictures.bin") == nil)
    #expect(place.bytes("pictures.bin.part") == Array(Place.content.prefix(1000)))
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges.last == "bytes=1000-")
  }

  /// curl's own words, which differ between its versions.
  private static func words(of error: DownloadError?) -> String {
    guard case .failed(_, let attempts) = error, case .connection(let reason)? = attempts.first?.end,
      reason.hasPrefix("curl: (18) ")
    else { return "no words of curl" }
    return String(reason.dropFirst("curl: (18) ".count))
  }

  @Test func aStalledConnectionIsTakenForBroken() async throws {
    let place = try Place(.stall(after: 5000), .file)
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges == [nil, "bytes=5000-"])
  }

  @Test func whatIsNotTheRightFileIsThrownAwayAndTheNextAddressAsked() async throws {
    var wrong = Place.content
    wrong[70_000] ^= 1
    let (bad, good) = (try Place(serving: wrong), try Place())
    try await bad.fetch(from: [bad.server.url, good.server.url])
    bad.expectWhole()
    #expect(bad.ranges == [nil] && good.ranges == [nil])
  }

  @Test func saysWhatIsWrongWithWhatCame() async throws {
    var wrong = Place.content
    wrong[70_000] ^= 1
    let place = try Place(serving: wrong)
    let error = await place.failure()
    place.expectNothing()
    #expect(error?.isTemporary == false)
    guard case .failed("pictures.bin", let attempts) = error, case .wrongContent(let reason)? = attempts.first?.end
    else {
      Issue.record("\(String(describing: error))")
      return
    }
    let md5 = try Place.sums.md5
    #expect(reason.hasPrefix("its MD5 is ") && reason.hasSuffix(", but should be \(md5)"))
    let short = try Place(serving: Array(Place.content.dropLast(1)))
    // The server says that this is all: nothing broke, it is another file.
    let told = await short.failure()
    #expect(
      told?.description == """
        pictures.bin: could not be got
          \(short.server.url)pictures.bin: what came is not the right file: it has 99999 bytes, but should have 100000; \
        it was thrown away
        """)
    short.expectNothing()
  }

  @Test func aRightMD5DoesNotMakeUpForAWrongSHA256() async throws {
    let place = try Place()
    let sums = try Place.sums
    let error = await place.failure(
      RemoteFile(name: "pictures.bin", size: sums.size, md5: sums.md5, sha256: String(repeating: "0", count: 64)))
    place.expectNothing()
    #expect(error?.description.contains("its SHA-256 is \(sums.sha256), but should be 0000") == true)
  }

  @Test func aFileWithoutAPublishedSHA256MustBeAsItFirstWas() async throws {
    let place = try Place()
    let sums = try Place.sums
    let file = RemoteFile(name: "pictures.bin", size: sums.size, md5: sums.md5, sha256: nil)
    try await place.fetch(file)
    place.expectWhole()
    try place.put(Array("\(String(repeating: "1", count: 64))  pictures.bin\n".utf8), as: "SHA256SUMS")
    let error = await place.failure(file)
    #expect(error?.description.contains("its SHA-256 is \(sums.sha256), but should be 1111") == true)
  }

  @Test func wrongBytesOfAnEarlierCallAreNotHeldAgainstTheServer() async throws {
    let place = try Place()
    try place.put([UInt8](repeating: 0, count: 100), as: "pictures.bin.part")
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges == ["bytes=100-", nil])
  }

  @Test func startsAnewWhereTheServerCannotGoOn() async throws {
    let place = try Place(.fromTheStart)
    try place.put(Array(Place.content.prefix(100)), as: "pictures.bin.part")
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges == ["bytes=100-", nil])
  }

  @Test func aPartThatIsTooLongIsThrownAway() async throws {
    let place = try Place()
    try place.put(Place.content + [0], as: "pictures.bin.part")
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges == [nil])
  }

  @Test func aPartThatIsWholeIsPutInPlaceWithoutTheServer() async throws {
    let place = try Place()
    try place.put(Place.content, as: "pictures.bin.part")
    try await place.fetch()
    place.expectWhole()
    #expect(place.ranges.isEmpty)
  }

  @Test func aWrongFileOfTheRightNameIsReplaced() async throws {
    let place = try Place()
    try place.put([1, 2, 3], as: "pictures.bin")
    try await place.fetch()
    place.expectWhole()
  }

  @Test func saysThatNobodyHasIt() async throws {
    let (refusing, without) = (try Place(.status(503)), try Place())
    let error = await refusing.failure(from: [refusing.server.url, without.server.url + "elsewhere"])
    #expect(
      error?.description == """
        pictures.bin: could not be got
          \(refusing.server.url)pictures.bin: the server refuses (503)
          \(without.server.url)elsewhere/pictures.bin: there is no such file (404)
        """)
    #expect(error?.isTemporary == false)
    refusing.expectNothing()
  }

  @Test func saysThatNobodyCanBeReached() async throws {
    let place = try Place()
    place.server.stop()
    let error = await place.failure()
    #expect(error?.isTemporary == true)
    #expect(error?.description.contains("pictures.bin: curl: (7) ") == true, "\(String(describing: error))")
    place.expectNothing()
  }

  @Test func saysThatThereIsNoCurl() async throws {
    let place = try Place()
    var downloader = place.downloader
    downloader.curl.program = "curl-of-nowhere"
    let file = try place.file
    let without = downloader
    let error = await #expect(throws: DownloadError.self) {
      try await without.fetch([file], from: [place.server.url])
    }
    #expect(
      error?.description
        == "there is no program 'curl', which gets files from the network; install it (apt-get install curl)")
  }

  @Test func twoDoNotGetIntoOneFolderAtOnce() async throws {
    let place = try Place()
    try place.put([], as: "other")
    let lock = try FolderLock(place.folder)
    let error = await place.failure()
    #expect(error == .busy(folder: place.folder))
    #expect(error?.description == "\(place.folder): another process is getting files into it; wait for it to end")
    lock.release()
    try await place.fetch()
    place.expectWhole()
  }

  @Test func saysThatTheFolderCannotBeMade() async throws {
    let place = try Place()
    try Data().write(to: URL(filePath: place.folder))
    let error = await place.failure()
    guard case .disk(let path, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == place.folder && reason.hasPrefix("cannot make the folder: "))
  }
}

@Suite struct ChecksumTests {
  @Test func areThoseOfTheStandards() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "skymask-\(UUID().uuidString)").path
    try Data("abc".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    // RFC 1321 and FIPS 180-2.
    #expect(
      try Checksums(of: path)
        == Checksums(
          size: 3, md5: "900150983cd24fb0d6963f7d28e17f72",
          sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    let error = #expect(throws: DownloadError.self) { try Checksums(of: path + ".none") }
    #expect(error?.description == "\(path).none: No such file or directory")
  }

  @Test func theListReadsWhatItWrites() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "skymask-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var list = try ChecksumList(in: folder)
    #expect(list.sums.isEmpty)
    let (a, b) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
    try list.record(["x/y z.bin": b])
    try list.record(["other": a, "x/y z.bin": a])
    #expect(try ChecksumList(in: folder).sums == ["x/y z.bin": a, "other": a])
    let path = folder + "/SHA256SUMS"
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(a)  other\n\(a)  x/y z.bin\n")
    try Data("\(a)  other\nrubbish\n".utf8).write(to: URL(filePath: path))
    let error = #expect(throws: DownloadError.self) { try ChecksumList(in: folder) }
    #expect(
      error?.description
        == "\(path): line 2 is not a SHA-256, two spaces and a file's name; correct it or delete the file")
  }
}
