internal import Crypto

extension Digest {
  /// Two lower-case hex digits for each byte.
  var hex: String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: 2 * Self.byteCount) { text in
      var length = 0
      for byte in self {
        text[length] = digits.utf8Start[Int(byte >> 4)]
        text[length + 1] = digits.utf8Start[Int(byte & 15)]
        length += 2
      }
      return length
    }
  }
}
