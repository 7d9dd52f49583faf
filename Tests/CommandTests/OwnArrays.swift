import Foundation

/// A user's own data: 200 tiny pictures in NumPy's format, and a manifest of three cells that trains on them.
enum OwnArrays {
  static func npy(_ type: String, _ shape: String, _ data: [UInt8]) -> [UInt8] {
    let header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }\n".utf8)
    let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(header.count), 0]
    return start + header + data
  }

  /// Writes `data/mine` and `mine.yaml`.
  static func write(to place: TestFolder) throws {
    try FileManager.default.createDirectory(atPath: "\(place.path)/data/mine", withIntermediateDirectories: true)
    // Class 0 is bright on the left, class 1 on the right.
    for (part, count) in [("train", 200), ("test", 40)] {
      var pixels: [UInt8] = []
      for sample in 0..<count {
        for place in 0..<8 {
          let isBright = place % 4 / 2 == sample % 2
          pixels.append(UInt8((place * 3 + sample) % 50 + (isBright ? 150 : 0)))
        }
      }
      try place.write(npy("|u1", "\(count), 1, 2, 4", pixels), to: "data/mine/\(part)_x.npy")
      try place.write(npy("|u1", "\(count),", (0..<count).map { UInt8($0 % 2) }), to: "data/mine/\(part)_y.npy")
    }
    try place.write(manifest, to: "mine.yaml")
  }

  static let dataset = """
    {npy: {shape: [1, 2, 4], classes: 2, train_x: mine/train_x.npy, train_y: mine/train_y.npy, \
    test_x: mine/test_x.npy, test_y: mine/test_y.npy}}
    """

  static let manifest = """
    name: mine
    defaults:
      dataset: \(dataset)
      model: lr
      clients: 4
      byzantine: 1
      rounds: 5
      root.size: 20
    grid:
      partition: [iid, dirichlet, {shards: {per_client: 1}}]

    """
}
