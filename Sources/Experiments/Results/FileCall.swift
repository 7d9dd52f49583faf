/// A call of `FileSystem`, by the name that fail points and messages know it under.
package enum FileCall: String, Sendable, CaseIterable {
  case makeFolder = "make-folder"
  case create, open, write, sync, close, rename
  case renameExclusively = "rename-exclusive"
  case syncFolder = "sync-folder"
  case remove, lock, unlock, truncate
  // What follows changes nothing.
  case look, read, list

  package var changes: Bool {
    switch self {
    case .look, .read, .list: false
    default: true
    }
  }

  /// What it does to a path, after "cannot".
  var doing: String {
    switch self {
    case .makeFolder: "make the folder"
    case .create: "create it"
    case .open: "open it"
    // What a sync or a close tells of is a write that failed.
    case .write, .sync, .close, .syncFolder: "write it"
    case .rename, .renameExclusively: "put it in place"
    case .remove: "remove it"
    case .lock: "lock it"
    case .unlock: "unlock it"
    case .truncate: "empty it"
    case .look: "look at it"
    case .read: "read it"
    case .list: "list it"
    }
  }
}
