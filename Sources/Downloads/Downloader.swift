internal import Foundation

/// Gets files into a folder, each whole and right or not at all.
///
/// A file grows under the name `NAME.part`, which later calls go on with. Only when size and checksums are right does
/// it get its name.
package struct Downloader: Sendable {
  /// Where files go; made when it is not there.
  package var folder: String
  /// Tells people what is going on.
  package var note: @Sendable (String) -> Void
  package var curl: Curl
  /// How often in a row an address may break off without a byte gained.
  package var patience = 3
  /// Before asking again, after the first time that nothing was gained; then twice that, and so on.
  package var pause = Duration.seconds(1)

  package init(folder: String, curl: Curl = Curl(), note: @escaping @Sendable (String) -> Void = { _ in }) {
    (self.folder, self.curl, self.note) = (folder, curl, note)
  }

  /// Gets what is not there yet. Each file is asked of the mirrors in turn; one that is there is checked.
  ///
  /// The SHA-256 of each is recorded in the folder, and a file whose SHA-256 nobody has published must be as recorded.
  ///
  /// - Parameter mirrors: what a file's name is put behind.
  /// - Throws: `DownloadError`.
  package func fetch(_ files: [RemoteFile], from mirrors: [String]) async throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw DownloadError.disk(path: folder, reason: "cannot make the folder: \(error.localizedDescription)")
    }
    let lock = try FolderLock(folder)
    defer { lock.release() }
    var list = try ChecksumList(in: folder)
    for file in files {
      let known = RemoteFile(
        name: file.name, size: file.size, md5: file.md5, sha256: file.sha256 ?? list.sums[file.name])
      let found = try await get(known, from: mirrors)
      try list.record([file.name: found.sha256])
    }
  }

  private func get(_ file: RemoteFile, from mirrors: [String]) async throws -> Checksums {
    let path = "\(folder)/\(file.name)"
    if FileManager.default.fileExists(atPath: path) {
      let found = try Checksums(of: path)
      guard let objection = file.objection(to: found) else {
        note("\(path): is there already, and right")
        return found
      }
      note("\(path): \(objection); getting it again")
    }
    var attempts: [DownloadError.Attempt] = []
    for mirror in mirrors {
      let url = mirror + (mirror.hasSuffix("/") ? "" : "/") + file.name
      switch try await transfer(file, from: url) {
      case .success(let found):
        try put(path + ".part", as: path)
        note("\(path): \(found.size) bytes, checksums are right")
        return found
      case .failure(let end): attempts.append(end)
      }
    }
    throw DownloadError.failed(file: file.name, attempts)
  }

  private enum Transfer {
    case success(Checksums)
    case failure(DownloadError.Attempt)
  }

  /// Fills the partial file from one address until it is whole.
  private func transfer(_ file: RemoteFile, from url: String) async throws -> Transfer {
    let part = "\(folder)/\(file.name).part"
    let failure = { (end: DownloadError.Attempt.End) in Transfer.failure(DownloadError.Attempt(url: url, end: end)) }
    var breaks = 0
    // Bytes of an earlier call, perhaps of another address, may be to blame when the whole is wrong.
    var isResumed = size(of: part) > 0
    while true {
      var before = size(of: part)
      if before > file.size {
        try remove(part)
        before = 0
      }
      if before < file.size {
        note(before > 0 ? "getting \(url) from byte \(before) on" : "getting \(url)")
        switch try await curl.transfer(url, to: part) {
        case .whole: break
        case .cannotResume:
          try remove(part)
          isResumed = false
          continue
        case .refused(let code): return failure(.refused(code))
        case .disk(let reason): throw DownloadError.disk(path: part, reason: reason)
        case .broken(let reason):
          breaks = size(of: part) > before ? 0 : breaks + 1
          if breaks >= patience { return failure(.connection(reason)) }
          if breaks > 0 { try await Task.sleep(for: pause * breaks) }
          continue
        }
      }
      let found = try Checksums(of: part)
      guard let objection = file.objection(to: found) else { return .success(found) }
      try remove(part)
      guard isResumed else { return failure(.wrongContent(objection)) }
      note("\(part): \(objection); getting it from the start")
      isResumed = false
    }
  }

  private func size(of path: String) -> Int {
    // What is not there has no bytes.
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber)?.intValue ?? 0
  }

  private func remove(_ path: String) throws {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw DownloadError.disk(path: path, reason: "cannot be removed: \(error.localizedDescription)")
    }
  }

  /// On disk first, so that the name never stands for less than the whole.
  private func put(_ part: String, as path: String) throws {
    let descriptor = open(part, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0, close(descriptor) == 0, rename(part, path) == 0 else {
      throw DownloadError.disk(path: path, reason: "cannot be put in place: \(String(cString: strerror(errno)))")
    }
  }
}
