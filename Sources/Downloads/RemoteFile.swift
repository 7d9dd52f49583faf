/// A file that is to be had from elsewhere, and what tells that it is the right one.
package struct RemoteFile: Sendable, Equatable {
  package let name: String
  /// In bytes.
  package let size: Int
  /// 32 hex digits.
  package let md5: String
  /// 64 hex digits; nil where nobody knows it.
  package let sha256: String?

  package init(name: String, size: Int, md5: String, sha256: String?) {
    (self.name, self.size, self.md5, self.sha256) = (name, size, md5, sha256)
  }
}

/// What a file on disk is.
package struct Checksums: Sendable, Equatable {
  package let size: Int
  package let md5: String
  package let sha256: String
}

extension RemoteFile {
  /// Why a file of these checksums is not this one; nil when it is.
  package func objection(to found: Checksums) -> String? {
    if found.size != size { return "it has \(found.size) bytes, but should have \(size)" }
    if found.md5 != md5 { return "its MD5 is \(found.md5), but should be \(md5)" }
    if let sha256, found.sha256 != sha256 { return "its SHA-256 is \(found.sha256), but should be \(sha256)" }
    return nil
  }
}
