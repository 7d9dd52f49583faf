import Foundation

/// Files in the formats of the data sets.
enum TestFiles {
  static func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  /// A tar archive as `tar` of POSIX writes it.
  static func tar(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var archive: [UInt8] = []
    for file in files {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        header.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
      }
      put(file.name, at: 0)
      put("0000644", at: 100)
      put(octal(file.bytes.count, digits: 11), at: 124)
      put("        ", at: 148)
      put(file.name.hasSuffix("/") ? "5" : "0", at: 156)
      put("ustar", at: 257)
      put("00", at: 263)
      put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
      archive += header + file.bytes
      archive += [UInt8](repeating: 0, count: (512 - file.bytes.count % 512) % 512)
    }
    return archive + [UInt8](repeating: 0, count: 1024)
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// A map of labels and pixels as Python 2's `cPickle` writes it with protocol 2, which is how the CIFAR files came.
  static func pickle(labelKey: String, labels: [UInt8], pixels: [UInt8], columns: Int = 3072) -> [UInt8] {
    let short = { (text: String) in [UInt8(ascii: "U"), UInt8(text.utf8.count)] + Array(text.utf8) }
    var memo: UInt8 = 0
    func put() -> [UInt8] {
      memo += 1
      return [UInt8(ascii: "q"), memo]
    }
    var bytes: [UInt8] = [0x80, 2] + Array("}".utf8) + put() + Array("(".utf8)
    bytes += short("batch_label") + put() + short("training batch 1 of 5") + put()
    bytes += short(labelKey) + put() + Array("]".utf8) + put() + Array("(".utf8)
    for label in labels { bytes += [UInt8(ascii: "K"), label] }
    bytes += Array("e".utf8) + short("data") + put()
    bytes += Array("cnumpy.core.multiarray\n_reconstruct\n".utf8) + put() + Array("cnumpy\nndarray\n".utf8) + put()
    // (0,), 'b', the three of them, the call.
    bytes += [UInt8(ascii: "K"), 0, 0x85] + put() + short("b") + [0x87] + put() + Array("R".utf8) + put()
    // The state: version 1, the shape, the type, C order, the bytes.
    bytes += Array("(K".utf8) + [1, UInt8(ascii: "M")] + Array(word(UInt32(pixels.count / columns)).prefix(2))
    bytes += [UInt8(ascii: "M")] + Array(word(UInt32(columns)).prefix(2)) + [0x86] + put()
    bytes += Array("cnumpy\ndtype\n".utf8) + put() + short("u1") + [UInt8(ascii: "K"), 0, UInt8(ascii: "K"), 1, 0x87]
    bytes += put() + Array("R".utf8) + put() + Array("(K".utf8) + [3] + short("|") + Array("NNNJ".utf8)
    bytes += word(0xffff_ffff) + Array("J".utf8) + word(0xffff_ffff) + Array("K".utf8) + [0] + Array("t".utf8) + put()
    bytes += Array("b".utf8) + [0x89] + Array("T".utf8) + word(UInt32(pixels.count)) + pixels + Array("t".utf8) + put()
    bytes += Array("b".utf8) + short("filenames") + put() + Array("]".utf8) + put() + Array("(".utf8)
    bytes += short("frog.png") + put() + short("truck.png") + put() + Array("eu.".utf8)
    return bytes
  }
}
