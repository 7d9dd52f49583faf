internal import COneDNN

/// The library below, for provenance.
package enum NeuralNetLibrary {
  /// oneDNN's version, such as `2.6.3`.
  package static var version: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    sm_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }

  /// The major version of oneDNN's headers that this was compiled with: the library's own, or nothing holds.
  package static var headerMajor: Int { Int(sm_header_major()) }

  /// The widest instruction set that oneDNN uses here, such as `avx512_core_bf16`.
  package static var instructionSet: String { String(cString: sm_instruction_set()) }
}
