import CSystemCalls
import Foundation
import Subprocess
import Synchronization

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Jobs as processes of this machine.
///
/// Each is the leader of a process group of its own, so that a signal from the terminal reaches this process alone. When
/// it ends, however it ends, what is left of its group is killed. Its standard input ends when this process is gone,
/// however it went: see `ParentWatch`.
package final class LocalProcesses: Executor {
  /// How many lines of a log come with a result.
  private static let lastLines = 20

  /// Both ends of the pipe that every child has as standard input and nobody writes to.
  private let input: (read: FileDescriptor, write: FileDescriptor)
  private let grace: Duration
  private let running = Mutex(Running())

  private struct Running {
    /// Process ids, by the ids of their jobs.
    var processes: [String: pid_t] = [:]
    var mustEnd = false
  }

  /// - Parameter grace: how long a cancelled job may take to end after SIGTERM before it gets SIGKILL.
  /// - Throws: `SchedulingError.system` when there are no more file descriptors.
  package init(grace: Duration = .seconds(20)) throws {
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
    let (end, peak) = await end(of: job)
    return JobResult(
      job: job, end: end, lastLines: LogTail.lines(LocalProcesses.lastLines, of: job.logFile), peakMemoryBytes: peak)
  }

  package func memoryInUse() -> [String: Int] {
    running.withLock { $0.processes }.compactMapValues { process in
      // A process that is just gone holds nothing.
      guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8) else { return nil }
      let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      return pages.map { $0 * Int(getpagesize()) }
    }
  }

  package func killAll() {
    running.withLock { running in
      running.mustEnd = true
      for process in running.processes.values { kill(-process, SIGKILL) }
    }
  }

  private func end(of job: Job) async -> (JobEnd, peakMemoryBytes: Int?) {
    let log: FileDescriptor
    do {
      log = try FileDescriptor.open(
        FilePath(job.logFile), .writeOnly, options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
    } catch {
      return (.notStarted("\(job.logFile): cannot open it: \(error)"), nil)
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
        error: .fileDescriptor(log, closeAfterSpawningProcess: false)
      ) { execution in await watch(execution.processIdentifier.value, of: job) }
      let peak = result.closureResult
      if Task.isCancelled, !result.terminationStatus.isSuccess { return (.cancelled, peak) }
      return switch result.terminationStatus {
      case .exited(let status): (.exited(status), peak)
      case .signaled(let number): (.signalled(number), peak)
      }
    } catch {
      return (Task.isCancelled ? .cancelled : .notStarted("\(error)"), nil)
    }
  }

  /// Waits for the end of a job's process, and ends what it leaves of its group.
  ///
  /// - Returns: the most memory that the process held at once; nil where the system does not tell.
  private func watch(_ process: pid_t, of job: Job) async -> Int? {
    let mustEnd = running.withLock { running in
      running.processes[job.id] = process
      return running.mustEnd
    }
    if mustEnd { kill(-process, SIGKILL) }
    let peak: Int = await withCheckedContinuation { continuation in
      // A thread for each running job: the call blocks, and there are about as many jobs as cores.
      Thread.detachNewThread {
        var bytes: Int64 = 0
        // It fails for no child of this process, which this one is; the end is then told all the same.
        _ = process_wait(process, &bytes)
        continuation.resume(returning: Int(bytes))
      }
    }
    // Nobody has taken note of its end yet, so the number cannot be another group's by now.
    kill(-process, SIGKILL)
    running.withLock { $0.processes[job.id] = nil }
    return peak > 0 ? peak : nil
  }

  private func environment(of job: Job) -> Environment {
    var updates: [Environment.Key: String?] = [:]
    for (name, value) in job.environment {
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
