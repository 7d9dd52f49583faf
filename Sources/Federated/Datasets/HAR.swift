package import Catalogue

/// What 30 persons' smartphones measured while they walked, climbed, sat, stood or lay: 10,299 windows of 561 features.
///
/// Read from `har/` in the data folder: `train.csv` and `test.csv` as Kaggle has them, with the columns `subject` and
/// `Activity`, or the folder that UCI gives out, under its own name `UCI HAR Dataset` or unpacked right there. Both
/// files' windows are joined; ⌊a fifth⌋ of each person's, drawn from the seed, are the test. Every feature is
/// standardised by the training windows' mean and deviation. Quirks: `separate-har-scaling`, `har-classes-by-name`.
package struct HAR: PublishedDataset {
  package static let name = "har"
  package static let aliases = ["HAR"]
  package static let summary = "10,299 windows of 561 smartphone measurements, 6 activities, 30 persons"
  package static let source =
    "Anguita et al., A public domain dataset for human activity recognition using smartphones, ESANN 2013"
  package static let defaultModel = "lr"
  package static let defaultPartition = "natural"
  package static let rootShare: Double? = 0.03
  package static let parameters = [
    Parameter("samples", .optional(.integer(1...10_299)), "only the first so many for training; none = all")
  ]

  package var samples: Int?

  package init() {}

  package var inputShape: [Int] { [HARWindows.features] }
  package var classes: Int { HARWindows.activities.count }
  /// About: each person's fifth is rounded down.
  package var sampleCounts: (train: Int, test: Int) { (min(samples ?? 8239, 8239), 2060) }
  package var ownership: Ownership { samples == nil ? .owners(30) : .unknown }

  package static let layouts = HARWindows.layouts
  package static let origin = Origin(
    page: "https://archive.ics.uci.edu/dataset/240/human+activity+recognition+using+smartphones")

  package func read(_ files: [String]) throws -> StoredSamples {
    let windows = try HARWindows(files: files)
    let split = { (rows: Range<Int>) in
      let places = (rows.lowerBound * HARWindows.features)..<(rows.upperBound * HARWindows.features)
      return Samples.Split(
        inputs: .floats(SampleValues(Array(windows.values[places]))), labels: Array(windows.labels[rows]),
        owners: Array(windows.persons[rows]))
    }
    return StoredSamples(
      digest: windows.digest, train: split(0..<windows.trainCount),
      test: split(windows.trainCount..<windows.labels.count))
  }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    guard case .floats(let train) = stored.train.inputs, case .floats(let test) = stored.test.inputs,
      let owners = stored.train.owners, let moreOwners = stored.test.owners
    else { preconditionFailure("har is read as floats with owners") }
    let values = [train, test].flatMap { $0.withUnsafeBufferPointer { Array($0) } }
    let persons = owners + moreOwners
    var treatment = Treatment()
    var labels = stored.train.labels + stored.test.labels
    if quirks.contains(.harClassesByName) {
      treatment.keepsOwnersInOrder = true
      treatment.testsInOneBatch = true
      treatment.roundsSharesUp = true
      treatment.maskBatch = 100
      labels = labels.map { HARWindows.numberByName[Int($0)] }
    }
    let isTest = Self.test(of: persons, seed: seed, roundsUp: treatment.roundsSharesUp)
    let (trainRows, testRows) = (isTest.indices.filter { !isTest[$0] }, isTest.indices.filter { isTest[$0] })
    let scaled: [Float]
    if quirks.contains(.separateHARScaling) {
      let files = [0..<owners.count, owners.count..<persons.count].map(Array.init)
      scaled = files.flatMap { FeatureScaling(values, rows: $0).scaled(values, rows: $0) }
    } else {
      scaled = FeatureScaling(values, rows: trainRows).scaled(values, rows: Array(persons.indices))
    }
    let split = { (rows: [Int]) in
      Samples.Split(
        inputs: .floats(SampleValues(rows.flatMap { scaled[HARWindows.range(of: $0)] })),
        labels: rows.map { labels[$0] },
        owners: rows.map { persons[$0] })
    }
    var whole = Samples(inputShape: inputShape, classes: classes, train: split(trainRows), test: split(testRows))
    whole.treatment = treatment
    return try whole.keepingFirst(samples, of: Self.name)
  }

  /// For each window whether it is for the test: ⌊a fifth⌋ of each person's, or ⌈a fifth⌉.
  static func test(of persons: [Int], seed: UInt64, roundsUp: Bool = false) -> [Bool] {
    var isTest = [Bool](repeating: false, count: persons.count)
    for person in Set(persons).sorted() {
      var own = persons.indices.filter { persons[$0] == person }
      var random = RandomSource(seed: seed, stream: .dataset, client: person)
      random.shuffle(&own)
      for window in own.prefix((own.count + (roundsUp ? 4 : 0)) / 5) { isTest[window] = true }
    }
    return isTest
  }
}

/// Mean and deviation of each feature over some windows.
struct FeatureScaling {
  private let means: [Double]
  /// 1 where all values are equal.
  private let deviations: [Double]

  init(_ values: [Float], rows: [Int]) {
    let features = HARWindows.features
    var (sums, squares) = ([Double](repeating: 0, count: features), [Double](repeating: 0, count: features))
    let count = Double(max(1, rows.count))
    for row in rows {
      for k in 0..<features { sums[k] += Double(values[row * features + k]) }
    }
    let means = sums.map { $0 / count }
    for row in rows {
      for k in 0..<features {
        let away = Double(values[row * features + k]) - means[k]
        squares[k] += away * away
      }
    }
    self.means = means
    deviations = squares.map { $0 > 0 ? ($0 / count).squareRoot() : 1 }
  }

  func scaled(_ values: [Float], rows: [Int]) -> [Float] {
    var scaled: [Float] = []
    scaled.reserveCapacity(rows.count * means.count)
    for row in rows {
      for k in means.indices {
        scaled.append(Float((Double(values[row * means.count + k]) - means[k]) / deviations[k]))
      }
    }
    return scaled
  }
}
