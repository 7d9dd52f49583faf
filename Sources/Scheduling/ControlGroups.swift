import Foundation

/// The control groups that a process is in, of version 1 or 2.
struct ControlGroups {
  struct Group {
    let folder: String
    let isVersion2: Bool

    /// The words of one of its files. No file means no limit, so an unreadable one counts as none.
    func words(of file: String) -> [String] {
      let text = (try? String(contentsOfFile: folder + "/" + file, encoding: .utf8)) ?? ""
      return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// A file of one number.
    func number(in file: String) -> Int? { words(of: file).first.flatMap { Int($0) } }
  }

  private let membership: String
  private let root: String

  /// - Parameters:
  ///   - membership: the text of `/proc/self/cgroup`.
  ///   - root: where the control groups are mounted.
  init(membership: String, root: String) {
    self.membership = membership
    self.root = root
  }

  /// Those of this process; none where there is no such thing.
  static var own: ControlGroups {
    let membership = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
    return ControlGroups(membership: membership, root: "/sys/fs/cgroup")
  }

  /// The groups that a controller, such as `cpu`, may set limits for: the process's own and those above it.
  func groups(of controller: String) -> [Group] {
    var groups: [Group] = []
    for line in membership.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isVersion2 = parts[0] == "0" && parts[1].isEmpty
      guard isVersion2 || parts[1].split(separator: ",").contains(Substring(controller)) else { continue }
      var folder = (isVersion2 ? root : root + "/" + controller) + (parts[2] == "/" ? "" : String(parts[2]))
      while folder.count >= root.count {
        groups.append(Group(folder: folder, isVersion2: isVersion2))
        guard let slash = folder.lastIndex(of: "/") else { break }
        folder = String(folder[..<slash])
      }
    }
    return groups
  }
}
