/// The windows of the data set `har` as its files have them, those of the training files first.
struct HARWindows {
  static let features = 561
  /// In UCI's order: its number 1 is label 0.
  static let activities = [
    "WALKING", "WALKING_UPSTAIRS", "WALKING_DOWNSTAIRS", "SITTING", "STANDING", "LAYING",
  ]

  /// For each label, the place of its activity in alphabetical order.
  static let numberByName = activities.map { name in UInt8(activities.count { $0 < name }) }

  /// The places of a window's values.
  static func range(of window: Int) -> Range<Int> { (window * features)..<((window + 1) * features) }

  /// Row-major, windows × features.
  private(set) var values: [Float] = []
  private(set) var labels: [UInt8] = []
  private(set) var persons: [Int] = []
  /// How many windows are from the training files.
  private(set) var trainCount = 0
  /// Of the files' bytes in order.
  private(set) var digest = ""

  /// Kaggle's two files, or the six of UCI's folder, unpacked right there or under its own name.
  static let layouts: [[String]] = {
    let uci = ["train", "test"].flatMap { part in ["X", "y", "subject"].map { "\(part)/\($0)_\(part).txt" } }
    return [["train.csv", "test.csv"], uci, uci.map { "UCI HAR Dataset/" + $0 }]
  }()

  /// - Parameter files: one of `layouts`, found.
  /// - Throws: `DatasetError` that names the file, the line and what is wrong with it.
  init(files: [String]) throws {
    var hash = ContentHash()
    let half = files.count / 2
    for part in [files.prefix(half), files.suffix(half)].map(Array.init) {
      trainCount = labels.count
      if half == 1 {
        try readCSV(TextTable(path: part[0], &hash))
      } else {
        try readFolder(
          windows: TextTable(path: part[0], &hash), labels: TextTable(path: part[1], &hash),
          persons: TextTable(path: part[2], &hash))
      }
    }
    digest = hash.text
  }

  // MARK: Kaggle's files

  private mutating func readCSV(_ table: TextTable) throws {
    let lines = table.lines()
    guard let header = lines.first else { throw table.damaged(.noSamples) }
    let names = table.names(header.range)
    let place = { (name: String) in
      guard let place = names.firstIndex(of: name) else { throw table.damaged(.missingColumn(name)) }
      return place
    }
    let (person, activity) = (try place("subject"), try place("Activity"))
    guard names.count == Self.features + 2 else {
      throw table.damaged(.wrongFieldCount(names.count, expected: Self.features + 2, line: header.number))
    }
    guard lines.count > 1 else { throw table.damaged(.noSamples) }
    for line in lines.dropFirst() {
      let fields = table.fields(line.range, .comma)
      guard fields.count == names.count else {
        throw table.damaged(.wrongFieldCount(fields.count, expected: names.count, line: line.number))
      }
      for place in fields.indices where place != person && place != activity {
        values.append(try table.number(fields[place], line: line.number))
      }
      persons.append(try table.count(fields[person], line: line.number))
      let word = table.text(fields[activity])
      guard let label = Self.activities.firstIndex(of: word) else {
        throw table.damaged(.unknownActivity(word, line: line.number, known: Self.activities))
      }
      labels.append(UInt8(label))
    }
  }

  // MARK: UCI's folder

  private mutating func readFolder(windows: TextTable, labels: TextTable, persons: TextTable) throws {
    let lines = windows.lines()
    if lines.isEmpty { throw windows.damaged(.noSamples) }
    for line in lines {
      let fields = windows.fields(line.range, .blanks)
      guard fields.count == Self.features else {
        throw windows.damaged(.wrongFieldCount(fields.count, expected: Self.features, line: line.number))
      }
      for field in fields { values.append(try windows.number(field, line: line.number)) }
    }
    let count = lines.count
    self.labels += try Self.column(labels, count: count).map { number, line in
      guard number <= Self.activities.count else {
        throw labels.damaged(.unknownActivity(String(number), line: line, known: (1...6).map(String.init)))
      }
      return UInt8(number - 1)
    }
    self.persons += try Self.column(persons, count: count).map(\.number)
  }

  /// One number a line, and `count` lines.
  private static func column(_ table: TextTable, count: Int) throws -> [(number: Int, line: Int)] {
    let lines = table.lines()
    guard lines.count == count else { throw table.damaged(.wrongLineCount(lines.count, expected: count)) }
    return try lines.map { line in
      let fields = table.fields(line.range, .blanks)
      guard fields.count == 1 else {
        throw table.damaged(.wrongFieldCount(fields.count, expected: 1, line: line.number))
      }
      return (try table.count(fields[0], line: line.number), line.number)
    }
  }
}
