internal import CKernels

/// The instruction sets that the kernels are compiled for. All of them give the same bits.
package enum InstructionSet: String, CaseIterable, Sendable {
  case generic, neon, avx2, avx512

  private var code: skm_isa {
    switch self {
    case .generic: skm_generic
    case .neon: skm_neon
    case .avx2: skm_avx2
    case .avx512: skm_avx512
    }
  }

  /// The one in use.
  package static var inUse: InstructionSet { allCases.first { $0.code == skm_isa_in_use() } ?? .generic }

  /// Those that this CPU has, narrowest first.
  package static var available: [InstructionSet] { allCases.filter { skm_isa_is_available($0.code) == 1 } }

  /// What is wrong with SKYMASK_ISA; nil when it is not set, or names one that this CPU has.
  package static var complaint: String? {
    if skm_isa_wish_is_ignored() == 0 { return nil }
    let names = available.map(\.rawValue).joined(separator: ", ")
    return "SKYMASK_ISA names no instruction set of this CPU; it has: \(names)"
  }

  /// Uses it from now on, in every thread, if the CPU has it.
  package func use() { skm_isa_use(code) }
}
