import Foundation
import PackagePlugin

/// Has `Scripts/record-commit.sh` write the commit and the state of the sources into the module that asks for them.
///
/// It runs again when a source changes and when git moves to another commit, and its file changes only when either does
/// say something else; then that module is compiled again, and the programs are linked. A prebuild command would run
/// only when the build is planned anew, and so miss commits; `Context.gitInformation` is kept with the manifest.
@main struct RecordCommit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let package = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "RecordedCommit.swift")
    let script = package.appending(path: "Scripts/record-commit.sh")
    let sources = context.package.targets.compactMap(\.sourceModule).flatMap { $0.sourceFiles.map(\.url) }
    return [
      .buildCommand(
        displayName: "Recording the commit", executable: URL(filePath: "/bin/sh"),
        arguments: [script.path, output.path],
        inputFiles: sources + [script, package.appending(path: "Package.swift")] + gitLog(of: package),
        outputFiles: [output])
    ]
  }

  /// The file that grows whenever git moves to another commit; none without git.
  private func gitLog(of package: URL) -> [URL] {
    var git = package.appending(path: ".git")
    // In a further work tree of a repository it is a file that says where the folder is.
    let mark = "gitdir: "
    if let link = try? String(contentsOf: git, encoding: .utf8), link.hasPrefix(mark) {
      let path = link.dropFirst(mark.count).trimmingCharacters(in: .newlines)
      git = URL(filePath: path, relativeTo: package)
    }
    let log = git.appending(path: "logs/HEAD")
    return FileManager.default.fileExists(atPath: log.path) ? [log] : []
  }
}
