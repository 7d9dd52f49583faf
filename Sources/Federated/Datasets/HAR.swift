package import Catalogue

/// What 30 persons' smartphones measured while they walked, climbed, sat, stood or lay: 10,299 windows of 561 features.
///
/// Read from `har/` in the data folder: `train.csv` and `test.csv` as Kaggle has them, with the columns `subject` and
/// `Activity`, or the folder that UCI gives out, under its own name `UCI HAR Dataset` or unpacked right there. Both
/// files' windows are joined; ⌊a fifth⌋ of each person's, drawn from the seed, are the test. Every feature is
/// standardised by the training windows' mean and deviation. Quirk: `separate-har-scaling`.
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
    return StoredSamples(
      digest: windows.digest,
      train: Samples.Split(
        inputs: .floats(SampleValues(windows.values)), labels: windows.labels, owners: windows.persons),
      test: Samples.Split(inputs: .floats([]), labels: []))
  }

  package func samples(of stored: StoredSamples, seed: UInt64, quirks: Set<Quirk>) throws -> Samples {
    guard case .floats(let values) = stored.train.inputs, let persons = stored.train.owners else {
      preconditionFailure("har is read as floats with owners")
    }
    let isTest = Self.test(of: persons, seed: seed)
    let (trainRows, testRows) = (isTest.indices.filter { !isTest[$0] }, isTest.indices.filter { isTest[$0] })
    return try values.withUnsafeBufferPointer { values in
      let scaling = FeatureScaling(values, rows: trainRows, features: HARWindows.features)
      let testScaling =
        quirks.contains(.separateHARScaling)
        ? FeatureScaling(values, rows: testRows, features: HARWindows.features) : scaling
      let split = { (rows: [Int], scaling: FeatureScaling) in
        Samples.Split(
          inputs: .floats(SampleValues(scaling.scaled(values, rows: rows))),
          labels: rows.map { stored.train.labels[$0] }, owners: rows.map { persons[$0] })
      }
      let whole = Samples(
        inputShape: inputShape, classes: classes, train: split(trainRows, scaling), test: split(testRows, testScaling))
      return try whole.keepingFirst(samples, of: Self.name)
    }
  }

  /// For each window whether it is for the test: ⌊a fifth⌋ of each person's.
  static func test(of persons: [Int], seed: UInt64) -> [Bool] {
    var isTest = [Bool](repeating: false, count: persons.count)
    for person in Set(persons).sorted() {
      var own = persons.indices.filter { persons[$0] == person }
      var random = RandomSource(seed: seed, stream: .dataset, client: person)
      random.shuffle(&own)
      for window in own.prefix(own.count / 5) { isTest[window] = true }
    }
    return isTest
  }
}

/// Mean and deviation of each feature over some rows.
struct FeatureScaling {
  private let means: [Double]
  /// 1 where all values are equal.
  private let deviations: [Double]

  init(_ values: UnsafeBufferPointer<Float>, rows: [Int], features: Int) {
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

  func scaled(_ values: UnsafeBufferPointer<Float>, rows: [Int]) -> [Float] {
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
