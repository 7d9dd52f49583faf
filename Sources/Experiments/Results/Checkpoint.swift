package import Federated

/// All that a cell needs to go on at a round as if it had never been stopped.
package struct Checkpoint: Sendable, Equatable {
  package var state: SimulationState
  /// What the rounds so far took.
  package var effort: Effort
  /// The bytes of `rounds.csv` so far. They stand here and not in a file beside, which could be lost or cut alone.
  package var rounds: [UInt8]
  /// Those of each file that there will be beside it: some 20 a client and round, few beside the model that the round
  /// makes. Where they are many, checkpoints take longer and so get rarer.
  package var sideFiles: [SideFile: [UInt8]]

  package init(
    state: SimulationState, effort: Effort = Effort(), rounds: [UInt8], sideFiles: [SideFile: [UInt8]] = [:]
  ) {
    self.state = state
    self.effort = effort
    self.rounds = rounds
    self.sideFiles = sideFiles
  }
}

/// What a cell took in all its attempts.
package struct Effort: Sendable, Equatable {
  package var attempts = 1
  package var setupSeconds = 0.0
  package var trainingSeconds = 0.0
  package var peakMemoryBytes = 0

  package init() {}
}

extension Checkpoint {
  /// Writes the file of a checkpoint, piece by piece: header, fields, SHA-256 of both.
  func write(key: String, _ write: @escaping ([UInt8]) throws -> Void) throws {
    // Only the bytes of the header, of known number, say how many follow.
    var counter = CheckpointEncoder(write: nil)
    try counter.putAlone(CheckpointHeader(key: key, round: state.round, fileSize: 0).bytes)
    try put(into: &counter)
    try counter.finish()
    var encoder = CheckpointEncoder(write: write)
    try encoder.putAlone(CheckpointHeader(key: key, round: state.round, fileSize: counter.count).bytes)
    try put(into: &encoder)
    try encoder.finish()
  }

  private func put(into encoder: inout CheckpointEncoder) throws {
    try encoder.put(effort.attempts)
    try encoder.put(effort.setupSeconds)
    try encoder.put(effort.trainingSeconds)
    try encoder.put(effort.peakMemoryBytes)
    try encoder.put(state.parameters)
    // By name, so that equal states are equal bytes.
    let matrices = state.memory.matrices.sorted { $0.key < $1.key }
    try encoder.put(matrices.count)
    for (name, matrix) in matrices {
      try encoder.put(name)
      try encoder.put(matrix.rows)
      try encoder.put(matrix.columns)
      try encoder.put(matrix.values)
    }
    let numbers = state.memory.numbers.sorted { $0.key < $1.key }
    try encoder.put(numbers.count)
    for (name, values) in numbers {
      try encoder.put(name)
      try encoder.put(values)
    }
    try encoder.put(state.outcome.divergedAt ?? -1)
    try encoder.put(state.outcome.remarks.count)
    for remark in state.outcome.remarks {
      try encoder.put(remark.text)
      try encoder.put(remark.firstRound)
      try encoder.put(remark.rounds)
      try encoder.put(remark.isFallback ? 1 : 0)
    }
    try encoder.put(rounds)
    try encoder.put(sideFiles.count)
    for file in SideFile.allCases {
      guard let bytes = sideFiles[file] else { continue }
      try encoder.put(file.rawValue)
      try encoder.put(bytes)
    }
  }

  /// Reads what `write` wrote.
  ///
  /// - Throws: `CheckpointDamage` unless every byte is as written for the cell `key`, or what `read` throws.
  init(key: String, fileSize: Int, read: @escaping (_ offset: Int, _ count: Int) throws -> [UInt8]) throws {
    let header = try CheckpointHeader(read(0, CheckpointHeader.size), key: key, fileSize: fileSize)
    var decoder = CheckpointDecoder(size: fileSize, read: read)
    _ = try decoder.bytes(CheckpointHeader.size)
    effort = Effort()
    effort.attempts = try decoder.natural()
    effort.setupSeconds = try decoder.number()
    effort.trainingSeconds = try decoder.number()
    effort.peakMemoryBytes = try decoder.natural()
    state = SimulationState(round: header.round, parameters: try decoder.floats())
    for _ in 0..<(try decoder.natural()) {
      let name = try decoder.text()
      let (rows, columns, values) = (try decoder.natural(), try decoder.natural(), try decoder.floats())
      let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
      guard !overflow, count == values.count else { throw CheckpointDamage(reason: "a matrix has another size") }
      state.memory.matrices[name] = Matrix(rows: rows, columns: columns, values: values)
    }
    for _ in 0..<(try decoder.natural()) {
      let name = try decoder.text()
      state.memory.numbers[name] = try decoder.doubles()
    }
    let diverged = try decoder.integer()
    state.outcome.divergedAt = diverged < 0 ? nil : diverged
    for _ in 0..<(try decoder.natural()) {
      let (text, first, rounds) = (try decoder.text(), try decoder.natural(), try decoder.natural())
      let isFallback = try decoder.natural() != 0
      state.outcome.remarks.append(
        Outcome.Remark(text: text, firstRound: first, rounds: rounds, isFallback: isFallback))
    }
    rounds = try decoder.bytes()
    sideFiles = [:]
    for _ in 0..<(try decoder.natural()) {
      guard let file = SideFile(rawValue: try decoder.text()) else {
        throw CheckpointDamage(reason: "it has a file of an unknown name")
      }
      sideFiles[file] = try decoder.bytes()
    }
    try decoder.finish()
  }
}
