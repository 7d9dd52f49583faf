import CSupport
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Jobs as processes of this machine.
///
/// Each is the leader of a process group of its own, so that a signal from the terminal reaches this process alone.
/// Its standard input ends when this process is gone, however it went: see `ParentWatch`.
package final class LocalProcesses: Executor {
  /// One thread for each library, so that jobs at once do not fight over the cores and sums keep their order.
  package static let pinnedThreads: [String: String] = [
    "OMP_NUM_THREADS": "1", "OMP_DYNAMIC": "FALSE", "OPENBLAS_NUM_THREADS": "1", "GOTO_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1", "DNNL_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1",
  ]

  /// How many lines of a log come with a result.
  private static let lastLines = 20

  /// Both ends of the pipe that every child has as standard input and nobody writes to.
  private let input: (read: FileDescriptor, write: FileDescriptor)
  private let grace: Duration

  /// - Parameter grace: how long a cancelled job may take to end after SIGTERM before it gets SIGKILL.
  /// - Throws: `SchedulingError.system` when there are no more file descriptors.
  package init(grace: Duration = .seconds(10)) throws {
    var read: Int32 = -1
    var write: Int32 = -1
    let status = process_pipe(&read, &write)
    guard status == 0 else { throw SchedulingError.system(doing: "make a pipe", errno: status) }
    input = (FileDescriptor(rawValue: read), FileDescriptor(rawValue: write))
    self.grace = grace
  }

  deinit {
    // Nothing was written, so closing loses nothing.
    try? input.read.close()
    try? input.write.close()
  }

  package func run(_ job: Job) async -> JobResult {
    if Task.isCancelled { return JobResult(job: job, end: .cancelled) }
    let end = await end(of: job)
    return JobResult(job: job, end: end, lastLines: LogTail.lines(LocalProcesses.lastLines, of: job.logFile))
  }

  private func end(of job: Job) async -> JobEnd {
    let log: FileDescriptor
    do {
      log = try FileDescriptor.open(
        FilePath(job.logFile), .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    } catch {
      return .notStarted("\(job.logFile): cannot open it: \(error)")
    }
    defer {
      // The children wrote through descriptors of their own.
      try? log.close()
    }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(job.executable)), arguments: Arguments(job.arguments), environment: environment(of: job),
        platformOptions: options, input: .fileDescriptor(input.read, closeAfterSpawningProcess: false),
        output: .fileDescriptor(log, closeAfterSpawningProcess: false),
        error: .fileDescriptor(log, closeAfterSpawningProcess: false))
      if Task.isCancelled, !result.terminationStatus.isSuccess { return .cancelled }
      return switch result.terminationStatus {
      case .exited(let status): .exited(status)
      case .signaled(let number): .signalled(number)
      }
    } catch {
      return Task.isCancelled ? .cancelled : .notStarted("\(error)")
    }
  }

  private func environment(of job: Job) -> Environment {
    var updates: [Environment.Key: String?] = [:]
    for (name, value) in LocalProcesses.pinnedThreads.merging(job.environment, uniquingKeysWith: { $1 }) {
      if let key = Environment.Key(rawValue: name) { updates[key] = value }
    }
    return .inherit.updating(updates)
  }

  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)]
    return options
  }
}
